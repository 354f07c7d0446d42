// The page's connection to the server: a websocket that only carries hints, replaced by polling
// while it is down. How a socket was closed says little; what the next poll is answered says whether
// this page may go on (ended.js).

import { endOf, sayWhenEnded } from './ended.js';
import { ReconnectingSocket } from './socket.js';

const POLL_FIRST = 500;
const POLL_DOWN = 5000;
const POLL_UP = 15000; // hints may be given up under load; an alarm must not depend on them
const PATIENCE = 5000;

export class Live extends EventTarget {
  #socket;
  #hasMissed = false;
  #isRefused = false;
  #wasHeard = false;

  constructor(path, { pollUrl } = {}) {
    super();
    this.pollUrl = pollUrl;
    this.since = 0;
    this.skew = 0;
    this.wanted = new Set();
    this.ended = '';
    this.#socket = new ReconnectingSocket(path);
    this.#socket.addEventListener('open', () => this.#ask());
    this.#socket.addEventListener('state', ({ detail }) => this.#became(detail));
    this.#socket.addEventListener('message', ({ detail }) => this.receive(detail));
    this.#socket.addEventListener('signed-out', () => {
      this.#isRefused = true;
      this.pollSoon(0);
    });
    document.body.addEventListener('htmx:responseError', ({ detail }) => {
      if (endOf(detail.xhr)) this.pollSoon(0);
    });
    sayWhenEnded(this);
    this.pollSoon(0);
    addEventListener('pagehide', () => this.stop());
    addEventListener('pageshow', (event) => event.persisted && location.reload());
    document.addEventListener('visibilitychange', () => document.hidden || this.pollSoon(0));
  }

  get state() {
    return this.#socket.state;
  }

  get lostAt() {
    return this.#socket.lostAt;
  }

  /** Server time now, in Unix milliseconds: every clock on the page counts with it. */
  now() {
    return Date.now() + this.skew;
  }

  /** Ask for the hints of one incident; asked again after each reconnect. */
  join(pk) {
    if (this.wanted.has(pk)) return;
    this.wanted.add(pk);
    this.send({ t: 'join', pk });
  }

  /** Say that this person has the incident's page open (the others see it). */
  look(pk) {
    this.looking = pk;
    this.join(pk);
    this.send({ t: 'look', pk });
  }

  /** To the server, if the line is up; nothing depends on it. */
  send(message) {
    this.#socket.send(message);
  }

  /** The page has turned to something else. */
  leave(pk) {
    this.wanted.delete(pk);
    if (this.looking === pk) this.looking = null;
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.nextPoll);
    this.#socket.stop();
  }

  #ask() {
    for (const pk of this.wanted) this.send({ t: 'join', pk });
    if (this.looking) this.send({ t: 'look', pk: this.looking });
  }

  /** Told once a loss: a further try that fails must not put off the poll that stands in. */
  #became(state) {
    if (state === 'lost') this.pollSoon(POLL_FIRST);
    this.#emit('state', state);
    if (state === 'live' && this.#hasMissed) this.#refill();
    this.#hasMissed = state === 'lost';
  }

  /** One message, from the socket or from a poll. */
  receive(message) {
    if (message.t === 'hello') this.#wasHeard = true;
    if (message.now) this.skew = message.now - Date.now();
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
      const why = endOf(answer);
      if (why) this.#end(why);
      else if (answer.ok) this.#polled(await answer.json());
    } catch {
      // Nothing comes through: a socket that still looks open is not one.
      if (this.state === 'live') this.#socket.giveUp();
    }
    this.pollSoon(this.state === 'live' ? POLL_UP : POLL_DOWN);
  }

  /** It goes on asking: who signs in again in another tab finds this page as it was. */
  #end(why) {
    if (this.ended === why) return;
    this.ended = why;
    this.#socket.giveUp();
    this.#socket.stop();
    this.#emit('ended', why);
  }

  #polled(body) {
    // The page was drawn for another sign-in, or by rights that have changed since.
    if (this.ended || (this.#isRefused && this.#wasHeard)) return void location.reload();
    const first = this.since === 0;
    this.skew = body.now - Date.now();
    this.since = body.now;
    if (!first) body.events.forEach((message) => this.receive(message));
    this.#emit('status', body);
    if (this.state === 'lost') this.#socket.open();
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
