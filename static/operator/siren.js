// The alarm of the desk. It rings until somebody takes the case, louder the longer it waits, and
// says what really leaves this page: the level is measured behind the last node.

import { alarmVolume } from '../live/alarm_volume.js';

const EVERY = 1600;
const LOUDEST_AFTER = 30000;
const [SOFT, LOUD] = [0.18, 0.85];

export class Siren extends EventTarget {
  constructor() {
    super();
    this.context = new AudioContext();
    this.volume = new GainNode(this.context, { gain: 1 });
    this.output = new AnalyserNode(this.context, { fftSize: 2048 });
    this.volume.connect(this.output).connect(this.context.destination);
    this.context.onstatechange = () => this.dispatchEvent(new Event('change'));
    this.context.resume().catch(() => {});
    for (const kind of ['pointerdown', 'keydown']) {
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

  /** The peak of the last 40 ms, 0..1. */
  level() {
    const samples = new Float32Array(this.output.fftSize);
    this.output.getFloatTimeDomainData(samples);
    return samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  }

  test() {
    this.#tone(880, 0, 0.15, 0.1);
  }

  /** Over whatever rings or rests: somebody in a case of one's own calls again. */
  once({ drill = false } = {}) {
    this.#ring(drill ? SOFT : LOUD, drill);
  }

  /** `age` in milliseconds of what has waited longest; null: nothing waits. */
  set(age, { drill = false } = {}) {
    this.age = age;
    this.drill = drill;
    if (age === null) {
      clearInterval(this.timer);
      this.timer = null;
    } else if (!this.timer) {
      this.#ringOn();
      this.timer = setInterval(() => this.#ringOn(), EVERY);
    }
  }

  #ringOn() {
    const loud = this.drill ? SOFT : SOFT + (LOUD - SOFT) * Math.min(1, this.age / LOUDEST_AFTER);
    this.#ring(loud, this.drill);
  }

  #ring(loud, drill) {
    if (!this.canSound) return;
    const [high, low] = drill ? [660, 523] : [1046, 784];
    const type = drill ? 'sine' : 'square';
    for (let i = 0; i < (drill ? 1 : 3); i += 1) {
      this.#tone(high, i * 0.4, 0.18, loud, type);
      this.#tone(low, i * 0.4 + 0.2, 0.18, loud, type);
    }
  }

  #tone(frequency, delay, length, loudness, type = 'square') {
    const at = this.context.currentTime + delay;
    const voice = new OscillatorNode(this.context, { type, frequency });
    const gain = new GainNode(this.context, { gain: 0 });
    const set = loudness * alarmVolume();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(set, at + 0.01);
    gain.gain.setValueAtTime(set, at + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, at + length);
    voice.connect(gain).connect(this.volume);
    voice.start(at);
    voice.stop(at + length);
  }
}
