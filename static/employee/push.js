// The subscription by which a browser is woken: for the server's present key, and known to the server.

import { call } from './api.js';
import { now } from './clock.js';
import { onReturn } from './comeback.js';
import { getFact, setFact } from './store.js';
import { start } from './words.js';
import { subscriptionFor } from '../live/subscription.js';

const DAY = 86_400_000;
const PATIENCE = 5000;

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

export async function registerWorker() {
  try {
    const worker = await navigator.serviceWorker?.register(start.worker, { scope: start.scope });
    // Another language makes another worker; of itself the browser asks for it some time later.
    worker?.update().catch(() => {});
    navigator.serviceWorker?.ready.then(renewSubscription);
  } catch {
    // Without a worker the app works as a page: nothing of an alarm depends on it.
  }
  await renewSubscription();
  onReturn(() => notices.status !== 'granted' && renewSubscription());
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
  const { pushManager } = await readyWorker();
  const subscription = await subscriptionFor(pushManager, start.pushKey, {
    isRefused: (await saidByServer()) === 'failing',
  });
  if (await isTold(subscription)) return;
  const { endpoint, keys } = subscription.toJSON();
  await call('device/web-push', { method: 'PUT', json: { endpoint, keys } });
  await setFact('pushTold', { endpoint, token: await getFact('token'), at: now() });
}

// A worker that could not be installed says so to nobody: it just never gets ready.
function readyWorker() {
  const late = new Promise((_resolve, reject) => {
    setTimeout(reject, PATIENCE, new Error('no worker'));
  });
  return Promise.race([navigator.serviceWorker.ready, late]);
}

// Whether it gets through, as the server said last.
const saidByServer = async () => (await getFact('device'))?.push;

// Told for this registration within a day, and the server has not said that it knows of none.
async function isTold({ endpoint }) {
  const told = await getFact('pushTold');
  const isSame = told?.endpoint === endpoint && told.token === (await getFact('token'));
  return isSame && Math.abs(now() - told.at) < DAY && (await saidByServer()) !== 'none';
}
