// The sound card: buttons, waveform, delay and the question for a reason.

import { clockText } from './clocks.js';
import { openDialog } from './dialogs.js';
import { Player, ReasonRequired } from './player.js';
import { Wave } from './wave.js';

const $ = (id) => document.getElementById(id);

export class Listening {
  constructor(data, token, live) {
    this.data = data;
    this.words = data.words;
    this.clock = live;
    this.wave = new Wave($('wave'));
    const listenUrl = (pk) => data.listen.replace(data.anyRecording, pk);
    this.player = new Player({ listenUrl, token });
    this.player.addEventListener('change', () => this.show());
    this.player.addEventListener('refused', () => this.showMessage(this.words.refused));
    $('play').addEventListener('click', () => this.toggle());
    $('back-ten').addEventListener('click', () => this.seek(this.position() - 10));
    $('to-live').addEventListener('click', () => this.start({ live: true }));
    $('reason-form').addEventListener('submit', (event) => this.#reasonGiven(event));
    this.wave.addEventListener('seek', (event) => this.seek(event.detail));
    this.onChoice = (event) => event.target.id === 'recording' && this.recordingsChanged();
    document.addEventListener('change', this.onChoice);
    this.recordingsChanged();
    this.timer = setInterval(() => this.show(), 250);
  }

  /** The card leaves the page. */
  end() {
    this.player.leave();
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
    const chosen = this.chosen;
    if (!chosen && this.player.recording) {
      this.player.choose(null);
      this.wave.clear();
    }
    if (chosen && chosen.pk !== this.player.recording) {
      this.player.choose(chosen.pk);
      this.wave.clear();
      this.#loadPeaks(chosen.pk);
    }
    this.show();
  }

  /** Loudness that was hinted at while nobody heard it. */
  refill() {
    if (this.player.recording) this.#loadPeaks(this.player.recording);
  }

  async #loadPeaks(pk) {
    const answer = await fetch(this.data.peaks.replace(this.data.anyRecording, pk)).catch(() => null);
    if (!answer?.ok) return;
    const { peaks, per_second: perSecond } = await answer.json();
    if (pk === this.player.recording) this.wave.setPeaks(peaks, perSecond);
  }

  level(message) {
    if (message.recording && message.recording !== this.player.recording) return;
    this.wave.put(message.index ?? this.wave.peaks.length, message.peaks);
  }

  async toggle() {
    if (this.player.playing) this.player.pause();
    else if (this.player.mode === 'dvr') await this.player.resume();
    else await this.start({ live: this.chosen?.isLive, seconds: 0 });
  }

  async seek(seconds) {
    const nearLive = this.chosen?.isLive && seconds > this.wave.duration - 3;
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
    this.showMessage(this.words.closedNow);
  }

  /** Seconds into the recording that the ear is at. */
  position() {
    const { player, chosen } = this;
    if (player.mode === 'dvr') return player.audio.currentTime;
    if (player.mode === 'live' && player.heardAt && chosen?.startedMs) {
      return (player.heardAt - chosen.startedMs) / 1000;
    }
    return this.wave.duration;
  }

  delay() {
    const heard = this.player.heardAt;
    return heard === null ? null : Math.max(0, (this.clock.now() - heard) / 1000);
  }

  showMessage(text) {
    $('player-note').textContent = text;
  }

  show() {
    const { player, words, chosen } = this;
    const position = this.position();
    $('play').disabled = !chosen;
    const use = $('play-icon');
    const name = player.playing ? 'pause' : 'play';
    const href = use.getAttribute('href').replace(/#.*/, `#${name}`);
    if (use.getAttribute('href') !== href) use.setAttribute('href', href);
    $('play').setAttribute('aria-label', this.#playText());
    $('to-live').disabled = !chosen?.isLive || player.mode === 'live';
    $('back-ten').disabled = !chosen;
    $('player-clock').textContent = clockText(position * 1000);
    $('player-delay').textContent = this.#delayText();
    if (player.mode === 'idle') this.wave.setCursor(chosen?.isLive ? this.wave.duration : 0);
    else this.wave.setCursor(position);
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
