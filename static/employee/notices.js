// Notices on this device: asked for by a touch, delivered by push, and told back once shown.

import { readNews } from './alarm.js';
import { call } from './api.js';
import { confirmNotice } from './live.js';
import { screenNow, toast } from './dom.js';
import { isTesting } from './notice_test.js';
import { check } from './readiness.js';
import { start, textOf } from './words.js';

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));

export async function registerWorker() {
  try {
    await navigator.serviceWorker?.register(start.worker, { scope: start.scope });
    if (globalThis.Notification?.permission === 'granted') await subscribe();
  } catch {
    // Without a worker the app works as a page: nothing of an alarm depends on it.
  }
}

export async function allowNotices() {
  if ((await Notification.requestPermission()) === 'granted') await subscribe().catch(() => {});
  check();
}

async function subscribe() {
  if (!start.pushKey) return;
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: bytesOf(start.pushKey) };
  const subscription = (await pushManager.getSubscription()) ?? (await pushManager.subscribe(wanted));
  const json = subscription.toJSON();
  await call('device/web-push', { method: 'PUT', json: { endpoint: json.endpoint, keys: json.keys } });
}

// While the page is open a notice comes by the socket; shown means: visible to a person. In an
// alarm the state says what is in it, and nothing may lie over the buttons.
export async function noticeArrived({ id }) {
  if (!id || document.visibilityState !== 'visible') return undefined;
  if (isTesting()) return check();
  if (screenNow() === 'alarm') await readNews();
  else {
    toast(textOf('noticeArrived'));
    check();
  }
  return confirmNotice(id, 'displayed');
}
