// The alarm sound. A browser keeps a page silent until somebody touches it; this page says so
// honestly instead of pretending that it would ring.

import { alarmVolume } from '../live/alarm_volume.js';

const EVERY = 3000;

export class Alarm extends EventTarget {
  constructor() {
    super();
    this.ringing = false;
    this.muted = false;
    this.context = new AudioContext();
    this.context.onstatechange = () => this.dispatchEvent(new Event('change'));
    this.context.resume().catch(() => {});
    // At the end of a press: what disappears with it must not move the button that is pressed.
    for (const kind of ['pointerup', 'keydown']) {
      addEventListener(kind, () => this.unlock(), { passive: true });
    }
  }

  get canSound() {
    return this.context.state === 'running';
  }

  async unlock() {
    if (this.canSound) return;
    await this.context.resume().catch(() => {});
    this.dispatchEvent(new Event('change'));
  }

  /** A short tone, so that whoever switched it on hears that it works. */
  test() {
    this.#tone(880, 0, 0.12, 0.08);
  }

  /** As it rings in earnest, once. */
  once() {
    this.#ring();
  }

  set({ ringing, drill = false }) {
    this.drill = drill;
    if (ringing === this.ringing) return;
    this.ringing = ringing;
    clearInterval(this.timer);
    if (ringing) {
      this.#ring();
      this.timer = setInterval(() => this.#ring(), EVERY);
    }
  }

  #ring() {
    if (this.muted || !this.canSound) return;
    const [high, low] = this.drill ? [660, 523] : [988, 740];
    for (let i = 0; i < 3; i += 1) {
      this.#tone(high, i * 0.5, 0.22, 0.35);
      this.#tone(low, i * 0.5 + 0.25, 0.22, 0.35);
    }
  }

  #tone(frequency, delay, length, loudness) {
    const at = this.context.currentTime + delay;
    const loud = loudness * alarmVolume();
    const voice = new OscillatorNode(this.context, { type: 'square', frequency });
    const gain = new GainNode(this.context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud, at + 0.015);
    gain.gain.setValueAtTime(loud, at + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, at + length);
    voice.connect(gain).connect(this.context.destination);
    voice.start(at);
    voice.stop(at + length);
  }
}
