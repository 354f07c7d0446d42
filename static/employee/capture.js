// Microphone (or the demo's sample scene) -> AudioWorklet -> encoder -> units. Knows nothing about
// the network. Nothing is ever played: the graph ends in a gain of zero.

import { Encoder } from './encoder.js';
import { start } from './words.js';
import { endRecording, onUpload, uploadOf } from './upload.js';
import { Run, recordingFor } from './units.js';

const WANTED_RATE = 48_000;
const VOICE = { channelCount: 1, echoCancellation: false, noiseSuppression: false };

export const sound = { status: 'off', level: 0, since: 0, isSample: false };
const listeners = new Set();
let graph = null;
let starting = null;

export const onSound = (listener) => listeners.add(listener);

function become(change) {
  Object.assign(sound, change);
  for (const listener of listeners) listener(sound);
}

// The loudest since it was last asked for.
export function takeLevel() {
  const { level } = sound;
  sound.level = 0;
  return level;
}

// Resolves to whether sound is being taken. Never throws: an alarm does not depend on it.
export function startCapture(tapId, { sample = false } = {}) {
  if (graph) return Promise.resolve(true);
  starting ??= begin(tapId, sample)
    .catch((error) => {
      become({ status: error.name === 'NotAllowedError' ? 'denied' : 'none' });
      return false;
    })
    .finally(() => {
      starting = null;
    });
  return starting;
}

async function begin(tapId, sample) {
  become({ status: 'starting', isSample: sample });
  const context = openContext();
  try {
    await context.audioWorklet.addModule(new URL('./capture-worklet.js', import.meta.url));
    const source = sample ? await sampleSource(context) : await microphoneSource(context);
    await connect(context, source, tapId);
  } catch (error) {
    await context.close();
    throw error;
  }
  return true;
}

function openContext() {
  try {
    return new AudioContext({ sampleRate: WANTED_RATE, latencyHint: 'balanced' });
  } catch {
    return new AudioContext();
  }
}

async function microphoneSource(context) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: VOICE });
  const node = context.createMediaStreamSource(stream);
  const [track] = stream.getAudioTracks();
  track.addEventListener('mute', () => become({ status: 'muted' }));
  track.addEventListener('unmute', () => become({ status: 'recording' }));
  track.addEventListener('ended', () => replaceMicrophone());
  return { node, track };
}

async function sampleSource(context) {
  const response = await fetch(start.sample, { credentials: 'omit' });
  const buffer = await context.decodeAudioData(await response.arrayBuffer());
  const node = new AudioBufferSourceNode(context, { buffer, loop: true });
  node.start();
  return { node, track: null };
}

async function connect(context, source, tapId) {
  const recording = await recordingFor(tapId, context.sampleRate);
  const upload = uploadOf(recording);
  const run = new Run(recording, () => upload.wake());
  const encoder = new Encoder(context.sampleRate, (frame) => run.addFrame(frame));
  const tap = new AudioWorkletNode(context, 'sobani-capture', { channelCountMode: 'max' });
  const silence = new GainNode(context, { gain: 0 });
  source.node.connect(tap).connect(silence).connect(context.destination);
  graph = { context, source, tap, run, encoder, recording };
  tap.port.onmessage = ({ data }) => receive(data);
  context.onstatechange = () => become({ status: statusOf() });
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  become({ status: statusOf(), since: recording.started_at });
}

function statusOf() {
  if (!graph) return 'off';
  if (graph.context.state !== 'running') return 'paused';
  const { track } = graph.source;
  if (track?.readyState === 'ended') return 'ended';
  return track?.muted ? 'muted' : 'recording';
}

function receive({ piece, at }) {
  if (!graph) return;
  const { run, encoder, source } = graph;
  for (const value of piece) sound.level = Math.max(sound.level, Math.abs(value));
  run.addPiece(piece, at, Boolean(source.track?.muted));
  encoder.add(piece).catch(() => become({ status: 'broken' }));
}

// Another program took the microphone, or it was unplugged: the recording goes on, and takes the
// next microphone that there is.
async function replaceMicrophone() {
  if (!graph) return;
  become({ status: 'ended' });
  try {
    const source = await microphoneSource(graph.context);
    graph.source.node.disconnect();
    graph.source = source;
    source.node.connect(graph.tap);
    become({ status: 'recording' });
  } catch {
    navigator.mediaDevices.addEventListener('devicechange', replaceMicrophone, { once: true });
  }
}

// After the system has stopped the page's sound; needs a touch on some browsers.
export async function resumeCapture() {
  await graph?.context.resume().catch(() => {});
  become({ status: statusOf() });
}

export async function stopCapture() {
  await starting;
  if (!graph) return;
  const { context, source, tap, run, encoder, recording } = graph;
  graph = null;
  become({ status: 'off', level: 0 });
  tap.port.postMessage('stop');
  source.track?.stop();
  await context.close().catch(() => {});
  await encoder.finish().catch(() => {});
  await run.finish();
  await endRecording(recording);
}

// The server has other sound under this number, or takes no more of this recording: what is heard
// from now on goes into a new one.
onUpload(async ({ conflict, recording }) => {
  if (!conflict || graph?.recording.client_id !== recording.client_id) return;
  const { isSample } = sound;
  await stopCapture();
  await startCapture(recording.tap_id, { sample: isSample });
});
