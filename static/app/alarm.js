// The open alarm of this device. The iron order: the report, then the position, then the sound.

import { Backoff, URGENT_WAIT, call, post, rest, seconds } from './api.js';
import { startCapture, stopCapture } from './capture.js';
import { dropFact, getFact, setFact } from './db.js';
import { latestFix, sendPositions, startPositions, stopPositions } from './positions.js';
import { endRecordings } from './upload.js';
import { keepAwake, letSleep } from './wake.js';

const PATIENCE = 5000;
const DISK_PATIENCE = 300;

let alarm = null;
let clockOffset = 0;
const recording = new Set();
const listeners = new Set();

export const current = () => alarm;
export const onAlarm = (listener) => listeners.add(listener);
export const serverNow = () => Date.now() + clockOffset;

function tell() {
  for (const listener of listeners) listener(alarm);
}

const keep = () => (alarm ? setFact('alarm', alarm) : dropFact('alarm')).catch(() => {});

export async function press({ sample = false, drill = false } = {}) {
  if (alarm && !isOver()) return;
  const location = latestFix();
  const tap_id = crypto.randomUUID();
  const body = { tap_id, level: 'alarm', pressed_at: seconds(), ...(location && { location }) };
  if (drill) body.drill = true;
  alarm = { tap_id, body, pressed: Date.now(), incident: null, seen: null, late: false, sample };
  tell();
  // A disk that hangs must not hold up the report.
  await Promise.race([keep(), new Promise((resolve) => setTimeout(resolve, DISK_PATIENCE))]);
  run();
}

// After a reload: the same alarm goes on, with the same tap_id.
export async function restore() {
  alarm = (await getFact('alarm')) ?? null;
  if (!alarm) return endRecordings(() => true);
  tell();
  if (alarm.incident) await refresh();
  if (alarm && !recordsOn()) return endRecordings(() => true);
  await endRecordings((one) => one.tap_id !== alarm.tap_id);
  run();
  return undefined;
}

function run() {
  if (!alarm.incident) deliver(alarm);
  follow();
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
  const late = setTimeout(() => beLate(tap), Math.max(0, tap.pressed + PATIENCE - Date.now()));
  while (alarm === tap && !tap.incident) {
    try {
      accept(await post('incidents', tap.body));
      clearTimeout(late);
    } catch (error) {
      tap.refused = error.status ?? 0;
      await rest(backoff.next(error.retryAfter ?? 0, URGENT_WAIT));
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
  Object.assign(alarm, { incident: seen.id, seen, late: false, checked: Date.now() });
  clockOffset = Date.parse(seen.server_time) - Date.now();
  keep();
  // Also those that could not be sent when they were taken, though she has not moved since.
  sendPositions();
  if (isFirst && alarm.wantsEnd) beSafe().catch(() => {});
  if (!recordsOn()) finish();
  else follow();
  tell();
}

export async function refresh() {
  if (!alarm?.incident) return;
  const asked = alarm;
  try {
    const seen = await call(`incidents/${asked.incident}`);
    if (alarm === asked) accept(seen);
  } catch (error) {
    if (error.status === 404 && alarm === asked) await leave();
  }
}

// Sound and positions go on until the server's word: at once after "safe", else some minutes.
export function recordsOn() {
  if (!alarm) return false;
  const { seen } = alarm;
  if (!seen || seen.state === 'open') return true;
  return Boolean(seen.upload_until) && Date.parse(seen.upload_until) > serverNow();
}

export const isOver = () =>
  Boolean(alarm?.seen) && alarm.seen.state !== 'open' && !alarm.seen.answer_wanted;

function finish() {
  stopPositions();
  letSleep();
}

async function act(path, json) {
  const answer = await post(`incidents/${alarm.incident}/${path}`, json);
  accept(answer);
}

export const askSupport = () => act('raise', { level: 'support' });

// Safe before the report has arrived: it is still sent, and ended right after.
export async function beSafe() {
  if (!alarm.incident) {
    alarm.wantsEnd = true;
    await keep();
    return;
  }
  await act('close', { outcome: 'safe' });
  alarm.mine = true;
  keep();
  tell();
}

export const isDrill = () => Boolean(alarm?.body?.drill);

// A drill that has become serious: the real report first, then the end of the drill.
export async function becomeReal() {
  if (!isDrill()) return;
  const { incident, sample } = alarm;
  alarm = null;
  await press({ sample });
  if (incident) post(`incidents/${incident}/close`, { outcome: 'drill' }).catch(() => {});
}

export const isMine = () => Boolean(alarm?.mine);

export const write = (text, client_id) => act('messages', { client_id, text });

export const answer = (word) => act('answer', { answer: word });

// Back to the start; what is not yet delivered is still delivered.
export async function leave() {
  if (alarm && recordsOn() && !isOver()) return;
  finish();
  alarm = null;
  await keep();
  tell();
}
