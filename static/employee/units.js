// AAC frames become units of about one second, each on the disk before anything is sent.

import { now } from './clock.js';
import { allOf, keep } from './store.js';

export const FRAME = 1024;
const PEAKS = 10;
const GAP = 1500;

export const framesPerUnit = (rate) => Math.round(rate / FRAME);

export async function recordingFor(tapId, rate) {
  const known = await allOf('recordings');
  const open = known.find((one) => one.tap_id === tapId && !one.ended && one.sample_rate === rate);
  if (open) return open;
  const recording = {
    client_id: crypto.randomUUID(),
    tap_id: tapId,
    sample_rate: rate,
    frames_per_unit: framesPerUnit(rate),
    started_at: Math.round(now()),
    next_seq: 0,
    next_sample: 0,
    ended: false,
  };
  await keepRecording(recording);
  return recording;
}

export const keepRecording = (recording) => keep(['recordings', recording.client_id, recording]);

export const secondsOf = ({ frames_per_unit, sample_rate }) => (frames_per_unit * FRAME) / sample_rate;

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

// One run of the encoder: counts samples in, frames out, and cuts units.
export class Run {
  #recording;
  #onUnit;
  #run = crypto.randomUUID();
  #frames = [];
  #first = 0;
  #samples = 0;
  #anchors = [];
  #peaks = new Map();
  #muted = new Set();
  #writing = Promise.resolve();

  constructor(recording, onUnit) {
    this.#recording = recording;
    this.#onUnit = onUnit;
  }

  // Note when and how loud the sound was. The encoder gives frames back later, without times.
  addPiece(piece, endedAt, isMuted) {
    const rate = this.#recording.sample_rate;
    const began = endedAt - (piece.length / rate) * 1000;
    const last = this.#anchors.at(-1);
    const expected = last ? last.at + ((this.#samples - last.sample) / rate) * 1000 : -Infinity;
    if (Math.abs(began - expected) > GAP) this.#anchors.push({ sample: this.#samples, at: began });
    const slice = this.#sliceSamples();
    for (let i = 0; i < piece.length; i++) {
      const index = Math.floor((this.#samples + i) / slice);
      const loud = Math.abs(piece[i]);
      if (loud > (this.#peaks.get(index) ?? 0)) this.#peaks.set(index, loud);
    }
    if (isMuted) this.#muted.add(Math.floor(this.#samples / (slice * PEAKS)));
    this.#samples += piece.length;
  }

  #sliceSamples() {
    return (this.#recording.frames_per_unit * FRAME) / PEAKS;
  }

  addFrame(frame) {
    this.#frames.push(frame);
    if (this.#frames.length === this.#recording.frames_per_unit) this.#cut();
  }

  // The rest as a short unit; resolves when everything is on the disk.
  async finish() {
    if (this.#frames.length) this.#cut();
    await this.#writing;
  }

  #cut() {
    const frames = this.#frames;
    const first = this.#first;
    const samples = frames.length * FRAME;
    this.#frames = [];
    this.#first += samples;
    const unit = {
      client_id: this.#recording.client_id,
      seq: this.#recording.next_seq++,
      run: this.#run,
      first: this.#recording.next_sample,
      samples,
      time: this.#timeOf(first),
      flags: this.#flagsOf(first, samples),
      peaks: this.#peaksOf(first),
    };
    this.#recording.next_sample += samples;
    const kept = { ...this.#recording };
    this.#writing = this.#writing.then(() => this.#write(unit, frames, kept));
  }

  async #write(unit, frames, recording) {
    unit.data = new Uint8Array(await new Blob(frames).arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', unit.data));
    unit.digest = toBase64(digest);
    const { client_id, seq } = unit;
    await keep(
      ['units', [client_id, seq], unit],
      ['digests', [client_id, seq], { client_id, seq, digest }],
      ['recordings', client_id, recording],
    );
    this.#onUnit(unit);
  }

  #timeOf(sample) {
    const anchor = this.#anchors.findLast((one) => one.sample <= sample) ?? this.#anchors[0];
    if (!anchor) return Math.round(now());
    return Math.round(anchor.at + ((sample - anchor.sample) / this.#recording.sample_rate) * 1000);
  }

  #flagsOf(first, samples) {
    const flags = [];
    const inside = ({ sample }) => sample > first && sample < first + samples;
    if (this.#anchors.some(inside)) flags.push('discontinuity');
    const index = Math.floor(first / (this.#sliceSamples() * PEAKS));
    if (this.#muted.delete(index)) flags.push('muted');
    return flags.join('|');
  }

  #peaksOf(first) {
    const from = Math.round(first / this.#sliceSamples());
    return Array.from({ length: PEAKS }, (_one, i) => {
      const peak = this.#peaks.get(from + i) ?? 0;
      this.#peaks.delete(from + i);
      return Math.min(255, Math.round(peak * 255));
    });
  }
}
