// The wall tablet: no names, no places, only whether an alarm is waiting. It goes on ringing after
// the sign-in has ended, and keeps the screen awake.

import { Alarm } from './alarm.js';
import { clockText } from '../live/clocks.js';
import { Live } from '../live/connection.js';
import { alarmVolume, keepAlarmVolume } from '../live/alarm_volume.js';

const data = JSON.parse(document.getElementById('watching-data').textContent);
const words = data.words;
const $ = (id) => document.getElementById(id);
const live = new Live(data.socket, { pollUrl: data.poll });
const alarm = new Alarm();
const title = document.title;

let since = null;

/** The socket's word says no more than that it rings; since when, and how many, is asked for. */
function ring(on, { alarms = 1, since: began = null } = {}) {
  alarm.set({ ringing: on });
  since = on ? (began ?? since) : null;
  $('watching-state').dataset.ringing = String(on);
  $('watching-words').textContent = on ? words.ring : words.quiet;
  $('watching-many').textContent = alarms > 1 ? words.many.replace('{n}', alarms) : '';
  $('watching-open').hidden = !on;
  document.title = on ? `(${alarms}) ${title}` : title;
  showTime();
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

function showTime() {
  $('watching-elapsed').hidden = since === null;
  const elapsed = since === null ? '' : clockText(live.now() - since);
  $('watching-elapsed').firstElementChild.textContent = elapsed;
  const text = new Date(live.now()).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit', minute: '2-digit', timeZone: data.timeZone,
  });
  if ($('watching-clock').textContent !== text) $('watching-clock').textContent = text;
}

function startSound() {
  const slider = $('watching-volume');
  slider.value = alarmVolume() * 100;
  const sample = async () => {
    await alarm.unlock();
    alarm.once();
  };
  slider.addEventListener('change', () => {
    keepAlarmVolume(slider.value / 100);
    sample();
  });
  $('watching-test').addEventListener('click', sample);
}

$('sound-unlock').addEventListener('click', async () => {
  await alarm.unlock();
  alarm.test();
});
alarm.addEventListener('change', showSound);
document.addEventListener('visibilitychange', stayAwake);
live.addEventListener('alarm', () => {
  ring(true);
  live.pollSoon(0);
});
live.addEventListener('status', ({ detail }) => ring(detail.ringing, detail));
live.addEventListener('state', showConnection);
setInterval(() => {
  showTime();
  if (live.state === 'lost') showConnection();
}, 1000);
startSound();
showTime();
showSound();
stayAwake();
