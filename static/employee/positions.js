// Positions of the open alarm: kept until the server has them, sent in batches, gaps left honest.

import { Backoff, Refused, call, seconds } from './api.js';
import { now } from './clock.js';
import { onReturn } from './comeback.js';
import { entriesOf, keep } from './store.js';

const OFTEN = 3000;
const FRESH = 120_000;
const BATCH = 200;
const FAR_OFF = 120_000;
const LONGEST_PAUSE = 15_000;

// `heardAt`: when the server last took some; `unsent`: how many it has not.
export const place = { status: 'unknown', accuracy: null, heardAt: null, unsent: 0 };
const listeners = new Set();
const backoff = new Backoff();
let latest = null;
let watching = null;
let isWanted = false;
let lastKept = -Infinity;
let waiting = null;
let sending = null;
let restart = null;
let incidentOf = () => null;

export const onPlace = (listener) => listeners.add(listener);

function become(change) {
  Object.assign(place, change);
  for (const listener of listeners) listener(place);
}

function fixOf({ coords, timestamp }) {
  return {
    latitude: coords.latitude,
    longitude: coords.longitude,
    accuracy_m: Math.round(coords.accuracy),
    recorded_at: seconds(new Date(timeOf(timestamp))),
  };
}

// Some systems count positions from another year than the clock, and some say nothing.
function timeOf(timestamp) {
  const here = now();
  return Math.abs(timestamp - here) < FAR_OFF ? timestamp : here;
}

function seen(position) {
  latest = { fix: fixOf(position), at: performance.now() };
  become({ status: 'granted', accuracy: latest.fix.accuracy_m });
}

function failed(error) {
  become({ status: error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable' });
}

// Goes along with the alarm itself only if it is there already: nothing waits for a position.
export function latestFix() {
  return latest && performance.now() - latest.at < FRESH ? latest.fix : null;
}

// Asks the person for the permission where it is not decided yet.
export function lookOnce() {
  if (!navigator.geolocation) return become({ status: 'unavailable' });
  navigator.geolocation.getCurrentPosition(seen, failed, { maximumAge: 60_000, timeout: 15_000 });
  return undefined;
}

export function startPositions(currentIncident) {
  incidentOf = currentIncident;
  if (isWanted || !navigator.geolocation) return;
  isWanted = true;
  become({ heardAt: null });
  watchAnew();
}

function watchAnew() {
  clearTimeout(restart);
  if (!isWanted) return;
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = navigator.geolocation.watchPosition(keepOne, lost, { enableHighAccuracy: true });
}

// A watch that has failed says nothing more on some systems, though the satellites are back.
function lost(error) {
  failed(error);
  clearTimeout(restart);
  if (place.status !== 'denied') restart = setTimeout(watchAnew, OFTEN + backoff.next(0, LONGEST_PAUSE));
}

export function stopPositions() {
  isWanted = false;
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
  clearTimeout(waiting);
  clearTimeout(restart);
}

export const arePositionsShared = () => watching !== null && place.status === 'granted';

// Not each of many in a row, but always the last: who stands still then is where it says.
function keepOne(position) {
  backoff.reset();
  seen(position);
  clearTimeout(waiting);
  waiting = setTimeout(keepLatest, lastKept + OFTEN - performance.now());
}

async function keepLatest() {
  lastKept = performance.now();
  const { tap_id } = incidentOf() ?? {};
  become({ unsent: place.unsent + 1 });
  await keep(['fixes', `${Date.now()} ${crypto.randomUUID()}`, { tap_id, fix: latest.fix }]);
  sendPositions();
}

export function sendPositions() {
  sending ??= deliver()
    .catch(() => {})
    .finally(() => {
      sending = null;
    });
  return sending;
}

async function deliver() {
  const alarm = incidentOf();
  if (!alarm?.incident) return;
  const kept = (await entriesOf('fixes')).slice(0, BATCH);
  const mine = kept.filter(([, one]) => one.tap_id === alarm.tap_id).map(([, one]) => one.fix);
  if (mine.length) await sendFixes(alarm.incident, mine);
  await keep(...kept.map(([key]) => ['fixes', key, undefined]));
  become({ unsent: (await entriesOf('fixes')).length });
}

async function sendFixes(incident, fixes) {
  try {
    const json = { fixes, sent_at: seconds(new Date(now())) };
    await call(`incidents/${incident}/locations`, { method: 'POST', json });
    become({ heardAt: now() });
  } catch (error) {
    if (!(error instanceof Refused && error.isFinal)) throw error;
  }
}

onReturn(() => isWanted && watchAnew());
