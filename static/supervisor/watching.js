// The wall tablet: no names, no places, only whether an alarm is waiting. It goes on ringing after
// the sign-in has ended, and keeps the screen awake.

import { Alarm } from './alarm.js';
import { Live } from '../live/connection.js';

const data = JSON.parse(document.getElementById('watching-data').textContent);
const words = data.words;
const $ = (id) => document.getElementById(id);
const live = new Live(data.socket, { pollUrl: data.poll });
const alarm = new Alarm();
const title = document.title;

function ring(on) {
  alarm.set({ ringing: on });
  $('watching-state').dataset.ringing = String(on);
  $('watching-words').textContent = on ? words.ring : words.quiet;
  $('watching-open').hidden = !on;
  document.title = on ? `(1) ${title}` : title;
  if (on) live.pollSoon(3000);
}

function showConnection() {
  const box = $('connection');
  box.dataset.state = live.state;
  const seconds = Math.round((Date.now() - live.lostAt) / 1000);
  const lost = words.lost.replace('{seconds}', seconds);
  const text = { live: words.live, connecting: words.connecting }[live.state] ?? lost;
  box.querySelector('[data-connection-text]').textContent = text;
}

async function stayAwake() {
  if (document.hidden || !navigator.wakeLock) return;
  await navigator.wakeLock.request('screen').catch(() => {});
}

const showSound = () => ($('sound-unlock').hidden = alarm.canSound);
const showTime = () => {
  const text = new Date(live.now()).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit', minute: '2-digit', timeZone: data.timeZone,
  });
  if ($('watching-clock').textContent !== text) $('watching-clock').textContent = text;
};

$('sound-unlock').addEventListener('click', async () => {
  await alarm.unlock();
  alarm.test();
});
alarm.addEventListener('change', showSound);
document.addEventListener('visibilitychange', stayAwake);
live.addEventListener('alarm', () => ring(true));
live.addEventListener('status', ({ detail }) => ring(detail.ringing));
live.addEventListener('state', showConnection);
setInterval(() => {
  showTime();
  if (live.state === 'lost') showConnection();
}, 1000);
showTime();
showSound();
stayAwake();
