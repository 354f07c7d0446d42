// The open alarm of this device. The iron order: the report, then the position, then the sound.

import { Backoff, URGENT_WAIT, call, post, seconds, sleep } from './api.js';
import { startCapture, stopCapture } from './capture.js';
import { now, onClockStep } from './clock.js';
import * as course from './course.js';
import { asSent, bare, isTooMuch, newPress, shiftPress } from './press_body.js';
import { dropFact, getFact, setFact } from './store.js';
import { sendPositions, startPositions, stopPositions } from './positions.js';
import { endRecordings } from './upload.js';
import { keepAwake, letSleep } from './wake_lock.js';

const DISK_PATIENCE = 300;
const PRESS = 'incidents';

let alarm = null;
let clockOffset = 0;
const recording = new Set();
const sending = new WeakSet();
const listeners = new Set();

export const current = () => alarm;
export const onAlarm = (listener) => listeners.add(listener);
export const serverNow = () => now() + clockOffset;

function tell() {
  for (const listener of listeners) listener(alarm);
}

const keep = () => (alarm ? setFact('alarm', alarm) : dropFact('alarm'));

// The clock was set: what was noted by the old one is counted on by the new one.
onClockStep((step) => {
  clockOffset -= step;
  if (!alarm) return;
  alarm.pressed += step;
  alarm.checked += step;
  shiftPress(alarm.body, step);
  for (const one of alarm.unheard) {
    one.at += step;
    shiftPress(one.json, step);
  }
  keep();
});

export async function press({ sample = false, drill = false } = {}) {
  if (alarm && !isOver()) return;
  const body = newPress(drill ? { drill: true } : {});
  const { tap_id } = body;
  alarm = { tap_id, body, pressed: now(), incident: null, seen: null, late: false, sample };
  alarm.unheard = [];
  tell();
  await keepSoon();
  run();
}

// A disk that hangs must not hold up the report.
const keepSoon = () =>
  Promise.race([keep(), new Promise((resolve) => setTimeout(resolve, DISK_PATIENCE))]);

// After a reload: the same alarm goes on, with the same tap_id.
export async function restore() {
  alarm = (await getFact('alarm')) ?? null;
  if (!alarm) return endRecordings(() => true);
  alarm.unheard ??= [];
  tell();
  if (alarm.incident) await refresh();
  if (!alarm) return endRecordings(() => true);
  await endRecordings((one) => !recordsOn() || one.tap_id !== alarm.tap_id);
  run();
  return undefined;
}

function run() {
  if (alarm.incident) sendAll(alarm);
  else deliver(alarm);
  if (recordsOn()) follow();
}

// Also when somebody's close was answered with "still going on".
function follow() {
  startPositions(current);
  record(alarm);
  keepAwake();
}

// Only one tab takes sound; another one waits until that is closed.
function record({ tap_id, sample }) {
  if (recording.has(tap_id)) return;
  recording.add(tap_id);
  navigator.locks
    .request('sobani-sound', () => recordWhileOpen(tap_id, sample))
    .finally(() => recording.delete(tap_id));
}

async function recordWhileOpen(tapId, sample) {
  const isMine = () => alarm?.tap_id === tapId && recordsOn();
  if (!isMine()) return;
  await startCapture(tapId, { sample });
  while (isMine()) await new Promise((resolve) => setTimeout(resolve, 500));
  await stopCapture();
  await endRecordings((one) => one.tap_id === tapId);
}

export const recordNow = () => startCapture(alarm.tap_id);

export async function recordSample() {
  alarm.sample = true;
  await startCapture(alarm.tap_id, { sample: true });
}

// A refusal does not end it either: whatever is wrong over there, the report is tried again.
async function deliver(tap) {
  const backoff = new Backoff();
  const late = setTimeout(() => beLate(tap), Math.max(0, tap.pressed + course.PATIENCE - now()));
  while (alarm === tap && !tap.incident) {
    try {
      accept(await post(PRESS, asSent(tap.body)));
      clearTimeout(late);
    } catch (error) {
      tap.refused = error.status ?? 0;
      if (isTooMuch(tap.body, error)) tap.body = bare(tap.body);
      else await sleep(backoff.next(error.retryAfter ?? 0, URGENT_WAIT));
    }
  }
}

function beLate(tap) {
  if (alarm !== tap || tap.incident) return;
  tap.late = true;
  tell();
}

function accept(seen) {
  if (!alarm || !seen?.id) throw new Error('no incident in the answer');
  const isFirst = !alarm.incident;
  noteLost(alarm.seen, seen);
  Object.assign(alarm, { incident: seen.id, seen, late: false, newsAt: null, checked: now() });
  clockOffset = Date.parse(seen.server_time) - now();
  keep();
  // Also those that could not be sent when they were taken, though she has not moved since.
  sendPositions();
  if (isFirst) sendAll(alarm);
  if (!recordsOn()) finish();
  else follow();
  tell();
}

// Whoever was on the way and is not any more: the state itself says only who comes now.
function noteLost(before, seen) {
  if (before?.id !== seen.id || !before.coming_by) return;
  if (!seen.coming_by && !seen.arrived_by) {
    alarm.lost = { name: before.coming_by, at: seen.server_time };
  }
}

// Whether the state could be read.
export async function refresh() {
  if (!alarm?.incident) return false;
  const asked = alarm;
  try {
    const seen = await call(`incidents/${asked.incident}`);
    if (alarm === asked) accept(seen);
    return true;
  } catch (error) {
    if (error.status === 404 && alarm === asked) await leave();
    return false;
  }
}

// A notice that has come only says that there is news: until the state itself could be read, that
// is the newest fact, and it is asked for again and again.
export async function readNews() {
  if (!alarm || (await refresh())) return;
  const asked = alarm;
  asked.newsAt = seconds(new Date(serverNow()));
  tell();
  const backoff = new Backoff();
  while (alarm === asked && asked.newsAt) {
    await sleep(backoff.next(0, URGENT_WAIT));
    await refresh();
  }
}

export const recordsOn = () => Boolean(alarm) && course.recordsOn(alarm, serverNow());
export const isClosed = () => Boolean(alarm) && course.isClosed(alarm);
export const isOver = () => Boolean(alarm) && course.isOver(alarm);
export const isPast = () => Boolean(alarm) && course.isPast(alarm, serverNow());

// What there was of it stays known, so that its end is said, and nothing that was not.
export function noteTaken(taken) {
  const news = Object.entries(taken).filter(([name, value]) => value && !alarm[name]);
  if (!news.length) return;
  Object.assign(alarm, Object.fromEntries(news));
  keep();
}

function finish() {
  stopPositions();
  letSleep();
}

// What she says is kept and sent in its order until it is answered, like the press itself. Each has
// an id of its own, so that what is sent again is one.
async function send(path, json) {
  if (!alarm) return;
  const one = { path, json, at: now() };
  alarm.unheard.push(one);
  tell();
  setTimeout(tell, course.PATIENCE);
  await keepSoon();
  if (alarm?.incident) sendAll(alarm);
}

async function sendAll(tap) {
  if (sending.has(tap)) return;
  sending.add(tap);
  while (alarm === tap && tap.unheard.length) await sendOne(tap, tap.unheard[0]);
  sending.delete(tap);
}

// Whatever is wrong over there, a press is tried again. An answer may have been overtaken by the
// end of the alarm: then the state says what is so.
async function sendOne(tap, one) {
  const backoff = new Backoff();
  while (alarm === tap) {
    const isPress = one.path === PRESS;
    const path = isPress ? PRESS : `incidents/${tap.incident}/${one.path}`;
    const json = isPress ? asSent(one.json) : one.json;
    const answered = await post(path, json).catch((error) => error);
    const isRefused = answered?.isFinal && !isPress;
    if (answered?.id || isRefused) return settle(tap, one, isRefused ? null : answered);
    if (isPress && isTooMuch(one.json, answered ?? {})) one.json = bare(one.json);
    else await sleep(backoff.next(answered?.retryAfter ?? 0, URGENT_WAIT));
  }
  return undefined;
}

async function settle(tap, one, seen) {
  if (alarm !== tap) return;
  tap.unheard.shift();
  // The former one had ended: this press has opened another, and the sound belongs there.
  if (seen && one.path === PRESS && seen.id !== tap.incident) tap.tap_id = one.json.tap_id;
  if (seen && one.json.outcome === 'mistaken') tap.mistaken_at = seen.closed_at;
  if (seen) accept(seen);
  else await refresh();
  keep();
}

const withId = (json) => ({ ...json, client_id: crypto.randomUUID() });

export const pressAgain = () => send(PRESS, newPress());
export const answer = (word) => send('answer', withId({ answer: word }));
export const askSupport = () => send('raise', withId({ level: 'support' }));
export const reply = (text) => send('messages', withId({ text }));

// A drill is ended by whoever made it; a real alarm stays with those who were called.
export const beSafe = () => (isDrill() ? send('close', { outcome: 'drill' }) : answer('safe'));

// Pressed by mistake: that is said to everybody, and ends it.
export const takeBack = () => send('close', { outcome: 'mistaken' });

export const isDrill = () => Boolean(alarm) && course.isDrill(alarm);

// A drill that has become serious: the real press ends it.
export async function becomeReal() {
  if (!isDrill()) return;
  const { sample } = alarm;
  alarm = null;
  await press({ sample });
}

export async function write(text, client_id) {
  accept(await post(`incidents/${alarm.incident}/messages`, { client_id, text }));
}

// Back to the start; what is not yet delivered is still delivered.
export async function leave() {
  if (alarm && recordsOn() && !isOver()) return;
  finish();
  alarm = null;
  await keep();
  tell();
}
