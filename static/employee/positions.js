// Positions of the open alarm: kept until the server has them, sent in batches, gaps left honest.

import { Refused, call, seconds } from './api.js';
import { transact } from './store.js';

const OFTEN = 3000;
const FRESH = 120_000;
const BATCH = 200;

export const place = { status: 'unknown', accuracy: null };
const listeners = new Set();
let latest = null;
let watching = null;
let lastKept = 0;
let waiting = null;
let sending = null;
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
    recorded_at: seconds(new Date(timestamp)),
  };
}

function seen(position) {
  latest = { fix: fixOf(position), at: Date.now() };
  become({ status: 'granted', accuracy: latest.fix.accuracy_m });
}

function failed(error) {
  become({ status: error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable' });
}

// Goes along with the alarm itself only if it is there already: nothing waits for a position.
export function latestFix() {
  return latest && Date.now() - latest.at < FRESH ? latest.fix : null;
}

// Asks the person for the permission where it is not decided yet.
export function lookOnce() {
  if (!navigator.geolocation) return become({ status: 'unavailable' });
  navigator.geolocation.getCurrentPosition(seen, failed, { maximumAge: 60_000, timeout: 15_000 });
  return undefined;
}

export function startPositions(currentIncident) {
  incidentOf = currentIncident;
  if (watching !== null || !navigator.geolocation) return;
  watching = navigator.geolocation.watchPosition(keep, failed, { enableHighAccuracy: true });
}

export function stopPositions() {
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
  clearTimeout(waiting);
}

// Not each of many in a row, but always the last: who stands still then is where it says.
function keep(position) {
  seen(position);
  clearTimeout(waiting);
  waiting = setTimeout(keepLatest, lastKept + OFTEN - Date.now());
}

async function keepLatest() {
  lastKept = Date.now();
  const { tap_id } = incidentOf() ?? {};
  await transact(['fixes'], 'readwrite', ({ fixes }) => fixes.add({ tap_id, fix: latest.fix }));
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
  const kept = await transact(['fixes'], 'readonly', ({ fixes }) => fixes.getAll(null, BATCH));
  const keys = await transact(['fixes'], 'readonly', ({ fixes }) => fixes.getAllKeys(null, BATCH));
  const mine = kept.filter((one) => one.tap_id === alarm.tap_id).map((one) => one.fix);
  try {
    const path = `incidents/${alarm.incident}/locations`;
    if (mine.length) {
      await call(path, { method: 'POST', json: { fixes: mine } });
      become({ heardAt: Date.now() });
    }
  } catch (error) {
    if (!(error instanceof Refused && error.isFinal)) throw error;
  }
  await transact(['fixes'], 'readwrite', ({ fixes }) => {
    for (const key of keys) fixes.delete(key);
  });
}
