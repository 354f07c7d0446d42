// The sound card: buttons, waveform, delay, marks and the question for a reason.

import { clockText } from './clocks.js';
import { openDialog } from './dialogs.js';
import { Marks } from './marks.js';
import { Player, ReasonRequired } from './player.js';
import { Volume } from './player_volume.js';
import { Wave } from './wave.js';

const $ = (id) => document.getElementById(id);
const BEHIND = 3; // what a listener takes for live
const FAR_BEHIND = 5;
const PATIENCE = 8000;
const STALLED = 15_000;
const HOLES_AGAIN = 30_000;

export class Listening {
  constructor(data, token, live) {
    this.data = data;
    this.words = data.words;
    this.clock = live;
    this.wave = new Wave($('wave'), { timeZone: data.map?.timeZone, words: data.words });
    const listenUrl = (pk) => data.listen.replace(data.anyRecording, pk);
    this.player = new Player({ listenUrl, token });
    this.volume = new Volume(this.player.audio, this.words);
    this.marks = new Marks(data, token, this);
    this.player.addEventListener('change', () => this.show());
    this.player.addEventListener('refused', () => this.#refused());
    $('play').addEventListener('click', () => this.toggle());
    $('back-ten').addEventListener('click', () => this.seek(this.position() - 10));
    $('to-live').addEventListener('click', () => this.start({ live: true }));
    $('reason-form').addEventListener('submit', (event) => this.#reasonGiven(event));
    this.wave.addEventListener('seek', (event) => this.seek(event.detail));
    this.onChoice = (event) => event.target.id === 'recording' && this.recordingsChanged();
    document.addEventListener('change', this.onChoice);
    this.recordingsChanged();
    this.timer = setInterval(() => this.#tick(), 250);
  }

  /** The card leaves the page. */
  end() {
    this.player.leave();
    this.marks.end();
    this.volume.end();
    clearInterval(this.timer);
    document.removeEventListener('change', this.onChoice);
  }

  /** The chosen recording, as the server's fragment shows it. */
  get chosen() {
    const element = $('recording');
    if (!element) return null;
    const facts = (element.selectedOptions?.[0] ?? element).dataset;
    return { pk: facts.pk, isLive: facts.live === '1', startedMs: Number(facts.started) };
  }

  recordingsChanged() {
    const { chosen } = this;
    if (!chosen && this.player.recording) {
      this.player.choose(null);
      this.wave.clear();
    }
    if (chosen && chosen.pk !== this.player.recording) {
      this.player.choose(chosen.pk);
      this.wave.clear();
      this.refill();
    }
    this.marks.refresh();
    this.show();
  }

  /** Loudness that was hinted at while nobody heard it. */
  refill() {
    this.filledAt = Date.now();
    if (this.player.recording) this.#loadPeaks(this.player.recording);
  }

  async #loadPeaks(pk) {
    const answer = await fetch(this.data.peaks.replace(this.data.anyRecording, pk)).catch(() => null);
    if (!answer?.ok) return;
    const { peaks, per_second: perSecond, missing, anchors } = await answer.json();
    if (pk !== this.player.recording) return;
    this.wave.setPeaks(peaks, perSecond, { missing, anchors });
    this.marks.show();
  }

  level(message) {
    if (message.recording && message.recording !== this.player.recording) return;
    if (!this.wave.anchors.length && !this.wave.duration) this.refill();
    this.wave.put(message.index ?? this.wave.peaks.length, message.peaks);
    this.arrivedAt = Date.now();
  }

  async toggle() {
    if (this.player.playing) this.player.pause();
    else if (this.player.mode === 'dvr') await this.player.resume();
    else await this.start({ live: this.chosen?.isLive, seconds: 0 });
  }

  async seek(seconds) {
    const nearLive = this.chosen?.isLive && seconds > this.wave.duration - BEHIND;
    await this.start(nearLive ? { live: true } : { seconds: Math.max(0, seconds) });
  }

  async start(wish, reason) {
    if (!this.chosen) return;
    this.wish = wish;
    if (this.data.closed && !reason && !this.player.session) return void openDialog('dialog-reason');
    try {
      if (wish.live) await this.player.live(reason);
      else await this.player.from(wish.seconds ?? 0, reason);
      this.showMessage('');
    } catch (problem) {
      if (problem instanceof ReasonRequired) openDialog('dialog-reason');
      else this.showMessage(problem.name === 'NotAllowedError' ? this.words.pressAgain : this.words.cannotListen);
    }
  }

  #reasonGiven(event) {
    event.preventDefault();
    $('dialog-reason').close();
    this.start(this.wish ?? { seconds: 0 }, $('reason-text').value.trim());
  }

  /** Who listened as one who acts has to say why from now on. */
  alarmClosed() {
    if (!this.player.session?.acting) return;
    this.player.leave();
    this.showMessage(this.words.closedNow, () => this.data.closed);
  }

  /** The server has ended it: by what, and what to do about it. */
  async #refused() {
    this.showMessage(this.words.refused);
    const answer = await fetch(this.data.peaks.replace(this.data.anyRecording, this.player.recording)).catch(() => null);
    if (!answer) return;
    const isSignedOut = answer.status === 401 || answer.redirected;
    if (isSignedOut) this.#showWayBack(this.words.signedOut, this.words.signInAgain);
    else if (!answer.ok) this.#showWayBack(this.words.rightGone, this.words.openAgain);
    else this.showMessage(this.words.endedPlayAgain);
  }

  /** Opened anew the page asks for the sign-in, and leads back here. */
  #showWayBack(text, label) {
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = label;
    this.showMessage(text);
    $('player-note').append(' ', link);
  }

  /** Seconds into the recording that the ear is at. */
  position() {
    if (this.player.mode === 'idle') return this.wave.duration;
    return this.player.second ?? this.wave.duration;
  }

  delay() {
    const heard = this.player.heardAt;
    return heard === null ? null : Math.max(0, (this.clock.now() - heard) / 1000);
  }

  /** `holds`: as long as that is so it stays; a sentence that is not so any more goes. */
  showMessage(text, holds = null) {
    $('player-note').textContent = text;
    this.said = text;
    this.holds = holds;
  }

  #tick() {
    this.#catchUp();
    const waits = this.chosen?.isLive && this.wave.hasHoles;
    if (waits && Date.now() - this.filledAt > HOLES_AGAIN) this.refill();
    this.show();
  }

  /** Sound has come that the ear should have long heard, by its seconds and by the clock: back to
      it, without a press. One of the two alone may only count otherwise. */
  #catchUp() {
    const isLive = this.player.mode === 'live' && this.player.playing;
    const seconds = this.wave.duration - this.position();
    const isBehind = isLive && Math.min(seconds, this.delay() ?? 0) > FAR_BEHIND;
    if (!isBehind) this.behindSince = null;
    else this.behindSince ??= Date.now();
    if (!isBehind || Date.now() - this.behindSince < PATIENCE) return;
    this.behindSince = null;
    this.player.live().catch(() => this.show());
  }

  show() {
    const { player, chosen } = this;
    const position = this.position();
    $('play').disabled = !chosen;
    const use = $('play-icon');
    const name = player.playing ? 'pause' : 'play';
    const href = use.getAttribute('href').replace(/#.*/, `#${name}`);
    if (use.getAttribute('href') !== href) use.setAttribute('href', href);
    $('play').setAttribute('aria-label', this.#playText());
    $('to-live').disabled = !chosen?.isLive || !this.#isBehind();
    $('back-ten').disabled = !chosen;
    this.marks.allow(player.mode !== 'idle');
    $('player-clock').textContent = clockText(position * 1000);
    $('player-delay').textContent = this.#delayText();
    if (player.mode === 'idle') this.wave.setCursor(chosen?.isLive ? this.wave.duration : 0);
    else this.wave.setCursor(position);
    this.#showState();
  }

  #isBehind() {
    if (this.player.mode !== 'live' || !this.player.playing) return true;
    const delay = this.delay() ?? 0;
    return Math.max(delay, this.wave.duration - this.position()) > BEHIND;
  }

  /** What is so while nothing else has to be said. */
  #showState() {
    if (this.holds && !this.holds()) this.showMessage('');
    if (this.said) return;
    const text = this.#stateText();
    if ($('player-note').textContent !== text) $('player-note').textContent = text;
  }

  #stateText() {
    const { words, chosen, player } = this;
    if (document.querySelector('[data-not-shown]')) return words.notShown;
    if (!chosen) return this.data.closed ? words.noneCame : words.noneYet;
    const stopped = chosen.isLive && this.arrivedAt && Date.now() - this.arrivedAt > STALLED;
    if (stopped) return words.stopped.replace('{time}', this.wave.timeText(this.wave.duration));
    if (player.mode !== 'idle') return '';
    return this.data.closed ? words.sayWhy : words.pressPlay;
  }

  #delayText() {
    const { player, words } = this;
    if (player.mode === 'idle') return '';
    if (player.audio.ended) return words.ended;
    if (!player.audio.paused && player.audio.readyState < 3) return words.waiting;
    const delay = player.mode === 'live' ? this.delay() : null;
    if (delay !== null) return words.delay.replace('{s}', delay.toFixed(1));
    return player.mode === 'dvr' && player.playing ? words.playback : '';
  }

  #playText() {
    const { player, words, chosen } = this;
    if (player.playing) return words.pause;
    return chosen?.isLive && player.mode === 'idle' ? words.listenLive : words.listen;
  }
}
