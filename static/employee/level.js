// A row of bars, newest on the right. Drawn with transforms, so that nothing is laid out again.

const COUNT = 13;

export class LevelBars {
  #bars;
  #levels = Array(COUNT).fill(0);

  constructor(box) {
    this.#bars = Array.from({ length: COUNT }, () => document.createElement('i'));
    box.replaceChildren(...this.#bars);
    this.push(0);
  }

  push(level) {
    this.#levels = [...this.#levels.slice(1), level];
    // The ear hears loudness in decibels: -50 dB and less is an empty bar.
    this.#bars.forEach((bar, i) => {
      const height = Math.max(0.08, 1 + Math.log10(Math.max(1e-5, this.#levels[i])) / 2.5);
      bar.style.transform = `scaleY(${Math.min(1, height)})`;
    });
  }
}
