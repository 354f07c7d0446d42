// What this device and the server know of its network, its registration, its sound and its places.

import { current } from './alarm.js';
import { onSound, sound } from './capture.js';
import { onPlace, place } from './positions.js';
import { device } from './readiness.js';
import { onUpload } from './upload.js';

const listeners = new Set();
const heard = { tapId: null, at: null };

export const onDeviceState = (listener) => listeners.add(listener);

const tell = () => listeners.forEach((listener) => listener());

function soundState() {
  const mine = heard.tapId === current()?.tap_id;
  const heardAt = mine ? heard.at : null;
  const since = heardAt ?? sound.since;
  const isTaken = sound.status === 'recording' && since;
  return { status: sound.status, heardAt, unsentSeconds: isTaken ? Math.max(0, (Date.now() - since) / 1000) : 0 };
}

export const deviceState = () => ({
  network: navigator.onLine ? 'online' : 'offline',
  token: device.refused ? 'refused' : 'good',
  sound: soundState(),
  place: { status: place.status, heardAt: place.heardAt ?? null, unsent: 0 },
  notices: globalThis.Notification?.permission ?? 'unavailable',
});

onUpload(({ sent, recording }) => {
  if (sent === undefined) return;
  Object.assign(heard, { tapId: recording.tap_id, at: Date.now() });
  tell();
});
onSound(tell);
onPlace(tell);
for (const event of ['online', 'offline']) addEventListener(event, tell);
