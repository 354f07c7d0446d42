// Notices on this device: asked for by a touch, delivered by push, and told back once shown.

import { readNews } from './alarm.js';
import { call } from './api.js';
import { now } from './clock.js';
import { onReturn } from './comeback.js';
import { confirmNotice } from './live.js';
import { screenNow, toast } from './dom.js';
import { check, device } from './readiness.js';
import { getFact, setFact } from './store.js';
import { start, textOf } from './words.js';

const DAY = 86_400_000;

// `status`: granted, default, denied, unavailable, failing (allowed, but the browser's own service
// cannot be had); `why` it is unavailable: install (iOS wants it on the home screen), unsupported.
export const notices = { status: 'default', why: '' };
const listeners = new Set();
let renewing = null;

export const onNotices = (listener) => listeners.add(listener);

function become(status, why = '') {
  Object.assign(notices, { status, why });
  for (const listener of listeners) listener(notices);
}

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));

export async function registerWorker() {
  try {
    await navigator.serviceWorker?.register(start.worker, { scope: start.scope });
  } catch {
    // Without a worker the app works as a page: nothing of an alarm depends on it.
  }
  await renewSubscription();
  onReturn(() => notices.status !== 'granted' && renewSubscription());
}

export async function allowNotices() {
  await Notification.requestPermission();
  await renewSubscription();
  check();
}

// Never throws: whether notices arrive is a state that is shown.
export function renewSubscription() {
  renewing ??= renew()
    .catch(() => become('failing'))
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

async function renew() {
  const isThere = globalThis.Notification && globalThis.PushManager && navigator.serviceWorker;
  if (!isThere) return become('unavailable', isForHomeScreen() ? 'install' : 'unsupported');
  if (Notification.permission !== 'granted') return become(Notification.permission);
  if (start.pushKey && (await getFact('token'))) await subscribe();
  return become('granted');
}

// On iOS only what was put on the home screen gets notices.
function isForHomeScreen() {
  const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent) || navigator.standalone === false;
  return isApple && !navigator.standalone;
}

async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const known = await pushManager.getSubscription();
  const isGood = known && hasOurKey(known) && device.known?.push !== 'failing';
  if (known && !isGood) await known.unsubscribe();
  const wanted = { userVisibleOnly: true, applicationServerKey: bytesOf(start.pushKey) };
  const subscription = isGood ? known : await pushManager.subscribe(wanted);
  if (await isTold(subscription)) return;
  const { endpoint, keys } = subscription.toJSON();
  await call('device/web-push', { method: 'PUT', json: { endpoint, keys } });
  await setFact('pushTold', { endpoint, token: await getFact('token'), at: now() });
}

// A subscription for an older key of the server takes no notice of the newer one.
function hasOurKey({ options }) {
  const theirs = new Uint8Array(options.applicationServerKey ?? []);
  const ours = bytesOf(start.pushKey);
  return theirs.length === ours.length && ours.every((byte, i) => byte === theirs[i]);
}

// Told for this registration within a day, and the server has not said that it knows of none.
async function isTold({ endpoint }) {
  const told = await getFact('pushTold');
  const isSame = told?.endpoint === endpoint && told.token === (await getFact('token'));
  return isSame && Math.abs(now() - told.at) < DAY && device.known?.push !== 'none';
}

// While the page is open a notice comes by the socket; shown means: visible to a person. In an
// alarm the state says what is in it, and nothing may lie over the buttons.
export async function noticeArrived({ id }) {
  if (!id || document.visibilityState !== 'visible') return;
  if (screenNow() === 'alarm') await readNews();
  else {
    toast(textOf('noticeArrived'));
    check();
  }
  confirmNotice(id, 'displayed');
}
