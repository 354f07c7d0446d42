// Marks that listeners put into the sound: flags in the wave, and a list that leads there.

import { freshId } from './dialogs.js';

const $ = (id) => document.getElementById(id);
const LEAD = 2; // seconds before a mark, so that what it marks is heard
const GATHER = 300;
const SAID = 6000;

export class Marks {
  constructor(data, token, listening) {
    this.data = data;
    this.words = data.words;
    this.token = token;
    this.listening = listening;
    this.found = { marks: [], calls: [] };
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    $('mark-form').addEventListener('submit', (event) => this.#mark(event), { signal });
    // The place is where the first letter was typed, not where the last one was.
    $('mark-word').addEventListener('input', () => (this.from ??= this.listening.position()), { signal });
    $('marks').addEventListener('click', (event) => this.#clicked(event), { signal });
  }

  end() {
    this.stopping.abort();
    clearTimeout(this.next);
  }

  allow(listens) {
    $('mark').disabled = !listens;
  }

  /** Soon, and once for all that has just changed on the page. */
  refresh() {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.#load(), GATHER);
  }

  #url(address, rest = '') {
    return address.replace(this.data.anyRecording, this.listening.player.recording) + rest;
  }

  async #load() {
    const pk = this.listening.player.recording;
    if (!pk) return this.#become({ marks: [], calls: [] });
    const answer = await fetch(this.#url(this.data.marks), { headers: { Accept: 'application/json' } }).catch(() => null);
    const isJson = answer?.ok && !answer.redirected;
    if (isJson && pk === this.listening.player.recording) this.#become(await answer.json());
  }

  #become(found) {
    this.found = found;
    this.show();
  }

  #post(url, body) {
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': this.token };
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => null);
  }

  /** The same mark is tried again under the same name: it is one, however often it arrives. */
  async #mark(event) {
    event.preventDefault();
    const { player } = this.listening;
    if (player.mode === 'idle') return;
    this.pending ??= {
      session: player.session.session,
      client_id: freshId(),
      at_ms: Math.max(0, Math.round((this.from ?? this.listening.position()) * 1000)),
      word: $('mark-word').value.trim(),
    };
    const answer = await this.#post(this.#url(this.data.mark), this.pending);
    if (answer?.ok) {
      $('mark-word').value = '';
      const at = this.listening.wave.timeText(this.pending.at_ms / 1000);
      const until = Date.now() + SAID;
      this.listening.showMessage(this.words.marked.replace('{time}', at), () => Date.now() < until);
    } else this.listening.showMessage(answer ? this.words.notMarked : this.words.markAgain);
    // Without an answer nobody knows whether it arrived.
    if (answer) this.pending = this.from = undefined;
    this.#load();
  }

  async #clicked({ target }) {
    const jump = target.closest('[data-second]');
    if (jump) await this.listening.seek(Math.max(0, Number(jump.dataset.second) - LEAD));
    const withdraw = target.closest('[data-withdraw]');
    if (!withdraw) return;
    const answer = await this.#post(this.#url(this.data.marks, `/${withdraw.dataset.withdraw}/withdraw`), {});
    if (!answer?.ok) this.listening.showMessage(this.words.notMarked);
    this.#load();
  }

  show() {
    const { wave } = this.listening;
    const calls = this.found.calls
      .map((at) => ({ second: wave.secondAt(at), label: this.words.call, isCall: true }))
      .filter(({ second }) => second !== null && second >= 0 && second <= wave.duration);
    const marks = this.found.marks.map((one) => ({
      ...one,
      second: one.at_ms / 1000,
      label: one.word || this.words.markOf.replace('{name}', one.who.split(' ')[0]),
      isWithdrawn: one.withdrawn,
    }));
    const all = [...calls, ...marks].sort((a, b) => a.second - b.second);
    wave.setFlags(all);
    $('marks').hidden = !all.length;
    const drawn = JSON.stringify([all, wave.anchors]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    $('marks').replaceChildren(...all.map((one) => this.#item(one)));
  }

  #item(flag) {
    const item = document.createElement('li');
    item.className = flag.isCall ? 'mark is-call' : flag.isWithdrawn ? 'mark is-withdrawn' : 'mark';
    const jump = document.createElement('button');
    jump.type = 'button';
    jump.className = 'mark-jump';
    jump.dataset.second = flag.second;
    const words = [this.listening.wave.timeText(flag.second), flag.who, flag.isCall ? flag.label : flag.word];
    jump.textContent = words.filter(Boolean).join(' ');
    item.append(jump);
    if (flag.isWithdrawn) item.append(` ${this.words.withdrawn}`);
    else if (flag.mine) item.append(this.#withdrawButton(flag, jump.textContent));
    return item;
  }

  #withdrawButton(flag, name) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'mark-withdraw';
    button.dataset.withdraw = flag.id;
    button.textContent = this.words.withdraw;
    button.setAttribute('aria-label', `${this.words.withdraw} ${name}`);
    return button;
  }
}
