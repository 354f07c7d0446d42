// Shows notices while no page is open, and opens the page that a notice is about. It stores
// nothing and answers no request: an emergency page never comes from a cache.

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const notice = event.data?.json() ?? {};
  const shown = self.registration.showNotification(notice.title ?? 'Sobani', {
    body: notice.body ?? '',
    tag: notice.tag ?? notice.id,
    renotify: Boolean(notice.tag ?? notice.id),
    requireInteraction: true,
    data: { path: notice.path ?? '/portal/', receipts: notice.receipts, kind: notice.kind },
  });
  event.waitUntil(shown.then(() => report(notice.receipts, 'displayed')));
});

// Only test messages have somewhere to say it. If it does not get through, HR sees that too.
async function report(address, stage) {
  if (!address) return;
  const body = new URLSearchParams({ stage });
  await fetch(address, { method: 'POST', body, credentials: 'omit' }).catch(() => {});
}

async function open({ path, receipts, kind }) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  if (receipts || kind === 'test') {
    // A test takes no page away from somebody who is following an alarm in it.
    await Promise.all([self.clients.openWindow(url), report(receipts, 'opened')]);
    return;
  }
  const windows = await self.clients.matchAll({ type: 'window' });
  const found = windows.find((one) => new URL(one.url).pathname === url.pathname) ?? windows[0];
  if (!found) {
    await self.clients.openWindow(url);
    return;
  }
  await found.focus();
  if (found.url !== url.href) await found.navigate(url);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
