// Microphone (or the demo's sample scene) -> AudioWorklet -> encoder -> units. Knows nothing about
// the network. Nothing is ever played: the graph ends in a gain of zero.

import { Backoff } from './api.js';
import { now } from './clock.js';
import { onReturn, onTouch } from './comeback.js';
import { Encoder } from './encoder.js';
import { start } from './words.js';
import { endRecording, onUpload, uploadOf } from './upload.js';
import { Run, recordingFor } from './units.js';

const WANTED_RATE = 48_000;
const VOICE = { channelCount: 1, echoCancellation: false, noiseSuppression: false };
const WATCH_EVERY = 1000;
const MUTED_TOO_LONG = 5000;
const NO_SOUND_TOO_LONG = 5000;
const LONGEST_PAUSE = 8000;
const RESUME_PATIENCE = 500;
const RESUMES = 4;

export const sound = { status: 'off', level: 0, since: 0, isSample: false };
const listeners = new Set();
const backoff = new Backoff();
let wanted = null;
let graph = null;
let starting = null;
let mending = null;
let nextTry = 0;

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

// Resolves to whether sound is being taken. Never throws: an alarm does not depend on it. What
// fails, or stops later, is tried again until it is stopped.
export async function startCapture(tapId, { sample = false } = {}) {
  if (wanted && wanted.sample !== sample) await takeDown();
  wanted = { tapId, sample };
  if (graph) await mendNow();
  else await build();
  return sound.status === 'recording';
}

function build() {
  starting ??= begin(wanted)
    .catch((error) => become({ status: statusAfter(error) }))
    .finally(() => {
      starting = null;
    });
  return starting;
}

function statusAfter({ name }) {
  if (name === 'NotAllowedError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return navigator.mediaDevices ? 'ended' : 'none';
}

async function begin({ tapId, sample }) {
  become({ isSample: sample, ...(sound.status === 'off' && { status: 'starting' }) });
  const context = openContext();
  try {
    await context.audioWorklet.addModule(new URL('./capture-worklet.js', import.meta.url));
    const source = sample ? await sampleSource(context) : await microphoneSource(context);
    await connect(context, source, tapId);
  } catch (error) {
    await context.close();
    throw error;
  }
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
  const source = { node, track, mutedSince: track.muted ? performance.now() : null };
  track.addEventListener('mute', () => {
    source.mutedSince = performance.now();
    look();
  });
  track.addEventListener('unmute', () => {
    source.mutedSince = null;
    look();
  });
  track.addEventListener('ended', mendNow);
  return source;
}

async function sampleSource(context) {
  const response = await fetch(start.sample, { credentials: 'omit' });
  const buffer = await context.decodeAudioData(await response.arrayBuffer());
  const node = new AudioBufferSourceNode(context, { buffer, loop: true });
  node.start();
  return { node, track: null, mutedSince: null };
}

async function connect(context, source, tapId) {
  const recording = await recordingFor(tapId, context.sampleRate);
  const upload = uploadOf(recording);
  const run = new Run(recording, (unit) => upload.add(unit));
  const encoder = new Encoder(context.sampleRate, (frame) => run.addFrame(frame));
  const tap = new AudioWorkletNode(context, 'sobani-capture', { channelCountMode: 'max' });
  const silence = new GainNode(context, { gain: 0 });
  source.node.connect(tap).connect(silence).connect(context.destination);
  graph = { context, source, tap, run, encoder, recording, heard: performance.now(), resumes: 0 };
  tap.port.onmessage = ({ data }) => receive(data);
  context.onstatechange = mendNow;
  await resumed(context);
  look();
  become({ since: recording.started_at });
}

const resumed = (context) =>
  Promise.race([
    context.resume().catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, RESUME_PATIENCE)),
  ]);

function look() {
  if (graph && statusOf() !== sound.status) become({ status: statusOf() });
}

function statusOf() {
  const { context, source, isBroken, heard } = graph;
  if (isBroken) return 'broken';
  if (context.state !== 'running') return 'paused';
  if (source.track?.readyState === 'ended') return source.refused ?? 'ended';
  if (source.mutedSince !== null) return 'muted';
  return performance.now() - heard > NO_SOUND_TOO_LONG ? 'paused' : 'recording';
}

function receive({ piece, at }) {
  if (!graph) return;
  const { context, run, encoder, source } = graph;
  graph.heard = performance.now();
  for (const value of piece) sound.level = Math.max(sound.level, Math.abs(value));
  const endedAt = now() - Math.max(0, context.currentTime - at) * 1000;
  run.addPiece(piece, endedAt, source.mutedSince !== null);
  encoder.add(piece).catch(broke(graph));
}

const broke = (broken) => () => {
  broken.isBroken = true;
  look();
};

// Whatever stopped it (a call, another program, a pulled plug, the system), is taken up again: by a
// clock, by the page's return, by a touch anywhere and by the button.
function watch() {
  if (!wanted) return;
  look();
  if (!isFaulty()) backoff.reset();
  else if (performance.now() >= nextTry && sound.status !== 'denied') mend();
}

const isFaulty = () => !graph || !['recording', 'muted'].includes(statusOf()) || isMutedTooLong();

const isMutedTooLong = () => {
  const since = graph.source.mutedSince;
  return since !== null && performance.now() - since > MUTED_TOO_LONG;
};

function mendNow() {
  backoff.reset();
  return mend();
}

// Where the person has to allow it, only what she does asks her again.
const mendByTouch = () => (sound.status === 'denied' ? undefined : mendNow());

function mend() {
  if (!wanted || starting) return starting;
  look();
  mending ??= repair()
    .catch(refuse)
    .finally(() => {
      mending = null;
      nextTry = performance.now() + WATCH_EVERY + backoff.next(0, LONGEST_PAUSE);
    });
  return mending;
}

// Why there is no other microphone stands until there is one.
function refuse(error) {
  if (!graph?.source.track) return;
  graph.source.refused = statusAfter(error);
  look();
}

async function repair() {
  if (!graph) return build();
  if (isSuspended()) await resume();
  if (!graph || (isSuspended() && !isGivenUp())) return look();
  if (['paused', 'broken'].includes(statusOf())) return rebuild();
  graph.resumes = 0;
  if (isFaulty()) await replaceMicrophone();
  return look();
}

const isSuspended = () => !['running', 'closed'].includes(graph.context.state);

// Some never come back, though nothing holds them any more.
const isGivenUp = () => graph.resumes >= RESUMES && document.visibilityState === 'visible';

async function resume() {
  graph.resumes += 1;
  await resumed(graph.context);
}

async function rebuild() {
  await takeDown();
  if (wanted) await build();
}

// The recording goes on with the next microphone that there is.
async function replaceMicrophone() {
  const { context, source: old, tap } = graph;
  if (!old.track) return rebuild();
  old.track.stop();
  const source = await microphoneSource(context);
  if (graph?.source !== old) return source.track.stop();
  old.node.disconnect();
  graph.source = source;
  source.node.connect(tap);
  return undefined;
}

// By the button.
export const resumeCapture = () => mendNow();

export async function stopCapture() {
  wanted = null;
  await starting;
  await mending;
  const recording = await takeDown();
  become({ status: 'off', level: 0 });
  if (recording) await endRecording(recording);
}

async function takeDown() {
  if (!graph) return null;
  const { context, source, tap, run, encoder, recording } = graph;
  graph = null;
  context.onstatechange = null;
  tap.port.postMessage('stop');
  source.track?.stop();
  await context.close().catch(() => {});
  await encoder.finish().catch(() => {});
  await run.finish();
  return recording;
}

// The server has other sound under this number, or takes no more of this recording: what is heard
// from now on goes into a new one.
onUpload(async ({ conflict, recording }) => {
  if (!conflict || !wanted || graph?.recording.client_id !== recording.client_id) return;
  const { tapId, sample } = wanted;
  await stopCapture();
  await startCapture(tapId, { sample });
});

setInterval(watch, WATCH_EVERY);
onReturn(mendNow);
onTouch(mendByTouch);
navigator.mediaDevices?.addEventListener('devicechange', mendNow);
