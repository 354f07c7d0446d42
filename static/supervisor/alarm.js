// The alarm sound. A browser keeps a page silent until somebody touches it; this page says so
// honestly instead of pretending that it would ring.

const EVERY = 3000;
const KEPT = 'sobani.alarm-volume';
const QUIETEST = 0.2; // nobody can turn an alarm off and forget it

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

  /** Of this device, from QUIETEST to 1. */
  get volume() {
    return Math.max(QUIETEST, Math.min(1, Number(localStorage.getItem(KEPT)) || 1));
  }

  set volume(loudness) {
    localStorage.setItem(KEPT, String(loudness));
  }

  /** A short tone, so that whoever switched it on hears that it works. */
  test() {
    this.#tone(880, 0, 0.12, 0.08);
  }

  /** As an alarm would sound, once. */
  sample() {
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
    const voice = new OscillatorNode(this.context, { type: 'square', frequency });
    const gain = new GainNode(this.context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness * this.volume, at + 0.015);
    gain.gain.setValueAtTime(loudness * this.volume, at + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, at + length);
    voice.connect(gain).connect(this.context.destination);
    voice.start(at);
    voice.stop(at + length);
  }
}
