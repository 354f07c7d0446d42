// Tells the server, during an alarm, why there is sound and position or why not.

import { current, onAlarm, recordsOn } from './alarm.js';
import { Refused, call, seconds } from './api.js';
import { now } from './clock.js';
import { deviceState, onDeviceState } from './device_state.js';
import { arePositionsShared } from './positions.js';

const OFTEN = 5000;
// A unit that is on its way is not "unsent".
const UNDER_WAY = 3;
const SOUND = {
  denied: 'no_permission', none: 'no_microphone', paused: 'stopped', ended: 'stopped', broken: 'stopped',
};

let told = '';
let timer = null;
let lastSent = -Infinity;
let isUnderstood = true;

export function startStateReport() {
  onAlarm(soon);
  onDeviceState(soon);
}

function soon() {
  if (timer || !isUnderstood || !current()?.incident) return;
  timer = setTimeout(report, Math.max(0, lastSent + OFTEN - performance.now()));
}

async function report() {
  timer = null;
  const alarm = current();
  if (!alarm?.incident || (!recordsOn() && deviceState().sound.status !== 'off')) return;
  const facts = await factsOf(alarm);
  if (JSON.stringify(facts) === told) return;
  lastSent = performance.now();
  try {
    const json = { ...facts, at: seconds(new Date(now())) };
    await call('device/state', { method: 'PUT', json });
    told = JSON.stringify(facts);
  } catch (error) {
    // An older server has no such door.
    isUnderstood = !(error instanceof Refused && error.status === 404);
    soon();
  }
}

async function factsOf({ tap_id }) {
  const { sound, place } = deviceState();
  const unsent = Math.round(sound.unsentSeconds);
  return {
    tap_id,
    sound: SOUND[sound.status] ?? sound.status,
    unsent_seconds: unsent < UNDER_WAY ? 0 : unsent,
    position: positionOf(place),
    network: navigator.connection?.effectiveType ?? '',
    ...(await battery()),
  };
}

function positionOf({ status, unsent }) {
  if (status === 'denied') return 'no_permission';
  if (!recordsOn()) return 'off';
  if (!arePositionsShared()) return 'unavailable';
  return unsent > 1 ? 'unsent' : 'shared';
}

async function battery() {
  const found = await navigator.getBattery?.().catch(() => null);
  return found ? { battery_percent: Math.round(found.level * 100) } : {};
}
