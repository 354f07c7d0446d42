// Steps and messages that have not been answered yet. They survive a reload and go out in order;
// sent twice they count once, because the server keeps the first report of each.

import { endOf } from '../live/ended.js';

const KEY = 'field.outbox';
const PATIENCE = 8000;

export class Outbox extends EventTarget {
  constructor(who) {
    super();
    this.who = who;
    this.state = 'connecting';
    this.sending = null;
  }

  get items() {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return kept.filter((one) => one.who === this.who);
  }

  #keep(items) {
    localStorage.setItem(KEY, JSON.stringify(items));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  add(kind, url, fields) {
    const item = { id: crypto.randomUUID(), who: this.who, at: Date.now(), kind, url, fields };
    this.#keep([...this.items, item]);
    return this.flush();
  }

  #drop(item) {
    this.#keep(this.items.filter((one) => one.id !== item.id));
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#changed();
  }

  flush() {
    this.sending ??= this.#sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  async #sendAll() {
    for (let item = this.items[0]; item; item = this.items[0]) {
      const answer = await this.post(item.url, item.fields);
      if (!answer) return;
      this.#drop(item);
      const detail = { item, problem: answer.problem };
      this.dispatchEvent(new CustomEvent('answer', { detail }));
    }
  }

  // null: nobody answered, or nobody is signed in; it stays for later.
  async post(url, fields) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { Accept: 'application/json', 'X-CSRFToken': csrfToken() },
        body: new URLSearchParams(fields),
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE),
      });
      const isProblem = response.headers.get('Content-Type')?.includes('problem+json');
      if (response.ok || isProblem) {
        this.become('live');
        return { problem: isProblem ? await response.json() : null };
      }
      this.become(stateAfter(response));
      return null;
    } catch {
      this.become('lost');
      return null;
    }
  }
}

/** A 403 to what is sent is a token of an earlier sign-in; whether the right is gone, a look says. */
function stateAfter(response) {
  return response.status === 403 ? 'signed-out' : endOf(response) || 'lost';
}

function csrfToken() {
  return document.querySelector('[name=csrfmiddlewaretoken]').value;
}
