// Notices of this browser, without names: a screen may be seen by others. Allowed is not received:
// what the bell shows is whether this browser really is subscribed.

import { subscriptionFor } from '../live/subscription.js';

const isAllowed = () => 'Notification' in window && Notification.permission === 'granted';
const REFUSED = ['denied', 'unsupported'];

/** on, off, denied, unsupported, noKey, noService (the browser's own), notSaved. Never throws. */
export async function subscribeNotices({ worker, scope, key, save }, token, { isRefused }) {
  if (!('Notification' in window && 'PushManager' in window && navigator.serviceWorker)) {
    return 'unsupported';
  }
  if (!isAllowed()) return Notification.permission === 'denied' ? 'denied' : 'off';
  if (!key) return 'noKey';
  const subscription = await subscribed({ worker, scope, key, isRefused }).catch((problem) => {
    console.warn('push is not available here', problem);
    return null;
  });
  if (!subscription) return 'noService';
  const answer = await fetch(save, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token },
    body: JSON.stringify(subscription),
  }).catch(() => null);
  return answer?.ok ? 'on' : 'notSaved';
}

async function subscribed({ worker, scope, key, isRefused }) {
  const registration = await navigator.serviceWorker.register(worker, { scope });
  await navigator.serviceWorker.ready;
  return subscriptionFor(registration.pushManager, key, { isRefused });
}

/** Asked for by a press. */
export async function askForNotices() {
  if ('Notification' in window) await Notification.requestPermission();
}

/** Whether it is a fault, and not a choice that somebody made. */
export const isFault = (state) => !['on', 'off', ...REFUSED].includes(state);

export function showNotice({ pk, url, title }) {
  if (!isAllowed() || !document.hidden) return;
  try {
    const notice = new Notification(title, { tag: pk, requireInteraction: true, renotify: true });
    notice.onclick = () => {
      window.focus();
      location.assign(url);
    };
  } catch {
    // Android only allows notices through the service worker; push does it there
  }
}
