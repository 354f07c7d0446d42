// The waveform: loudness over the whole recording by the clock on the wall, from peaks alone, with
// what was marked in it. Drawing it plays nothing.

const BAR = 3;
const HEAD = 18;
const FOOT = 18;
const LOUD = 0.6;
const SILENT = 0.02;
const LOUD_PEAKS = 2; // of a second
const LONG_SILENCE = 3;
const LABEL_WIDTH = 76;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Loud and silent stretches, in whole seconds. Peaks are 0..1, null (unknown) or missing. */
export function stretches(peaks, perSecond) {
  const found = [];
  for (let at = 0; at * perSecond < peaks.length; at += 1) {
    const kind = kindOf(peaks.slice(at * perSecond, (at + 1) * perSecond));
    const last = found.at(-1);
    if (last?.kind === kind && last.to === at) last.to = at + 1;
    else if (kind) found.push({ kind, from: at, to: at + 1 });
  }
  return found.filter(({ kind, from, to }) => kind === 'loud' || to - from >= LONG_SILENCE);
}

function kindOf(second) {
  const known = second.filter((peak) => typeof peak === 'number');
  if (known.filter((peak) => peak >= LOUD).length >= Math.min(LOUD_PEAKS, second.length)) return 'loud';
  return known.length && known.length === second.length && Math.max(...known) <= SILENT ? 'silent' : '';
}

/** Round times of the clock between two moments, as many as there is room for. */
export function ticks(fromMs, toMs, most) {
  const fits = (seconds) => (toMs - fromMs) / (seconds * 1000) <= most;
  const step = (STEPS.find(fits) ?? STEPS.at(-1)) * 1000;
  const times = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) times.push(at);
  return times;
}

export class Wave extends EventTarget {
  constructor(canvas, { timeZone, words } = {}) {
    super();
    this.canvas = canvas;
    this.words = words ?? {};
    this.pen = canvas.getContext('2d');
    const style = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone };
    this.clock = new Intl.DateTimeFormat('ja-JP', style);
    this.clear();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(canvas);
    canvas.addEventListener('pointerdown', (event) => this.#pick(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  clear() {
    this.peaks = [];
    this.perSecond = 10;
    this.runs = null;
    this.anchors = [];
    this.flags = [];
    this.cursor = null;
    this.draw();
  }

  get duration() {
    return this.peaks.length / this.perSecond;
  }

  /** Whether something in between has not come (yet). */
  get hasHoles() {
    return this.peaks.includes(undefined);
  }

  /** Peaks from the first second on; `missing` are stretches of them in which no sound came, and
      `anchors` say at which second the clock showed what. */
  setPeaks(peaks, perSecond, { missing = [], anchors = [] } = {}) {
    for (const [from, to] of missing) peaks.fill(undefined, from, to);
    this.peaks = peaks;
    this.perSecond = perSecond;
    this.anchors = anchors;
    this.runs = null;
    this.draw();
  }

  put(index, peaks) {
    for (let i = this.peaks.length; i < index; i += 1) this.peaks[i] = undefined;
    peaks.forEach((peak, i) => (this.peaks[index + i] = peak));
    this.runs = null;
    this.draw();
  }

  setFlags(flags) {
    this.flags = flags;
    this.draw();
  }

  setCursor(seconds) {
    this.cursor = seconds;
    this.draw();
  }

  /** The clock at a second of the recording, in milliseconds; null where nobody knows. */
  clockAt(seconds) {
    const anchor = this.anchors.findLast(([at]) => at <= seconds) ?? this.anchors[0];
    return anchor ? anchor[1] + (seconds - anchor[0]) * 1000 : null;
  }

  secondAt(ms) {
    const anchor = this.anchors.findLast(([, at]) => at <= ms) ?? this.anchors[0];
    return anchor ? anchor[0] + (ms - anchor[1]) / 1000 : null;
  }

  timeText(seconds) {
    const at = this.clockAt(seconds);
    return at === null ? '' : this.clock.format(at);
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#paint());
  }

  #fit() {
    const ratio = devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    const [wide, high] = [width, height].map((size) => Math.round(size * ratio));
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    this.pen.font = `11px ${css('--font')}`;
    this.pen.textBaseline = 'middle';
    return { width, top: HEAD, bottom: height - FOOT };
  }

  #paint() {
    const box = this.#fit();
    const x = (seconds) => (seconds / (this.duration || 1)) * box.width;
    this.runs ??= stretches(this.peaks, this.perSecond);
    this.#paintStretches(box, x, this.runs);
    this.#paintBars(box, x, this.runs);
    this.#paintAxis(box, x);
    this.#paintFlags(box, x);
    if (this.cursor !== null && this.duration) {
      this.pen.fillStyle = css('--danger');
      const at = Math.min(box.width - 2, Math.max(0, x(this.cursor)));
      this.pen.fillRect(at, box.top - 4, 2, box.bottom - box.top + 4);
    }
    this.#tell();
  }

  #paintStretches({ top, bottom }, x, runs) {
    for (const { kind, from, to } of runs) {
      this.pen.fillStyle = css(kind === 'loud' ? '--warn-soft' : '--grid');
      this.pen.fillRect(x(from), top, x(to) - x(from), bottom - top);
      const word = kind === 'loud' ? this.words.loud : this.words.silent;
      if (!word || this.pen.measureText(word).width > x(to) - x(from)) continue;
      this.pen.fillStyle = css(kind === 'loud' ? '--warn' : '--text-2');
      this.pen.textAlign = 'center';
      this.pen.fillText(word, x((from + to) / 2), HEAD / 2);
    }
  }

  #paintBars({ width, top, bottom }, x, runs) {
    const middle = (top + bottom) / 2;
    const most = (bottom - top) / 2 - 1;
    const bars = Math.floor(width / BAR);
    const step = this.peaks.length / bars;
    const colours = { loud: css('--wave-loud'), silent: css('--text-3'), rest: css('--wave'), done: css('--accent') };
    for (let bar = 0; bar < bars && step; bar += 1) {
      const left = bar * BAR;
      const known = this.#loudness(bar * step, (bar + 1) * step);
      if (known === undefined) {
        this.#hatch(left, top, bottom, bar);
        continue;
      }
      // Silence is a thin line; what nobody measured is dotted.
      if (known === null && bar % 4) continue;
      const second = (bar * step) / this.perSecond;
      const run = runs.find(({ from, to }) => from <= second && second < to)?.kind;
      const isPlayed = this.cursor !== null && left < x(this.cursor);
      this.pen.fillStyle = colours[run] ?? (isPlayed ? colours.done : colours.rest);
      // The loudest behind the mean: shouts stand out of talk, however much lies in one bar.
      for (const [size, alpha] of [[known?.peak ?? 0, 0.4], [known?.mean ?? 0, 1]]) {
        const high = Math.max(1, size * most);
        this.pen.globalAlpha = alpha;
        this.pen.fillRect(left, middle - high, BAR - 1, 2 * high);
      }
      this.pen.globalAlpha = 1;
    }
  }

  #hatch(left, top, bottom, bar) {
    this.pen.strokeStyle = css('--text-3');
    this.pen.beginPath();
    for (let y = top + ((bar * BAR) % 9); y < bottom; y += 9) {
      this.pen.moveTo(left, y + BAR);
      this.pen.lineTo(left + BAR, y);
    }
    this.pen.stroke();
  }

  /** Of these peaks the loudest and the mean; null: unknown, undefined: no sound came. */
  #loudness(from, to) {
    const end = Math.max(Math.floor(from) + 1, Math.floor(to));
    const part = this.peaks.slice(Math.floor(from), end);
    const known = part.filter((peak) => typeof peak === 'number');
    if (!known.length) return part.includes(null) ? null : undefined;
    return { peak: Math.max(...known), mean: known.reduce((sum, one) => sum + one, 0) / known.length };
  }

  #paintAxis({ width, bottom }, x) {
    const [from, to] = [this.clockAt(0), this.clockAt(this.duration)];
    if (from === null || !this.duration) return;
    this.pen.fillStyle = css('--line-strong');
    this.pen.fillRect(0, bottom, width, 1);
    this.pen.textAlign = 'center';
    let free = 0;
    for (const at of ticks(from, to, width / LABEL_WIDTH)) {
      const left = x(this.secondAt(at));
      this.pen.fillStyle = css('--line-strong');
      this.pen.fillRect(left, bottom, 1, 4);
      const middle = Math.min(width - 26, Math.max(26, left));
      if (middle - 26 < free) continue;
      this.pen.fillStyle = css('--text-2');
      this.pen.fillText(this.clock.format(at), middle, bottom + 11);
      free = middle + 30;
    }
  }

  #paintFlags({ width, bottom }, x) {
    const places = this.flags.map(({ second }) => Math.min(width - 2, Math.max(0, x(second))));
    for (const [number, { label, isCall, isWithdrawn }] of this.flags.entries()) {
      const left = places[number];
      const next = places.slice(number + 1).find((_, i) => !this.flags[number + 1 + i].isWithdrawn) ?? Infinity;
      const { text, room } = this.#fitted(label, next - left);
      const start = Math.min(left, Math.max(0, width - room));
      const colour = css(isWithdrawn ? '--text-3' : isCall ? '--danger' : '--accent');
      this.pen.fillStyle = colour;
      this.pen.setLineDash(isWithdrawn ? [3, 3] : []);
      this.pen.strokeStyle = colour;
      this.pen.beginPath();
      this.pen.moveTo(left + 1, HEAD - 2);
      this.pen.lineTo(left + 1, bottom);
      this.pen.stroke();
      this.pen.setLineDash([]);
      if (isWithdrawn) continue;
      this.pen.fillRect(start, 0, room, HEAD - 2);
      this.pen.fillStyle = css(isCall ? '--on-danger' : '--on-accent');
      this.pen.textAlign = 'left';
      this.pen.fillText(text, start + 5, (HEAD - 2) / 2);
    }
  }

  /** As much of a flag's words as there is room for before the next one. */
  #fitted(label, most) {
    const text = label.length > 10 ? `${label.slice(0, 9)}…` : label;
    const room = this.pen.measureText(text).width + 10;
    return room <= most ? { text, room } : { text: '', room: Math.max(4, Math.min(10, most - 2)) };
  }

  /** For who does not see it: where the cursor stands. */
  #tell() {
    const here = this.cursor ?? 0;
    const said = { max: Math.floor(this.duration), now: Math.floor(here), text: this.timeText(here) };
    for (const [name, value] of Object.entries(said)) {
      const attribute = `aria-value${name}`;
      if (this.canvas.getAttribute(attribute) !== String(value)) this.canvas.setAttribute(attribute, String(value));
    }
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
