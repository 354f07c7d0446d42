// Hints by socket, and asking again where no hint comes. A hint only says: look again.

import { Backoff, LONGEST_WAIT, URGENT_WAIT, seconds, post } from './api.js';
import { current, isClosed, isOver, onAlarm, refresh } from './alarm.js';
import { now } from './clock.js';
import { getFact } from './store.js';
import { start } from './words.js';
import { ReconnectingSocket } from '../live/socket.js';

const ALONE = 2000;
const WITH_SOCKET = 10_000;
const FIRST_PAUSE = 500;

let socket = null;
let timer = null;
let onNotice = () => {};
const backoff = new Backoff();

export const isLive = () => socket?.state === 'live';

export function startLive(noticeHandler) {
  const isStarted = socket !== null;
  onNotice = noticeHandler;
  connect();
  poll();
  if (isStarted) return;
  onAlarm(() => schedule());
  addEventListener('online', () => poll());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') poll();
  });
}

async function connect() {
  const token = await getFact('token');
  if (!token) return;
  socket?.stop();
  socket = new ReconnectingSocket(start.socket, {
    protocols: ['sobani.v1', `token.${token}`],
    pause: () => FIRST_PAUSE + backoff.next(0, current() ? URGENT_WAIT : LONGEST_WAIT),
  });
  socket.addEventListener('message', ({ detail }) => receive(detail));
  socket.addEventListener('state', ({ detail }) => {
    if (detail === 'live') backoff.reset();
    else schedule();
  });
}

function receive(message) {
  if (message.t === 'changed' && message.pk === current()?.incident) refresh();
  if (message.t === 'notice') onNotice(message);
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
  await post(`notices/${id}/receipts`, { stage, at: seconds(new Date(now())) }).catch(() => {});
}
