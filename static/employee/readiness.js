// The screen before an alarm. It says "ready" only for what was confirmed within the last hour, and
// only after a test notice of which the person said that it came. Where notices cannot come at all
// it says so: such a device still alarms, and shows what happens while the app is open.

import { Refused, call } from './api.js';
import { now } from './clock.js';
import { dropFact, getFact, setFact } from './store.js';
import { fill, find, screenNow, show } from './dom.js';
import { drawNoticeTest, noticesState } from './notice_test.js';
import { lookOnce, onPlace, place } from './positions.js';
import { dateOf, hourOf, start, textOf } from './words.js';

const HOUR = 3_600_000;
const OFTEN = 300_000;
// What belongs to whoever is registered, and to nobody after them.
const PERSONAL = ['token', 'deviceId', 'device', 'confirmed', 'exercised', 'refused', 'condition', 'check-ins', 'pushTold'];

export const device = { known: null, confirmed: 0, refused: false };
const microphone = { status: 'unknown', confirmed: 0 };
let exercised = 0;
let onUnknownToken = () => {};
const listeners = new Set();

// What the set-up goes through, each `granted` or what is wrong with it.
export const onReadiness = (listener) => listeners.add(listener);
export const states = () => ({ microphone: microphone.status, place: place.status, notices: noticesState() });
export const isExercised = () => exercised > 0;

export async function noteExercise() {
  exercised = now();
  await setFact('exercised', exercised);
  draw();
}

export function startReadiness(unknownToken) {
  onUnknownToken = unknownToken;
  onPlace(draw);
  for (const event of ['online', 'offline', 'focus']) addEventListener(event, check);
  navigator.mediaDevices?.addEventListener('devicechange', check);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') check();
  });
  setInterval(check, OFTEN);
  setInterval(draw, 15_000);
}

export async function check() {
  if (!(await getFact('token'))) return;
  if (!device.known) {
    device.known = (await getFact('device')) ?? null;
    device.confirmed = (await getFact('confirmed')) ?? 0;
    exercised = (await getFact('exercised')) ?? 0;
  }
  draw();
  await Promise.all([askServer(), askMicrophone(), askPlace()]);
  draw();
}

async function askServer() {
  try {
    device.known = await call('device');
    device.confirmed = now();
    device.refused = false;
    await setFact('device', device.known);
    await setFact('confirmed', device.confirmed);
  } catch (error) {
    if (!(error instanceof Refused)) return;
    device.confirmed = 0;
    device.refused = error.status === 401 || error.status === 403;
    if (error.status === 401) onUnknownToken();
  }
}

async function permissionOf(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return 'unknown';
  }
}

async function askMicrophone() {
  if (!navigator.mediaDevices) return heardMicrophone('none');
  const devices = await navigator.mediaDevices.enumerateDevices();
  if (!devices.some((one) => one.kind === 'audioinput')) return heardMicrophone('none');
  const state = await permissionOf('microphone');
  // A browser that does not tell: what a recent use has shown stays good for its hour.
  if (state !== 'unknown') heardMicrophone(state);
  return undefined;
}

function heardMicrophone(status) {
  microphone.status = status;
  microphone.confirmed = status === 'granted' ? now() : 0;
}

async function askPlace() {
  if ((await permissionOf('geolocation')) === 'granted') lookOnce();
}

export async function allowMicrophone() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    heardMicrophone('granted');
  } catch (error) {
    heardMicrophone(error.name === 'NotAllowedError' ? 'denied' : 'none');
  }
  draw();
}

export const allowPlace = () => lookOnce();

// The rows below the button say these, each with its way out.
const SAID_BELOW = ['noMicrophone', 'noNotices', 'notTested'];

const isFresh = (time) => time > 0 && Math.abs(now() - time) < HOUR;

export function problem() {
  if (device.refused) return 'notRegistered';
  if (!navigator.onLine) return 'offline';
  if (!isFresh(device.confirmed)) return 'notConfirmed';
  if (!device.known.reachable.length) return 'nobody';
  if (!isFresh(microphone.confirmed)) return 'noMicrophone';
  const notices = noticesState();
  if (notices === 'untested') return 'notTested';
  return notices === 'granted' ? '' : 'noNotices';
}

// By this device's own knowledge of the time: an exercise whose end was heard is over by itself.
export const isExercise = () => Date.parse(device.known?.exercise?.ends_at ?? '') > now();

export const isDiscreet = () => device.known?.screen_after_tap !== 'bright';
export const internalNumber = () => device.known?.site?.internal_number ?? '';
export const numberToDial = () => device.known?.site?.number_to_dial ?? '';

function draw() {
  const what = problem();
  fill('state-word', what ? textOf(what) : textOf('ready'));
  const tag = find('state');
  tag.className = `tag push ${what ? 'amber' : 'green'}`;
  tag.hidden = screenNow() === 'enrol';
  fill('why', what ? textOf(`${what}Why`, { time: lastConfirmed() }) : '');
  show('why-box', Boolean(what) && !SAID_BELOW.includes(what));
  show('exercise', isExercise());
  if (isExercise()) fill('exercise-until', hourOf(device.known.exercise.ends_at));
  drawReach();
  row('microphone', microphone.status);
  row('place', place.status, place.accuracy === null ? '' : `±${place.accuracy} m`);
  row('notices', noticesState(), textOf('confirmedByYou'));
  row('exercise', isExercised() ? 'granted' : 'open', exercised ? dateOf(exercised) : '');
  drawNoticeTest();
  for (const listener of listeners) listener();
  show('sample-offer', Boolean(start.sample) && ['none', 'denied'].includes(microphone.status));
}

const lastConfirmed = () => (device.confirmed ? hourOf(device.confirmed) : textOf('never'));

function drawReach() {
  const names = device.known?.reachable ?? [];
  const others = names.length - 1;
  const text = others > 0 ? textOf('andOthers', { name: names[0].name, count: others }) : names[0]?.name;
  fill('reach', text ?? textOf('nobodyKnown'));
  fill('holder', device.known?.holder?.name ?? '');
  fill('purpose', device.known?.purpose ?? '');
  const published = device.known?.purpose_published_at;
  fill('purpose-date', published ? dateOf(published) : '');
  show('purpose-card', Boolean(device.known?.purpose));
  fill('security', device.known?.security_company ?? '');
  fill('site', [device.known?.site?.name, internalNumber()].filter(Boolean).join(' / '));
}

function row(name, status, detail = '') {
  const isGood = status === 'granted';
  find(`${name}-row`).dataset.good = isGood ? 'yes' : 'no';
  fill(`${name}-state`, (isGood && detail) || textOf(`permission-${status}`));
  show(`${name}-open`, !isGood);
}

export async function forgetDevice() {
  for (const name of PERSONAL) await dropFact(name);
  Object.assign(device, { known: null, confirmed: 0, refused: false });
  exercised = 0;
}
