// Hints by socket, and asking again where no hint comes. A hint only says: look again.

import { Backoff, LONGEST_WAIT, URGENT_WAIT, seconds, post } from './api.js';
import { current, isClosed, isOver, onAlarm, refresh } from './alarm.js';
import { getFact } from './store.js';
import { start } from './words.js';

const ALONE = 2000;
const WITH_SOCKET = 10_000;
const SILENCE = 60_000;
const SIGNED_OUT = 4401;

let socket = null;
let heardAt = 0;
let timer = null;
let onNotice = () => {};
const backoff = new Backoff();

export const isLive = () => socket?.readyState === WebSocket.OPEN && heardAt > 0;

export function startLive(noticeHandler) {
  onNotice = noticeHandler;
  connect();
  poll();
  onAlarm(() => schedule());
  setInterval(watch, 5000);
  addEventListener('online', () => poll());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') poll();
  });
}

async function connect() {
  const token = await getFact('token');
  if (!token) return;
  heardAt = 0;
  const url = new URL(start.socket, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  socket = new WebSocket(url, ['sobani.v1', `token.${token}`]);
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = ({ code }) => {
    socket = null;
    schedule();
    const longest = current() ? URGENT_WAIT : LONGEST_WAIT;
    if (code !== SIGNED_OUT) setTimeout(connect, 500 + backoff.next(0, longest));
  };
}

function receive(message) {
  if (!heardAt) backoff.reset();
  heardAt = Date.now();
  if (message.t === 'changed' && message.pk === current()?.incident) refresh();
  if (message.t === 'notice') onNotice(message);
}

// A network that went away says nothing: silence for two beats ends the socket.
function watch() {
  if (socket && heardAt && Date.now() - heardAt > SILENCE) socket.close();
}

async function poll() {
  await refresh();
  schedule();
}

// While the report itself has not arrived, sending it is all that counts.
function schedule() {
  clearTimeout(timer);
  const alarm = current();
  if (!alarm?.incident || (isOver() && isClosed())) return;
  timer = setTimeout(poll, isLive() ? WITH_SOCKET : ALONE);
}

export async function confirmNotice(id, stage) {
  await post(`notices/${id}/receipts`, { stage, at: seconds() }).catch(() => {});
}
