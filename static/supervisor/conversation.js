// The conversation: a sound when she writes, a count until it was in sight, and a mark when it was.

import { freshId } from '../live/dialogs.js';

const $ = (id) => document.getElementById(id);

class Chime {
  #context = new AudioContext();

  constructor() {
    addEventListener('pointerdown', () => this.#context.resume().catch(() => {}), { passive: true });
  }

  /** Two soft tones, unlike those of an alarm: somebody may be listening. */
  play() {
    if (this.#context.state !== 'running') return;
    [660, 880].forEach((frequency, i) => this.#tone(frequency, this.#context.currentTime + i * 0.16));
  }

  #tone(frequency, at) {
    const voice = new OscillatorNode(this.#context, { frequency });
    const gain = new GainNode(this.#context, { gain: 0.12 });
    gain.gain.setTargetAtTime(0, at + 0.08, 0.04);
    voice.connect(gain).connect(this.#context.destination);
    voice.start(at);
    voice.stop(at + 0.3);
  }
}

export class Conversation {
  constructor(readUrl, token) {
    this.readUrl = readUrl;
    this.token = token;
    this.marked = 0;
    this.heard = this.#hers;
    this.chime = new Chime();
    this.inSight = new IntersectionObserver((seen) => this.#seen(seen), { threshold: 0.6 });
    document.addEventListener('visibilitychange', () => this.#watch());
    document.body.addEventListener('htmx:oobAfterSwap', ({ detail }) => {
      if (detail.target.id === 'conversation') this.#changed();
    });
    document.body.addEventListener('htmx:afterRequest', ({ detail }) => {
      if (detail.successful && detail.elt.matches('[data-quick]')) {
        detail.elt.querySelector('[data-fresh-id]').value = freshId();
      }
    });
    this.#showNewest();
    this.#show();
    this.#watch();
  }

  get #hers() {
    return Number($('conversation').dataset.hers);
  }

  #changed() {
    if (this.#hers > this.heard) this.chime.play();
    this.heard = this.#hers;
    this.#showNewest();
    this.#show();
    this.#watch();
  }

  #showNewest() {
    $('conversation').scrollTop = $('conversation').scrollHeight;
  }

  #show() {
    const count = document.querySelector('[data-unread-count]');
    const words = this.marked >= this.#hers ? '' : $('conversation').dataset.unread;
    count.textContent = words;
    count.hidden = !words;
  }

  #watch() {
    this.inSight.disconnect();
    const last = $('conversation').querySelector('li:last-child');
    if (last && document.visibilityState === 'visible') this.inSight.observe(last);
  }

  async #seen(entries) {
    const newest = Number($('conversation').dataset.newest);
    if (!entries.some((entry) => entry.isIntersecting) || newest <= this.marked) return;
    const body = new URLSearchParams({ line: newest });
    const headers = { 'X-CSRFToken': this.token };
    const answer = await fetch(this.readUrl, { method: 'POST', body, headers }).catch(() => null);
    if (!answer?.ok) return;
    this.marked = newest;
    this.#show();
  }
}
