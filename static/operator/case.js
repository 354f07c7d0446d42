// The case that is open: map with responders, sound, and its hints.

import { Listening } from '../live/listening.js';
import { IncidentMap } from '../live/map.js';

const $ = (id) => document.getElementById(id);
const asFix = (fix) => ({
  ...fix,
  // By the server's clock: the device's own may be anything.
  recorded_at: typeof fix.at === 'number' ? fix.at : Date.parse(fix.at),
});

export class CasePage {
  constructor(data, token, live) {
    this.data = data;
    this.words = data.words;
    this.live = live;
    this.stopping = new AbortController();
    this.map = this.#startMap();
    this.listening = new Listening(data, token, live);
    this.map.setFixes(data.fixes.map(asFix));
    this.showUnits();
    this.timer = setInterval(() => this.#showFix(), 1000);
    this.#showFix();
    this.#on('position', (detail) => this.#moved(detail));
    this.#on('level', (detail) => this.listening.level(detail));
    this.#on('status', () => this.#loadFixes());
    live.join(data.pk);
  }

  end() {
    this.stopping.abort();
    clearInterval(this.timer);
    this.listening.end();
    this.map.end();
    this.live.leave(this.data.pk);
  }

  #on(name, act) {
    this.live.addEventListener(name, ({ detail }) => act(detail), { signal: this.stopping.signal });
  }

  #startMap() {
    const map = new IncidentMap($('map'), {
      ...this.data.map,
      words: this.words,
      onFollow: (on) => {
        $('follow').setAttribute('aria-pressed', String(on));
        $('follow').querySelector('span').textContent = on ? this.words.following : this.words.follow;
      },
    });
    map.onTilesLost = (again) => {
      $('tiles-retry').hidden = false;
      $('tiles-retry').onclick = () => {
        $('tiles-retry').hidden = true;
        again();
      };
    };
    $('follow').addEventListener('click', () => map.follow(!map.following));
    $('trail-play').addEventListener('click', () => map.playTrail());
    return map;
  }

  #moved(detail) {
    if (detail.pk !== this.data.pk) return;
    this.map.setFixes([asFix(detail)]);
    this.#showFix();
    this.showUnits();
  }

  /** The server's fragment lists them; the map only shows where they are. */
  showUnits() {
    const units = [...document.querySelectorAll('#case-responders [data-unit]')].map((item) => ({
      name: item.dataset.unit,
      at: [Number(item.dataset.latitude), Number(item.dataset.longitude)],
      tone: item.dataset.tone,
      line: 'line' in item.dataset,
    }));
    this.map.setUnits(units);
  }

  partsChanged() {
    if (document.querySelector('#case-head [data-not-shown]')) this.#forgetPlace();
    this.showUnits();
    this.listening.recordingsChanged();
  }

  /** The case has ended: neither is she heard any more, nor is shown where she is. */
  #forgetPlace() {
    this.map.forget();
    this.listening.showMessage(this.words.notShown);
    $('fix-age').className = 'tag';
    $('fix-age').textContent = this.words.notShown;
    $('fix-accuracy').textContent = $('map-coordinates').textContent = '';
  }

  #showFix() {
    const age = this.map.showAge(this.live.now());
    if (!age) return;
    const { words } = this;
    const fix = this.map.last;
    const seconds = Math.max(0, Math.round(age.age / 1000));
    const old = seconds < 120 ? words.secondsAgo.replace('{n}', seconds) : words.minutesAgo.replace('{n}', Math.floor(seconds / 60));
    const text = words.updated.replace('{age}', old);
    const accuracy = fix.accuracy_m == null ? words.accuracyUnknown : words.accuracy.replace('{m}', Math.round(fix.accuracy_m));
    $('fix-age').className = `tag ${age.tone}`;
    if ($('fix-age').textContent !== text) $('fix-age').textContent = text;
    $('fix-accuracy').textContent = accuracy;
    $('map-coordinates').textContent = `${fix.latitude.toFixed(5)}, ${fix.longitude.toFixed(5)}`;
    const sentence = `${this.data.map.place}、${accuracy}`;
    if ($('map').getAttribute('aria-label') !== sentence) $('map').setAttribute('aria-label', sentence);
  }

  /** Hints may be given up on the way: each poll fills in what they would have said. */
  async #loadFixes() {
    const after = this.map.last ? `?after=${this.map.last.recorded_at - 60000}` : '';
    const wanted = fetch(this.data.positions + after, { headers: { Accept: 'application/json' }, signal: this.stopping.signal });
    const answer = await wanted.catch(() => null);
    if (answer?.status === 404) document.body.dispatchEvent(new CustomEvent('case:gone'));
    if (!answer?.ok || this.stopping.signal.aborted) return;
    const { fixes } = await answer.json();
    if (this.stopping.signal.aborted) return;
    this.map.setFixes(fixes.map(asFix));
    this.#showFix();
  }
}
