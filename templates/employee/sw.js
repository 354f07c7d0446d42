{% load static %}// Keeps the shell of the app, so that it opens without a network. It never answers or keeps a call
// of the API, and never queues one: the page itself sends an alarm, and says whether it arrived.

const CACHE = 'sobani-{{ version|escapejs }}';
const SHELL = [{% for address in shell %}
  '{{ address|escapejs }}',{% endfor %}
];
const HOME = SHELL[0];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL.map((url) => new Request(url, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith('sobani-') && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === HOME) event.respondWith(page(request));
  else if (SHELL.includes(url.pathname)) event.respondWith(part(url.pathname, request));
});

// The newest page if it comes soon, else the kept one.
async function page(request) {
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(3000) });
    if (fresh.ok) return fresh;
  } catch {
    // No network: the kept page follows.
  }
  const cache = await caches.open(CACHE);
  return (await cache.match(HOME)) ?? Response.error();
}

async function part(path, request) {
  const kept = await caches.open(CACHE).then((cache) => cache.match(path));
  return kept ?? fetch(request);
}

self.addEventListener('push', (event) => {
  const notice = event.data?.json() ?? {};
  event.waitUntil(show(notice));
});

async function show(notice) {
  await self.registration.showNotification(notice.title ?? '{{ brand_name|escapejs }}', {
    body: notice.body ?? '',
    tag: notice.tag ?? notice.id,
    icon: '{% static "employee/icon-192.png" %}',
    data: { id: notice.id },
  });
  if (notice.id) await tell(notice.id, 'displayed');
}

// The browser has given the subscription up: the server is told of the next one at once.
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renew(event.newSubscription));
});

async function renew(given) {
  const wish = { userVisibleOnly: true, applicationServerKey: '{{ push_key|escapejs }}' };
  const subscription = given ?? (await self.registration.pushManager.subscribe(wish));
  const { endpoint, keys } = subscription.toJSON();
  await send('device/web-push', 'PUT', { endpoint, keys });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(Promise.all([open(), tell(event.notification.data?.id, 'opened')]));
});

async function open() {
  const windows = await self.clients.matchAll({ type: 'window' });
  const found = windows.find((one) => new URL(one.url).pathname === HOME);
  return found ? found.focus() : self.clients.openWindow(HOME);
}

// That a notice was shown is told back.
async function tell(id, stage) {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  if (id) await send(`notices/${encodeURIComponent(id)}/receipts`, 'POST', { stage, at });
}

// With the device's own token.
async function send(path, method, json) {
  const token = await readToken().catch(() => null);
  if (!token) return;
  await fetch(`/api/v1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(json),
    credentials: 'omit',
  }).catch(() => {});
}

function readToken() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('sobani');
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => {
      const db = request.result;
      const found = db.transaction('facts').objectStore('facts').get('token');
      found.onsuccess = () => {
        resolve(found.result);
        db.close();
      };
      found.onerror = () => reject(found.error);
    };
  });
}
