// One websocket, for as long as its page lives: it is opened, listened to, given up when it falls
// silent and opened anew, with pauses. What its messages mean is the business of those who hold it.

const RETRY_FIRST = 500;
const RETRY_MOST = 15000;
const SILENCE = 50000; // the server pings every 25 s: two missing pings are a dead line
const HANDSHAKE = 10000;
const GIVEN_UP = 4000;
const SIGNED_OUT = 4401;

function growing(tries) {
  return Math.min(RETRY_MOST, RETRY_FIRST * 2 ** tries) * (0.7 + Math.random() * 0.6);
}

export class ReconnectingSocket extends EventTarget {
  #path;
  #protocols;
  #pause;
  #socket = null;
  #tries = 0;
  #retry;
  #silence;
  #stopped = false;

  /** Never "live" unless the server was heard from just now. */
  state = 'connecting';
  lostAt = 0;

  /** `pause`: milliseconds to wait after so many tries that failed in a row. */
  constructor(path, { protocols = [], pause = growing } = {}) {
    super();
    this.#path = path;
    this.#protocols = protocols;
    this.#pause = pause;
    addEventListener('online', () => this.open());
    addEventListener('offline', () => this.giveUp());
    document.addEventListener('visibilitychange', () => document.hidden || this.open());
    this.open();
  }

  /** Now, and not after the pause; nothing if it is open or about to be. */
  open() {
    if (this.#stopped || this.#socket?.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Does not wait for the close: on a dead line the other side never says goodbye. */
  giveUp() {
    const socket = this.#socket;
    if (!socket || this.#stopped) return;
    this.#socket = null;
    socket.close(GIVEN_UP);
    this.#lose();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#socket?.close();
  }

  #connect() {
    const url = new URL(this.#path, location);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, this.#protocols);
    this.#socket = socket;
    this.#watchSilence(HANDSHAKE);
    socket.onopen = () => socket === this.#socket && this.#emit('open');
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#closed(socket, code);
  }

  /** The first message of a connection is the hello. */
  #receive(message) {
    this.#watchSilence(SILENCE);
    if (message.t === 'hello') {
      this.#tries = 0;
      this.#become('live');
    }
    this.#emit('message', message);
  }

  #closed(socket, code) {
    if (socket !== this.#socket || this.#stopped) return;
    if (code === SIGNED_OUT) {
      this.stop();
      this.#become('lost');
      this.#emit('signed-out');
    } else this.#lose();
  }

  #lose() {
    clearTimeout(this.#silence);
    this.#tries += 1;
    this.#become('lost');
    this.#retry = setTimeout(() => this.open(), this.#pause(this.#tries));
  }

  #watchSilence(most) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.giveUp(), most);
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
