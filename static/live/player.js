// One recording in the ear: live about 1.5 s behind what is spoken, or back in time while the
// recording goes on. Each start is a play session that the server keeps and the person can see.

import Hls from '../vendor/hls/hls.light.min.mjs';
import { skipping, unitAt } from './skipping.js';

// Without cues hls.js makes no text track, whose data: address our policy would refuse.
const QUIET = {
  enableID3MetadataCues: false,
  enableEmsgMetadataCues: false,
  enableDateRangeMetadataCues: false,
};
const LIVE = {
  ...QUIET,
  lowLatencyMode: true,
  liveSyncDuration: 1.3,
  liveMaxLatencyDuration: 3,
  maxLiveSyncPlaybackRate: 1.1,
  liveSyncOnStallIncrease: 0,
};

// What is fetched counts as played: fetch little ahead of the ear.
const REPLAY = { ...QUIET, maxBufferLength: 10, maxMaxBufferLength: 20 };

// A decoder stumbles over what lies this far ahead of the ear.
const DECODED_AHEAD = 0.5;

export class ReasonRequired extends Error {}

export class Player extends EventTarget {
  constructor({ listenUrl, token }) {
    super();
    this.listenUrl = listenUrl;
    this.token = token;
    this.audio = new Audio();
    this.audio.disableRemotePlayback = true; // else iPhones refuse the managed media source
    this.mode = 'idle';
    for (const kind of ['playing', 'pause', 'waiting', 'ended', 'timeupdate']) {
      this.audio.addEventListener(kind, () => this.#changed());
    }
    this.audio.addEventListener('timeupdate', () => {
      if (this.audio.currentTime) this.reached = this.audio.currentTime;
    });
    this.audio.addEventListener('error', () => {
      if (this.hls && this.audio.error?.code === MediaError.MEDIA_ERR_DECODE) this.#stepOver(this.hls);
    });
  }

  get playing() {
    return this.mode !== 'idle' && !this.audio.paused;
  }

  /** What the ear hears now, as the moment it was spoken (the recorder's clock, corrected). */
  get heardAt() {
    return this.hls?.playingDate?.getTime() ?? null;
  }

  /** The second of the recording that the ear is at, counted in its own sound. */
  get second() {
    if (this.mode === 'dvr' || !this.hls) return this.audio.currentTime;
    const at = unitAt(this.hls.latestLevelDetails?.fragments ?? [], this.audio.currentTime);
    return at && (at.unit + 1) * at.length - Math.max(0, at.end - this.audio.currentTime);
  }

  choose(recording) {
    if (recording === this.recording) return;
    this.stop();
    this.recording = recording;
    this.undecodable = new Set();
    this.session = null;
  }

  async live(reason) {
    await this.#play('live', reason);
  }

  async from(seconds, reason) {
    if (this.mode === 'dvr' && this.session) {
      this.audio.currentTime = seconds;
      await this.audio.play();
      return;
    }
    await this.#play('dvr', reason, seconds);
  }

  pause() {
    // Live sound that was paused would continue late without saying so: it stops instead.
    if (this.mode === 'live') this.stop();
    else this.audio.pause();
  }

  async resume() {
    await this.audio.play();
  }

  stop() {
    this.hls?.destroy();
    this.hls = null;
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.mode = 'idle';
    this.#changed();
  }

  async #play(mode, reason, seconds = 0) {
    const session = this.session ?? (await this.#open(mode, reason));
    this.stop();
    this.session = session;
    this.mode = mode;
    const url = mode === 'live' ? session.live_url : session.dvr_url;
    if (Hls.isSupported()) this.#attach(url, mode, seconds);
    else this.#native(url, seconds);
    this.#changed();
    await this.audio.play().catch((problem) => {
      if (problem.name === 'NotAllowedError') throw problem;
    });
  }

  async #open(mode, reason) {
    const answer = await fetch(this.listenUrl(this.recording), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': this.token },
      body: JSON.stringify(reason ? { mode, reason } : { mode }),
    });
    const body = await answer.json().catch(() => ({}));
    if (answer.status === 422) throw new ReasonRequired(body.detail);
    if (!answer.ok) throw new Error(body.detail || `listen: ${answer.status}`);
    this.dispatchEvent(new CustomEvent('session', { detail: body }));
    return body;
  }

  #attach(url, mode, seconds) {
    const pLoader = skipping(Hls.DefaultConfig.loader, new Set(this.undecodable));
    const hls = new Hls({ ...(mode === 'live' ? LIVE : { ...REPLAY, startPosition: seconds }), pLoader });
    this.hls = hls;
    this.reached = mode === 'live' ? null : seconds;
    hls.on(Hls.Events.ERROR, (_, problem) => problem.fatal && this.#repair(hls, problem, seconds));
    hls.attachMedia(this.audio);
    hls.loadSource(url);
  }

  #native(url, seconds) {
    this.audio.src = url;
    this.audio.addEventListener('loadedmetadata', () => (this.audio.currentTime = seconds), {
      once: true,
    });
  }

  #repair(hls, problem, seconds) {
    if (hls !== this.hls) return;
    const refused = [401, 403, 404, 410].includes(problem.response?.code);
    if (problem.type === Hls.ErrorTypes.MEDIA_ERROR) this.#stepOver(hls);
    else if (refused) this.#lost();
    else setTimeout(() => hls === this.hls && this.#again(hls, seconds), 1000);
    this.#changed();
  }

  /** Never twice into what cannot be decoded: behind it, and a replay tries it once more before. */
  #stepOver(hls) {
    const { fragments = [], edge, live } = hls.latestLevelDetails ?? {};
    let bad = unitAt(fragments, (this.reached ?? hls.liveSyncPosition ?? 0) + DECODED_AHEAD);
    while (bad && this.undecodable.has(bad.unit)) bad = unitAt(fragments, bad.end);
    const isNew = this.mode === 'dvr' && bad?.unit !== this.failed;
    this.failed = bad?.unit;
    if (bad && !isNew) this.undecodable.add(bad.unit);
    if (bad && !isNew && live === false && bad.end >= edge - 0.1) return void this.stop();
    hls.destroy();
    const url = this.mode === 'live' ? this.session.live_url : this.session.dvr_url;
    this.#attach(url, this.mode, (isNew ? this.reached : bad?.end) ?? 0);
    this.audio.play().catch(() => this.#changed());
  }

  #again(hls, seconds) {
    if (hls.levels?.length) hls.startLoad(this.mode === 'live' ? -1 : seconds);
    else hls.loadSource(this.mode === 'live' ? this.session.live_url : this.session.dvr_url);
  }

  /** The next start asks the server anew whether and why. */
  leave() {
    this.session = null;
    this.stop();
  }

  #lost() {
    this.leave();
    this.dispatchEvent(new CustomEvent('refused'));
  }

  #changed() {
    this.dispatchEvent(new CustomEvent('change'));
  }
}
