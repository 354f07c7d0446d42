// How loud this device plays, kept on it, and a short tone to hear whether anything is heard.

const $ = (id) => document.getElementById(id);
const KEPT = 'sobani.volume';
const TONE = 660;
const SECONDS = 0.6;

function kept() {
  try {
    const value = Number(localStorage.getItem(KEPT) ?? 100);
    return value >= 0 && value <= 100 ? value : 100;
  } catch {
    return 100; // no storage here: it lasts as long as the page
  }
}

export class Volume {
  constructor(audio, words) {
    this.audio = audio;
    this.words = words;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    $('volume').value = kept();
    $('volume').addEventListener('input', () => this.#apply(), { signal });
    $('tone-test').addEventListener('click', () => this.#test(), { signal });
    this.#apply();
    // iPhones keep their own volume and ignore ours: a slider there would promise what does not happen.
    audio.volume = 0.5;
    $('volume-control').hidden = audio.volume !== 0.5;
    this.#apply();
  }

  end() {
    this.stopping.abort();
  }

  #apply() {
    const percent = Number($('volume').value);
    this.audio.volume = percent / 100;
    $('volume').setAttribute('aria-valuetext', `${percent}%`);
    $('volume-text').textContent = `${percent}%`;
    try {
      localStorage.setItem(KEPT, String(percent));
    } catch {
      // It holds until the page is left.
    }
  }

  async #test() {
    const context = new AudioContext();
    const gain = new GainNode(context, { gain: 0.5 * this.audio.volume });
    const tone = new OscillatorNode(context, { frequency: TONE });
    tone.connect(gain).connect(context.destination);
    tone.onended = () => context.close();
    await context.resume();
    tone.start();
    tone.stop(context.currentTime + SECONDS);
    $('tone-note').textContent = this.audio.volume ? this.words.toneTest : this.words.volumeZero;
  }
}
