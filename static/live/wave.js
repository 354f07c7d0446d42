// The waveform: loudness over the whole recording, from peaks alone. Drawing it plays nothing.

const BAR = 3;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Wave extends EventTarget {
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.pen = canvas.getContext('2d');
    this.clear();
    new ResizeObserver(() => this.draw()).observe(canvas);
    canvas.addEventListener('pointerdown', (event) => this.#pick(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  clear() {
    this.peaks = [];
    this.perSecond = 10;
    this.cursor = null;
    this.live = false;
    this.draw();
  }

  get duration() {
    return this.peaks.length / this.perSecond;
  }

  /** Peaks are 0..1 or null (not known), `perSecond` of them, from the first second of the recording on. */
  setPeaks(peaks, perSecond) {
    this.peaks = peaks;
    this.perSecond = perSecond;
    this.draw();
  }

  put(index, peaks) {
    for (let i = this.peaks.length; i < index; i += 1) this.peaks[i] = null;
    peaks.forEach((peak, i) => (this.peaks[index + i] = peak));
    this.draw();
  }

  setCursor(seconds) {
    this.cursor = seconds;
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#paint());
  }

  #fit() {
    const ratio = devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (this.canvas.width !== Math.round(width * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    return { width, height };
  }

  #paint() {
    const { width, height } = this.#fit();
    const middle = height / 2;
    const bars = Math.floor(width / BAR);
    const step = this.peaks.length / bars;
    const played = this.cursor === null ? -1 : (this.cursor / (this.duration || 1)) * width;
    const [rest, done] = [css('--wave'), css('--accent')];
    for (let bar = 0; bar < bars; bar += 1) {
      const known = this.#loudest(bar * step, (bar + 1) * step);
      // Silence is a thin line; what nobody knows is dotted.
      if (known === null && bar % 4) continue;
      const loud = Math.max(0.02, known ?? 0);
      this.pen.fillStyle = bar * BAR < played ? done : rest;
      this.pen.fillRect(bar * BAR, middle - loud * (middle - 2), BAR - 1, loud * (height - 4));
    }
    if (this.cursor !== null && this.duration) {
      this.pen.fillStyle = css('--danger');
      this.pen.fillRect(Math.min(width - 2, played), 0, 2, height);
    }
    this.canvas.setAttribute('aria-valuemax', String(Math.floor(this.duration)));
    this.canvas.setAttribute('aria-valuenow', String(Math.floor(this.cursor ?? 0)));
  }

  #loudest(from, to) {
    let loud = null;
    const end = Math.max(Math.floor(from) + 1, Math.floor(to));
    for (let i = Math.floor(from); i < end; i += 1) {
      const peak = this.peaks[i] ?? null;
      if (peak !== null) loud = Math.max(loud ?? 0, peak);
    }
    return loud;
  }

  #go(seconds) {
    const at = Math.max(0, Math.min(this.duration, seconds));
    this.dispatchEvent(new CustomEvent('seek', { detail: at }));
  }

  #pick(event) {
    if (!this.duration) return;
    const box = this.canvas.getBoundingClientRect();
    this.#go(((event.clientX - box.left) / box.width) * this.duration);
  }

  #key(event) {
    const here = this.cursor ?? this.duration;
    const target = {
      ArrowLeft: here - 5, ArrowRight: here + 5, PageUp: here + 30, PageDown: here - 30,
      Home: 0, End: this.duration,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#go(target);
  }
}
