// The responder's own position: only after a press, only while on the way, only the latest one.

import { follow } from './whereabouts.js';

const OFTEN = 10_000;
const AGAIN = 3000;

export class OwnPosition {
  constructor(outbox, onState) {
    this.outbox = outbox;
    this.onState = onState;
    this.state = 'off';
    this.unfollow = null;
    this.latest = null;
    this.lastSent = 0;
  }

  #become(state) {
    this.state = state;
    this.onState(state);
  }

  start() {
    if (this.unfollow) return;
    this.unfollow = follow({
      found: (place) => this.#keep(place),
      failed: (error) => error.code === error.PERMISSION_DENIED && this.#refused(),
    });
    this.timer = setInterval(() => this.#send(), AGAIN);
    this.#become('on');
  }

  stop() {
    if (!this.unfollow) return;
    this.unfollow();
    clearInterval(this.timer);
    this.unfollow = null;
    this.latest = null;
    this.#become('off');
  }

  #refused() {
    this.stop();
    this.#become('denied');
  }

  #keep(place) {
    this.latest = place;
    this.#send();
  }

  // An old position is of no use to anybody: the latest takes the place of what was not sent.
  async #send() {
    const place = this.latest;
    if (!place || Date.now() - this.lastSent < OFTEN) return;
    this.lastSent = Date.now();
    const answer = await this.outbox.post('/field/position', {
      latitude: place.coords.latitude,
      longitude: place.coords.longitude,
      recorded_at: new Date(place.timestamp).toISOString(),
    });
    if (!answer) this.lastSent = 0;
    else if (this.latest === place) this.latest = null;
  }
}
