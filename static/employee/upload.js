// Delivers a recording, and deletes here only what is safe there. Two lanes: the live one sends what
// is said now, one after the other; what an outage has left behind it goes in batches, beside it.

import {
  Backoff, LONGEST_WAIT, Refused, URGENT_WAIT, retry, post, seconds, sleep, send,
} from './api.js';
import { BATCH_TYPE, packed } from './batch.js';
import { now } from './clock.js';
import { allOf, entriesOf, get, keep, keysOf } from './store.js';
import { keepRecording, secondsOf } from './units.js';

// So many units behind each other are still live.
const LIVE_AT_MOST = 5;
const BATCH = 60;
const BATCH_PATIENCE = 20_000;
const ASIDE = [409, 413, 415, 422];
const STATUS_OF = { 'other-bytes': 409, 'recording-closed': 409, 'not-adts': 415 };

const uploads = new Map();
const listeners = new Set();

export const onUpload = (listener) => listeners.add(listener);

// Every recording on this device, also of an earlier day: nothing stays behind unsent.
export async function resumeUploads() {
  for (const recording of await allOf('recordings')) uploadOf(recording);
}

export function uploadOf(recording) {
  const known = uploads.get(recording.client_id);
  const upload = known ?? new Upload(recording);
  uploads.set(recording.client_id, upload);
  if (known || recording.next_seq) upload.lookOnDisk();
  upload.start();
  return upload;
}

// Recordings whose alarm is over, and that nobody continues, get their end.
export async function endRecordings(isOver) {
  for (const recording of await allOf('recordings')) {
    if (!recording.ended && isOver(recording)) await endRecording(recording);
  }
}

export async function endRecording(recording) {
  recording.ended = true;
  await keepRecording(recording);
  uploadOf(recording).end(recording);
}

// How much sound of a tap has been cut into units and not been acknowledged.
export const unsentSeconds = (tapId) =>
  [...uploads.values()].reduce((sum, one) => sum + one.unsentSecondsOf(tapId), 0);

class Upload {
  #recording;
  #id;
  #waiting = new Set();
  #refused = new Set();
  #looking = 0;
  #edge = 0;
  #most = BATCH;
  #isFailing = false;
  #running = null;
  #resting = new Set();

  constructor(recording) {
    this.#recording = recording;
  }

  // Ends early where the server wants nothing of this recording, for one from a revoked phone.
  start() {
    this.#running ??= this.#run()
      .catch(() => {})
      .finally(() => {
        this.#running = null;
      });
  }

  unsentSecondsOf(tapId) {
    return this.#recording.tap_id === tapId ? this.#waiting.size * secondsOf(this.#recording) : 0;
  }

  // What an earlier page or another tab has left there.
  async lookOnDisk() {
    this.#looking += 1;
    const keys = await retry(() => keysOf('units', this.#recording.client_id));
    for (const [, seq] of keys) if (!this.#refused.has(seq)) this.#waiting.add(seq);
    this.#looking -= 1;
    this.#wake();
  }

  add({ seq }) {
    this.#waiting.add(seq);
    this.#wake();
    this.#tell({ failed: this.#isFailing });
  }

  end(recording) {
    this.#recording = recording;
    this.#wake();
  }

  async #run() {
    await this.#register();
    await Promise.all([this.#liveLane(), this.#olderLane()]);
    await this.#close();
  }

  #wake() {
    for (const resume of this.#resting) resume();
    this.#resting.clear();
  }

  #woken() {
    return new Promise((resolve) => this.#resting.add(resolve));
  }

  async #register() {
    const { client_id, tap_id, sample_rate, frames_per_unit, started_at } = this.#recording;
    const json = {
      client_id, tap_id, sample_rate, frames_per_unit,
      codec: 'mp4a.40.2',
      started_at: seconds(new Date(started_at)),
    };
    const answer = await retry(() => post('recordings', json), {
      onFailure: () => this.#fail(),
      longest: this.#longestWait(),
    });
    this.#id = answer.ingest_url.replace(/\/$/, '');
  }

  // While it is recorded, somebody may be listening for the line to come back.
  #longestWait() {
    return this.#recording.ended ? LONGEST_WAIT : URGENT_WAIT;
  }

  #isDone() {
    return this.#recording.ended && !this.#waiting.size && !this.#looking;
  }

  async #liveLane() {
    const backoff = new Backoff();
    while (!this.#isDone()) {
      const seq = this.#nextLive();
      if (seq === undefined) await this.#woken();
      else await this.#attempt(backoff, () => this.#deliver(seq));
    }
  }

  // In their order; after an outage it goes on with the newest, so that they are heard now.
  #nextLive() {
    const ahead = [...this.#waiting].filter((seq) => seq >= this.#edge);
    if (ahead.length > LIVE_AT_MOST) {
      this.#edge = Math.max(...ahead) - 1;
      this.#wake();
      return this.#edge;
    }
    return ahead.length ? Math.min(...ahead) : undefined;
  }

  // The oldest first. While what is said now does not get through, this waits.
  async #olderLane() {
    const backoff = new Backoff();
    while (!this.#isDone()) {
      const older = [...this.#waiting].filter((seq) => seq < this.#edge).sort((a, b) => a - b);
      if (!older.length || (this.#isFailing && this.#nextLive() !== undefined)) await this.#woken();
      else if (this.#most === 1) await this.#attempt(backoff, () => this.#deliver(older[0]));
      else await this.#attempt(backoff, () => this.#deliverBatch(older.slice(0, this.#most)));
    }
  }

  async #attempt(backoff, work) {
    try {
      await work();
      backoff.reset();
    } catch (error) {
      this.#fail();
      if (error instanceof Refused && error.status === 404) await this.#register();
      else await sleep(backoff.next(error.retryAfter ?? 0, this.#longestWait()));
    }
  }

  #fail() {
    this.#isFailing = true;
    this.#tell({ failed: true });
  }

  // One unit

  async #deliver(seq) {
    const unit = await this.#read(seq);
    if (!unit) return undefined;
    try {
      await this.#put(unit);
    } catch (error) {
      if (error instanceof Refused && ASIDE.includes(error.status)) return this.#setAside(unit, error.status);
      if (!(error instanceof Refused && error.status === 410)) throw error;
    }
    return this.#forget([seq]);
  }

  // Nothing where another tab has delivered it, or the server has refused it for good.
  async #read(seq) {
    const unit = await get('units', [this.#recording.client_id, seq]);
    if (unit && !unit.refused) return unit;
    this.#waiting.delete(seq);
    if (unit) this.#refused.add(seq);
    return undefined;
  }

  #put(unit) {
    return send(`${this.#id}/units/${unit.seq}`, {
      method: 'PUT',
      body: unit.data,
      headers: {
        'Content-Type': 'audio/aac',
        'Content-Digest': `sha-256=:${unit.digest}:`,
        'Unit-Run': unit.run,
        'Unit-Samples': `${unit.first}/${unit.samples}`,
        'Unit-Time': String(unit.time),
        'Unit-Sent': String(Math.round(now())),
        'Unit-Peak': unit.peaks.join(','),
        ...(unit.flags && { 'Unit-Flags': unit.flags }),
      },
    });
  }

  // Kept aside over there; the device keeps its own copy and goes on with the next one.
  async #setAside(unit, status) {
    this.#waiting.delete(unit.seq);
    this.#refused.add(unit.seq);
    unit.refused = status;
    await keep(['units', [unit.client_id, unit.seq], unit]);
    if (status === 409) this.#tell({ conflict: true });
  }

  // Only after the answer to these very bytes: that the server has a unit of this number does not
  // say that it has this sound, and what it has already it takes again without harm.
  async #forget(seqs) {
    const { client_id } = this.#recording;
    for (const seq of seqs) this.#waiting.delete(seq);
    this.#isFailing = false;
    this.#tell({ sent: seqs.at(-1) });
    await keep(...seqs.map((seq) => ['units', [client_id, seq], undefined]));
    this.#wake();
  }

  // Many units. A line that fails them gets smaller ones.

  async #deliverBatch(seqs) {
    const found = await Promise.all(seqs.map((seq) => this.#read(seq)));
    const units = found.filter((unit) => unit && unit.run === found.find(Boolean).run);
    if (!units.length) return;
    try {
      await this.#settle(units, await this.#putBatch(units));
      this.#most = Math.min(BATCH, this.#most * 2);
    } catch (error) {
      this.#most = Math.max(1, Math.floor(this.#most / 2));
      throw error;
    }
  }

  async #putBatch(units) {
    const answer = await send(`${this.#id}/units`, {
      method: 'PUT',
      body: packed(units),
      headers: {
        'Content-Type': BATCH_TYPE,
        'Unit-Run': units[0].run,
        'Unit-Sent': String(Math.round(now())),
        'Unit-Peak': units.map(({ peaks }) => peaks.join(',')).join(';'),
        'Unit-Flags': units.map(({ flags }) => flags).join(';'),
      },
      patience: BATCH_PATIENCE,
    });
    return answer.json();
  }

  async #settle(units, { stored, rejected }) {
    const isStored = ({ seq }) => stored.some(([first, last]) => first <= seq && seq <= last);
    const gone = rejected.filter(({ type }) => type === 'erased').map(({ seq }) => seq);
    const safe = [...units.filter(isStored).map(({ seq }) => seq), ...gone];
    const aside = rejected.filter(({ type }) => !['erased', 'digest-mismatch'].includes(type));
    for (const { seq, type } of aside) {
      await this.#setAside(units.find((unit) => unit.seq === seq), STATUS_OF[type] ?? 422);
    }
    if (safe.length) await this.#forget(safe);
    else if (!aside.length) throw new Error('nothing of the batch was taken');
  }

  // The end

  async #close() {
    const { client_id, next_seq } = this.#recording;
    if (next_seq > 0) await retry(() => this.#sendEnd()).catch(() => {});
    if (this.#waiting.size || this.#refused.size) return;
    const digests = await entriesOf('digests', client_id);
    await keep(
      ['recordings', client_id, undefined],
      ...digests.map(([key]) => ['digests', key, undefined]),
    );
    uploads.delete(client_id);
    this.#tell({ closed: true });
  }

  async #sendEnd() {
    const { client_id, next_seq } = this.#recording;
    const stored = (await entriesOf('digests', client_id)).map(([, one]) => one);
    const inOrder = stored.sort((a, b) => a.seq - b.seq).map(({ digest }) => digest);
    const all = await new Blob(inOrder).arrayBuffer();
    const chain = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
    const hex = Array.from(chain, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const body = { last_seq: next_seq - 1, ...(this.#refused.size ? {} : { chain: hex }) };
    const headers = { 'Content-Type': 'application/json' };
    return send(`${this.#id}/close`, { method: 'POST', body: JSON.stringify(body), headers });
  }

  #tell(news) {
    for (const listener of listeners) listener({ ...news, recording: this.#recording });
  }
}
