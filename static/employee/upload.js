// Delivers a recording: units in order, one in flight, deleted here only once they are safe there.

import {
  Backoff, LONGEST_WAIT, Refused, URGENT_WAIT, retry, post, seconds, sleep, send,
} from './api.js';
import { allOf, putIn, rangeOf, transact } from './store.js';
import { onlyInMemory } from './units.js';

const uploads = new Map();
const listeners = new Set();

export const onUpload = (listener) => listeners.add(listener);

// Every recording on this device, also of an earlier day: nothing stays behind unsent.
export async function resumeUploads() {
  for (const recording of await allOf('recordings')) uploadOf(recording);
}

export function uploadOf(recording) {
  const known = uploads.get(recording.client_id);
  if (known) return known;
  const upload = new Upload(recording);
  uploads.set(recording.client_id, upload);
  upload.run().catch(() => uploads.delete(recording.client_id));
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
  await putIn('recordings', recording);
  uploadOf(recording).end(recording);
}

class Upload {
  #recording;
  #id;
  #from = 0;
  #backoff = new Backoff();
  #wake = () => {};
  #isWoken = false;

  constructor(recording) {
    this.#recording = recording;
  }

  wake() {
    this.#isWoken = true;
    this.#wake();
  }

  end(recording) {
    this.#recording = recording;
    this.wake();
  }

  async run() {
    await this.#register();
    for (;;) {
      this.#isWoken = false;
      const unit = await this.#next();
      if (unit) await this.#deliver(unit);
      else if (this.#recording.ended) return this.#close();
      else await this.#woken();
    }
  }

  #woken() {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#isWoken) resolve();
      setTimeout(resolve, LONGEST_WAIT);
    });
  }

  async #register() {
    const { client_id, tap_id, sample_rate, frames_per_unit, started_at } = this.#recording;
    const json = {
      client_id, tap_id, sample_rate, frames_per_unit,
      codec: 'mp4a.40.2',
      started_at: seconds(new Date(started_at)),
    };
    const answer = await retry(() => post('recordings', json), { longest: this.#longestWait() });
    this.#id = answer.ingest_url.replace(/\/$/, '');
  }

  // While it is recorded, somebody may be listening for the line to come back.
  #longestWait() {
    return this.#recording.ended ? LONGEST_WAIT : URGENT_WAIT;
  }

  async #next() {
    const { client_id } = this.#recording;
    const found = await transact(['units'], 'readonly', ({ units }) =>
      units.getAll(rangeOf(client_id, this.#from), 1),
    ).catch(() => []);
    const memory = [...onlyInMemory.values()].filter((one) => one.client_id === client_id);
    const unit = [...found, ...memory]
      .filter((one) => one.seq >= this.#from)
      .sort((a, b) => a.seq - b.seq)[0];
    if (!unit?.refused) return unit;
    this.#from = unit.seq + 1;
    return this.#next();
  }

  async #deliver(unit) {
    try {
      await this.#put(unit);
      await this.#forget(unit.seq);
      this.#backoff.reset();
      this.#tell({ sent: unit.seq });
    } catch (error) {
      await this.#onFailure(unit, error);
    }
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
        'Unit-Sent': String(Date.now()),
        'Unit-Peak': unit.peaks.join(','),
        ...(unit.flags && { 'Unit-Flags': unit.flags }),
      },
    });
  }

  async #onFailure(unit, error) {
    this.#tell({ failed: true });
    const status = error instanceof Refused ? error.status : 0;
    if (status === 404) await this.#register();
    else if (status === 410) return this.#forget(unit.seq);
    else if ([409, 413, 415, 422].includes(status)) {
      // Kept aside over there; the device keeps its own copy and goes on with the next one.
      this.#from = unit.seq + 1;
      unit.refused = status;
      await putIn('units', unit).catch(() => {});
      if (status === 409) this.#tell({ conflict: true });
      return undefined;
    }
    return sleep(this.#backoff.next(error.retryAfter ?? 0, this.#longestWait()));
  }

  // One at a time, after the answer to these very bytes: that the server has a unit of this number
  // does not say that it has this sound, and what it has already it takes again without harm.
  async #forget(seq) {
    const { client_id } = this.#recording;
    onlyInMemory.delete(`${client_id}/${seq}`);
    await transact(['units'], 'readwrite', ({ units }) => units.delete([client_id, seq]));
  }

  async #close() {
    const { client_id, next_seq } = this.#recording;
    if (next_seq > 0) await retry(() => this.#sendEnd()).catch(() => {});
    const left = await this.#next();
    if (left || this.#from) return;
    await transact(['recordings', 'digests'], 'readwrite', ({ recordings, digests }) => {
      recordings.delete(client_id);
      digests.delete(rangeOf(client_id));
    });
    uploads.delete(client_id);
    this.#tell({ closed: true });
  }

  async #sendEnd() {
    const { client_id, next_seq } = this.#recording;
    const stored = await transact(['digests'], 'readonly', ({ digests }) =>
      digests.getAll(rangeOf(client_id)),
    );
    const all = await new Blob(stored.map((one) => one.digest)).arrayBuffer();
    const chain = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
    const hex = Array.from(chain, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const body = JSON.stringify({ last_seq: next_seq - 1, ...(this.#from ? {} : { chain: hex }) });
    const headers = { 'Content-Type': 'application/json' };
    return send(`${this.#id}/close`, { method: 'POST', body, headers });
  }

  #tell(news) {
    for (const listener of listeners) listener({ ...news, recording: this.#recording });
  }
}
