// The page's line to the server: a websocket that only carries hints, kept alive, replaced by
// polling while it is down. It never says "live" unless the server was heard from just now.

const RETRY_FIRST = 500;
const RETRY_MOST = 15000;
const SILENCE = 50000; // the server pings every 25 s: two missing pings are a dead line
const POLL_FIRST = 500;
const POLL_DOWN = 5000;
const POLL_UP = 15000; // hints may be given up under load; an alarm must not depend on them
const PATIENCE = 5000;
const HANDSHAKE = 10000;

export class Live extends EventTarget {
  constructor(path, { pollUrl } = {}) {
    super();
    this.path = path;
    this.pollUrl = pollUrl;
    this.since = 0;
    this.tries = 0;
    this.state = 'connecting';
    this.lostAt = 0;
    this.skew = 0;
    this.wanted = new Set();
    this.open();
    this.pollSoon(0);
    addEventListener('online', () => this.open(true));
    addEventListener('offline', () => this.#giveUp());
    addEventListener('pagehide', () => this.stop());
    addEventListener('pageshow', (event) => event.persisted && location.reload());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) {
        this.open(true);
        this.pollSoon(0);
      }
    });
  }

  /** Server time now, in Unix milliseconds: every clock on the page counts with it. */
  now() {
    return Date.now() + this.skew;
  }

  /** Ask for the hints of one incident; asked again after each reconnect. */
  join(pk) {
    if (this.wanted.has(pk)) return;
    this.wanted.add(pk);
    this.#send({ t: 'join', pk });
  }

  /** Say that this person has the incident's page open (the others see it). */
  look(pk) {
    this.looking = pk;
    this.join(pk);
    this.#send({ t: 'look', pk });
  }

  /** To the server, if the line is up; nothing depends on it. */
  send(message) {
    this.#send(message);
  }

  /** The page has turned to something else. */
  leave(pk) {
    this.wanted.delete(pk);
    if (this.looking === pk) this.looking = null;
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    clearTimeout(this.nextPoll);
    this.socket?.close();
  }

  open(now = false) {
    if (this.stopped || (this.socket && this.socket.readyState <= WebSocket.OPEN)) return;
    clearTimeout(this.retry);
    const wait = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** this.tries) * (0.7 + Math.random() * 0.6);
    this.retry = setTimeout(() => this.#connect(), now || this.tries === 0 ? 0 : wait);
  }

  #connect() {
    const url = new URL(this.path, location);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.socket = socket;
    this.#watchSilence(HANDSHAKE);
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.#watchSilence();
      this.receive(JSON.parse(event.data));
    };
    socket.onopen = () => {
      for (const pk of this.wanted) this.#send({ t: 'join', pk });
      if (this.looking) this.#send({ t: 'look', pk: this.looking });
    };
    socket.onclose = (event) => this.#closed(socket, event.code);
  }

  #closed(socket, code) {
    if (socket !== this.socket || this.stopped) return;
    if (code === 4401) return void this.#emit('signed-out');
    this.#lose();
  }

  #lose() {
    clearTimeout(this.silence);
    this.tries += 1;
    // Once: a further try that fails must not put off the poll that stands in for the socket.
    if (this.state !== 'lost') this.pollSoon(POLL_FIRST);
    this.#become('lost');
    this.open();
  }

  #watchSilence(most = SILENCE) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.#giveUp(), most);
  }

  /** Does not wait for the close: on a dead line the other side never says goodbye. */
  #giveUp() {
    if (!this.socket || this.stopped) return;
    const { socket } = this;
    this.socket = null;
    socket.close(4000);
    this.#lose();
  }

  /** One message, from the socket or from a poll. The first of a connection is the hello. */
  receive(message) {
    if (message.now) this.skew = message.now - Date.now();
    if (message.t === 'hello') {
      const again = this.tries > 0 || this.state === 'lost';
      this.tries = 0;
      this.#become('live');
      if (again) this.#refill();
    }
    if (message.t === 'changed') {
      document.body.dispatchEvent(new CustomEvent(`${message.k}:${message.pk}:changed`));
    }
    this.#emit(message.t, message);
  }

  /** After a gap every fragment is fetched again: what was missed is simply there. */
  #refill() {
    for (const pk of this.wanted) {
      document.body.dispatchEvent(new CustomEvent(`incident:${pk}:changed`));
    }
    this.#emit('refill');
    this.pollSoon(0);
  }

  pollSoon(delay) {
    clearTimeout(this.nextPoll);
    if (this.pollUrl && !this.stopped) this.nextPoll = setTimeout(() => this.#poll(), delay);
  }

  async #poll() {
    try {
      const url = new URL(this.pollUrl, location);
      url.searchParams.set('since', this.since);
      const answer = await fetch(url, {
        headers: { Accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) {
        this.#emit('signed-out');
      } else if (answer.ok) {
        this.#polled(await answer.json());
      }
    } catch {
      // Nothing comes through: a socket that still looks open is not one.
      if (this.state === 'live') this.#giveUp();
    }
    this.pollSoon(this.state === 'live' ? POLL_UP : POLL_DOWN);
  }

  #polled(body) {
    const first = this.since === 0;
    this.skew = body.now - Date.now();
    this.since = body.now;
    this.polledAt = Date.now();
    if (!first) body.events.forEach((message) => this.receive(message));
    this.#emit('status', body);
    if (this.state === 'lost') this.open(true);
  }

  #send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #become(state) {
    if (state === this.state) return;
    if (state === 'lost') this.lostAt = Date.now();
    this.state = state;
    this.#emit('state', state);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
