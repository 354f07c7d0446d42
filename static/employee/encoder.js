// PCM to AAC frames with ADTS headers. The browser's own encoder where it has one for AAC,
// otherwise WebAssembly in a worker. Loaded only when there is something to record.

import { start } from './words.js';

const BITS = 32_000;
const loading = new Map();

function loadScript(url) {
  if (!loading.has(url)) {
    const done = new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: url, onload: resolve });
      script.onerror = () => {
        loading.delete(url);
        script.remove();
        reject(new Error(`not loaded: ${url}`));
      };
      document.head.append(script);
    });
    loading.set(url, done);
  }
  return loading.get(url);
}

async function hasOwnEncoder(sampleRate) {
  if (!globalThis.AudioEncoder) return false;
  const config = { codec: 'mp4a.40.2', sampleRate, numberOfChannels: 1, bitrate: BITS };
  const answer = await AudioEncoder.isConfigSupported(config).catch(() => null);
  return Boolean(answer?.supported);
}

let isRegistered = false;

async function prepare(sampleRate) {
  const [library, wasm] = start.encoder;
  await loadScript(library);
  if (isRegistered || (await hasOwnEncoder(sampleRate))) return;
  await loadScript(wasm);
  globalThis.MediabunnyAacEncoder.registerAacEncoder();
  isRegistered = true;
}

export class Encoder {
  #sampleRate;
  #onFrame;
  #queue;
  #source;
  #output;
  #samples = 0;

  constructor(sampleRate, onFrame) {
    this.#sampleRate = sampleRate;
    this.#onFrame = onFrame;
    this.#queue = this.#open();
  }

  async #open() {
    await prepare(this.#sampleRate);
    const { AdtsOutputFormat, AudioSampleSource, NullTarget, Output } = globalThis.Mediabunny;
    const format = new AdtsOutputFormat({ onFrame: (frame) => this.#onFrame(frame) });
    this.#output = new Output({ format, target: new NullTarget() });
    this.#source = new AudioSampleSource({ codec: 'aac', bitrate: BITS });
    this.#output.addAudioTrack(this.#source);
    await this.#output.start();
  }

  // Pieces wait in memory until the encoder is there. Resolves when this one is taken.
  add(piece) {
    const timestamp = this.#samples / this.#sampleRate;
    this.#samples += piece.length;
    this.#queue = this.#queue.then(() => this.#encode(piece, timestamp));
    return this.#queue;
  }

  async #encode(piece, timestamp) {
    const sample = new globalThis.Mediabunny.AudioSample({
      data: piece,
      format: 'f32-planar',
      numberOfChannels: 1,
      sampleRate: this.#sampleRate,
      timestamp,
    });
    try {
      await this.#source.add(sample);
    } finally {
      sample.close();
    }
  }

  async finish() {
    await this.#queue;
    this.#source.close();
    await this.#output.finalize();
  }
}
