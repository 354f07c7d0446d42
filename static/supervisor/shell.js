// What every page of the portal does: hold the line, show its state, ring for new alarms.

import { Alarm } from './alarm.js';
import { startClocks } from '../live/clocks.js';
import { startDialogs } from '../live/dialogs.js';
import { Live } from '../live/connection.js';
import { holdWhilePressed } from '../live/press.js';
import { Bell } from './bell.js';
import { showNotice } from './notices.js';

export const shell = JSON.parse(document.getElementById('shell-data').textContent);
export const live = new Live(shell.socket, { pollUrl: shell.poll });
const words = shell.words;
const alarm = new Alarm();
const title = document.title;
const known = new Set();
const attended = new Set();
let silenced = new Set();
let ringing = [];

// Called anew is a new call: it rings although the one before was silenced.
const callOf = (item) => `${item.pk}@${item.call}`;
const isHere = (item) => location.pathname.startsWith(item.url);

function showConnection() {
  const state = live.state;
  const box = document.getElementById('connection');
  document.body.dataset.live = state;
  box.dataset.state = state;
  const seconds = Math.round((Date.now() - live.lostAt) / 1000);
  const text = { live: words.live, connecting: words.connecting }[state];
  box.querySelector('[data-connection-text]').textContent =
    text ?? words.lost.replace('{seconds}', seconds);
}

function band(item) {
  const box = document.createElement('div');
  box.setAttribute('role', 'alert');
  box.id = `alarm-${item.pk}`;
  const link = box.appendChild(document.createElement('a'));
  link.className = 'band alarm-band';
  link.href = item.url;
  link.innerHTML = document.getElementById('sound-unlock').querySelector('svg').outerHTML;
  link.querySelector('use').setAttribute('href', shell.icon);
  link.append(document.createElement('span'));
  return box;
}

function showBands() {
  const box = document.getElementById('alarms');
  const shown = ringing.filter((item) => !isHere(item));
  for (const old of [...box.children]) {
    if (!shown.some((item) => old.id === `alarm-${item.pk}`)) old.remove();
  }
  for (const item of shown) {
    const found = document.getElementById(`alarm-${item.pk}`) ?? box.appendChild(band(item));
    found.firstChild.classList.toggle('drill', item.drill);
    const text = found.querySelector('span');
    if (text.textContent !== item.text) text.textContent = item.text;
  }
}

function render() {
  showBands();
  document.title = ringing.length ? `(${ringing.length}) ${title}` : title;
  const loud = ringing.filter((item) => !silenced.has(callOf(item)) && !attended.has(callOf(item)));
  alarm.set({ ringing: loud.length > 0, drill: loud.every((item) => item.drill) });
  if (navigator.setAppBadge) {
    (ringing.length ? navigator.setAppBadge(ringing.length) : navigator.clearAppBadge()).catch(() => {});
  }
}

let isOpen = false;

/** Somebody is at this page, so what it is about need not ring. */
function attend() {
  ringing.filter(isHere).forEach((item) => attended.add(callOf(item)));
}

function announce(item) {
  if (known.has(callOf(item))) return;
  known.add(callOf(item));
  showNotice({ ...item, title: words.newAlarm });
  document.body.dispatchEvent(new CustomEvent('incidents:changed'));
}

/** The socket's word comes first and rings at once; the status that follows puts it right. */
function onAlarm(event) {
  const message = event.detail;
  const url = shell.incident.replace('00000000-0000-0000-0000-000000000000', message.pk);
  const before = ringing.find((item) => item.pk === message.pk);
  const rest = ringing.filter((item) => item !== before);
  ringing = [...rest, { url, text: words.newAlarm, drill: false, ...before, pk: message.pk, call: 'new' }];
  render();
  live.pollSoon(0);
}

function onStatus(event) {
  ringing = event.detail.ringing;
  const calls = new Set(ringing.map(callOf));
  silenced = new Set([...silenced].filter((call) => calls.has(call)));
  // Whoever opens an alarm's page has come to it; who is called while it is open has to be woken.
  if (!isOpen) attend();
  isOpen = true;
  ringing.forEach(announce);
  document.querySelectorAll('[data-open-count]').forEach((count) => {
    count.textContent = event.detail.open;
    count.hidden = !event.detail.open;
  });
  event.detail.follow.forEach((pk) => live.join(pk));
  render();
}

function showSound() {
  document.getElementById('sound-unlock').hidden = alarm.canSound;
  const button = document.getElementById('sound-toggle');
  button.setAttribute('aria-pressed', String(!alarm.muted));
  const use = button.querySelector('use');
  const name = alarm.muted || !alarm.canSound ? 'volume-x' : 'volume-2';
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${name}`));
}

function startSound() {
  alarm.addEventListener('change', showSound);
  document.getElementById('sound-unlock').addEventListener('click', async () => {
    await alarm.unlock();
    alarm.test();
  });
  document.getElementById('sound-toggle').addEventListener('click', () => {
    // Silences what rings now; the next alarm rings again, nobody can forget it switched off.
    if (ringing.length) silenced = new Set(ringing.map(callOf));
    else alarm.test();
    render();
  });
  showSound();
}

live.addEventListener('state', showConnection);
live.addEventListener('alarm', onAlarm);
live.addEventListener('changed', () => {
  document.body.dispatchEvent(new CustomEvent('incidents:changed'));
  live.pollSoon(100);
});
live.addEventListener('refill', () => {
  document.body.dispatchEvent(new CustomEvent('incidents:changed'));
});
live.addEventListener('status', onStatus);
setInterval(() => live.state === 'lost' && showConnection(), 1000);
for (const kind of ['pointerdown', 'keydown']) {
  addEventListener(kind, () => {
    attend();
    render();
  }, { passive: true });
}
startClocks(live);
startDialogs(words);
holdWhilePressed();
startSound();
new Bell({ push: shell.push, token: shell.token, ...shell.notices });
