// Notices on this device: asked for by a touch, delivered by push, and told back once shown.

import { hearNotice, refresh } from './alarm.js';
import { call } from './api.js';
import { confirmNotice } from './live.js';
import { screenNow, toast } from './page.js';
import { check } from './ready.js';
import { say, start } from './words.js';

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
// alarm the state says the same and nothing may lie over the buttons; where it cannot be read, the
// notice itself is the newest fact.
export async function noticeArrived({ id, title }) {
  if (!id || document.visibilityState !== 'visible') return;
  const text = title || say('noticeArrived');
  if (screenNow() !== 'alarm') {
    toast(text);
    check();
  } else if (!(await refresh())) hearNotice(text);
  confirmNotice(id, 'displayed');
}
