// Direction and distance to where the responder has to go. It is worked out on the phone, without the
// network; nothing of it is sent. An arrow is shown only while it is known which way is ahead.

import { ageText, bearing, courseOf, distance, headingOf, isOld, wayText } from './bearing.js';
import { follow, lookAnew } from './whereabouts.js';

const COMPASS_SILENT = 5000;
const AFRESH = 20_000;
const MOST = 60;

export class Way {
  #fixes = [];
  #compass = null;
  #isOn = false;
  #cannot = false;

  constructor(words) {
    this.words = words;
    this.skew = 0;
  }

  get #own() {
    return this.#fixes.at(-1) ?? null;
  }

  /** By itself only where the phone has been asked before. */
  async startIfAllowed() {
    const answer = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null);
    if (answer?.state === 'granted' && document.querySelector('.way')) this.#begin();
  }

  async start() {
    // Some phones ask for the compass, and only right after a press.
    await globalThis.DeviceOrientationEvent?.requestPermission?.().catch(() => {});
    this.#begin();
  }

  #begin() {
    if (this.#isOn) return;
    this.#isOn = true;
    follow({ found: (place) => this.#found(place), failed: () => this.#failed() });
    setInterval(lookAnew, AFRESH);
    for (const kind of ['deviceorientationabsolute', 'deviceorientation']) {
      addEventListener(kind, (event) => this.#turned(event));
    }
    this.show();
  }

  #found({ coords, timestamp }) {
    const { latitude, longitude, accuracy } = coords;
    this.#fixes = [...this.#fixes.slice(-MOST), { latitude, longitude, accuracy, at: timestamp }];
    this.#cannot = false;
    this.show();
  }

  #failed() {
    this.#cannot = true;
    this.show();
  }

  #turned(event) {
    const degrees = headingOf(event, screen.orientation?.angle ?? 0);
    if (degrees === null) return;
    const isFirst = !this.#compass;
    this.#compass = { degrees, at: Date.now() };
    if (isFirst) this.show();
    else this.#turnArrows();
  }

  /** Which way is ahead, and how it is known. */
  #ahead() {
    if (!this.#own || isOld(Date.now() - this.#own.at)) return null;
    if (this.#compass && Date.now() - this.#compass.at < COMPASS_SILENT) {
      return { degrees: this.#compass.degrees, words: this.words.byCompass };
    }
    const degrees = courseOf(this.#fixes);
    return degrees === null ? null : { degrees, words: this.words.byCourse };
  }

  /** Also every second: an age grows by itself. `skew`: from the phone's clock to the server's. */
  show(skew = this.skew) {
    this.skew = skew;
    for (const way of document.querySelectorAll('.way')) this.#showOne(way);
    const own = document.getElementById('own-age');
    if (!own) return;
    write(own, this.#ownText());
    document.getElementById('find-way').hidden = this.#isOn;
    this.#turnArrows();
  }

  #showOne(way) {
    const text = way.querySelector('[data-way-words]');
    const [latitude, longitude] = way.dataset.way.split(',').map(Number);
    const isKnown = this.#own !== null && !isOld(Date.now() - this.#own.at);
    text.hidden = !isKnown;
    if (isKnown) write(text, wayText(this.#own, { latitude, longitude }, this.words));
    const at = Number(way.dataset.at);
    if (!at) return;
    const age = Date.now() + this.skew - at;
    const words = ageText(age, this.words);
    write(way.querySelector('[data-way-age]'), isOld(age) ? this.words.old.replace('{age}', words) : words);
    way.toggleAttribute('data-old', isOld(age));
  }

  #ownText() {
    if (!this.#isOn) return '';
    const age = this.#own && Date.now() - this.#own.at;
    if (this.#own && !isOld(age)) {
      const text = this.words.own.replace('{age}', ageText(age, this.words));
      return `${text} ${this.#ahead()?.words ?? ''}`.trim();
    }
    if (this.#own) return this.words.ownOld.replace('{age}', ageText(age, this.words));
    return this.#cannot ? this.words.noOwn : '';
  }

  #turnArrows() {
    const ahead = this.#ahead();
    for (const way of document.querySelectorAll('.way')) {
      const [latitude, longitude] = way.dataset.way.split(',').map(Number);
      const there = { latitude, longitude };
      const arrow = way.querySelector('.way-arrow');
      const isFar = ahead !== null && distance(this.#own, there) > (this.#own.accuracy ?? 0);
      arrow.toggleAttribute('hidden', !isFar);
      if (isFar) arrow.style.transform = `rotate(${bearing(this.#own, there) - ahead.degrees}deg)`;
    }
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
