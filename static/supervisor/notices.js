// Browser notices: asked for by a click, without names (a screen may be seen by others).

export function noticesPossible() {
  return 'Notification' in window && Notification.permission === 'granted';
}

function keyBytes(text) {
  const padded = (text + '='.repeat((4 - (text.length % 4)) % 4)).replace(/-/g, '+').replace(/_/g, '/');
  return Uint8Array.from(atob(padded), (c) => c.charCodeAt(0));
}

async function subscribe({ worker, scope, key, save }, token) {
  if (!key || !('serviceWorker' in navigator) || !('PushManager' in window)) return;
  const registration = await navigator.serviceWorker.register(worker, { scope });
  await navigator.serviceWorker.ready;
  const found = await registration.pushManager.getSubscription();
  const subscription =
    found ??
    (await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: keyBytes(key),
    }));
  const answer = await fetch(save, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error(`push subscription not saved: ${answer.status}`);
}

/** Permission first; push (which also reaches a closed browser) if this device can do it. */
export async function enableNotices(push, token) {
  if (!('Notification' in window)) return false;
  if ((await Notification.requestPermission()) !== 'granted') return false;
  try {
    await subscribe(push, token);
  } catch (problem) {
    console.warn('push is not available here', problem);
  }
  return true;
}

export function showNotice({ pk, url, title, text }) {
  if (!noticesPossible() || !document.hidden) return;
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
