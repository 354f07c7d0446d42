// What this device knows of itself during an alarm: what the server has acknowledged, what waits
// here, and why. Screens say only this, and the server is told the same.

import { current, onAlarm } from './alarm.js';
import { onRegistration, registration } from './api.js';
import { onSound, sound } from './capture.js';
import { now, onClockStep } from './clock.js';
import { onPlace, place } from './positions.js';
import { notices, onNotices } from './push.js';
import { onUpload, unsentSeconds } from './upload.js';

const listeners = new Set();
let heard = { tapId: null, at: null };

// `heardAt`: when the server last acknowledged sound of this alarm, or a position; null: not yet.
export function deviceState() {
  const tapId = current()?.tap_id ?? null;
  return {
    network: navigator.onLine ? 'online' : 'offline',
    token: registration.isRefused ? 'refused' : 'good',
    sound: {
      status: sound.status,
      heardAt: tapId && heard.tapId === tapId ? heard.at : null,
      unsentSeconds: tapId ? unsentSeconds(tapId) : 0,
    },
    place: { status: place.status, heardAt: place.heardAt, unsent: place.unsent },
    notices: notices.status,
  };
}

export const onDeviceState = (listener) => listeners.add(listener);

function tell() {
  for (const listener of listeners) listener();
}

onUpload(({ sent, recording }) => {
  if (sent !== undefined) heard = { tapId: recording.tap_id, at: now() };
  tell();
});
onClockStep((step) => {
  if (heard.at !== null) heard.at += step;
  tell();
});
for (const event of ['online', 'offline']) addEventListener(event, tell);
for (const listen of [onAlarm, onRegistration, onSound, onNotices, onPlace]) listen(tell);
