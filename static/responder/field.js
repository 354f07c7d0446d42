// The responder's page: the next step, clocks in the server's time, the own position while on the
// way. It works through holes in the network and says what still waits.

import { clockText } from '../live/clocks.js';
import { Outbox } from './outbox.js';
import { OwnPosition } from './position.js';

const EVERY = 5000;
const words = document.getElementById('words').dataset;
const $ = (id) => document.getElementById(id);
const outbox = new Outbox(document.body.dataset.who);
const own = new OwnPosition(outbox, showSharing);
const isApple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
let skew = Number(document.body.dataset.now) - Date.now();

const shown = () => document.querySelector('[data-shown]').dataset.shown;

function showClocks() {
  for (const clock of document.querySelectorAll('[data-left]')) {
    const left = Number(clock.dataset.left) - (Date.now() + skew);
    const text = left >= 0 ? clockText(left) : `${clockText(-left)} ${clock.dataset.over}`;
    if (clock.textContent !== text) clock.textContent = text;
    clock.parentElement.classList.toggle('over', left < 0);
  }
}

function showOutbox() {
  const { items, state } = outbox;
  const waiting = items.filter((one) => one.kind !== 'position');
  $('line').textContent = state === 'live' ? words.live : words.lost;
  $('line').className = `tag push ${state === 'live' ? 'green' : 'amber'}`;
  $('pending').hidden = !waiting.length && state !== 'signed-out';
  $('pending').lastElementChild.textContent =
    state === 'signed-out' ? words.signedOut : words.pending.replace('{n}', waiting.length);
  showSteps(waiting);
}

// What was pressed counts on this screen at once, marked as waiting.
function showSteps(waiting) {
  const here = document.querySelector('[data-dispatch]');
  if (!here) return;
  const pressed = new Set(waiting.filter((one) => one.url.includes(here.dataset.dispatch)).map((one) => one.kind));
  let next = null;
  for (const line of here.querySelectorAll('[data-step]')) {
    const { step } = line.dataset;
    const isWaiting = pressed.has(step);
    line.toggleAttribute('data-waiting', isWaiting);
    if (isWaiting) line.lastElementChild.textContent = words.waiting;
    else if (!('done' in line.dataset)) line.lastElementChild.textContent = '—';
    if (!next && !isWaiting && !('done' in line.dataset)) next = step;
  }
  for (const form of here.querySelectorAll('.next [data-send]')) {
    const { send } = form.dataset;
    form.hidden = send === 'decline' ? next !== 'accept' || pressed.has('decline') : send !== next;
  }
}

function showSharing(state) {
  if (!$('sharing')) return;
  $('sharing').textContent = { on: words.sharing, denied: words.denied }[state] ?? words.notSharing;
  $('share').hidden = state === 'on';
  $('unshare').hidden = state !== 'on';
}

function prepare() {
  for (const form of document.querySelectorAll('[data-send]')) form.addEventListener('submit', send);
  for (const link of document.querySelectorAll('[data-map]')) {
    if (isApple) link.href = `maps://?q=${link.dataset.map}`;
  }
  $('share')?.addEventListener('click', () => own.start());
  $('unshare')?.addEventListener('click', () => own.stop());
  if (!document.querySelector('[data-share]')) own.stop();
  showSharing(own.state);
  showClocks();
  showOutbox();
}

function send(event) {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrfmiddlewaretoken;
  if ('client_id' in fields) fields.client_id = crypto.randomUUID();
  $('refusal').hidden = true;
  outbox.add(form.dataset.send, form.getAttribute('action'), fields);
  if (form.dataset.send === 'message') form.reset();
}

async function get(url) {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(EVERY) });
  if (answer.type === 'opaqueredirect') outbox.become('signed-out');
  else if (answer.ok) outbox.become('live');
  return answer.ok ? answer : null;
}

async function refresh() {
  const answer = await get('/field/part/');
  if (!answer) return;
  const draft = $('report')?.value ?? '';
  $('part').innerHTML = await answer.text();
  if ($('report')) $('report').value = draft;
  prepare();
}

let looking = false;
async function look() {
  if (looking) return;
  looking = true;
  try {
    const answer = await get('/field/now');
    if (!answer) return;
    const { shown: fresh, now } = await answer.json();
    skew = now - Date.now();
    await outbox.flush();
    if (fresh !== shown()) await refresh();
  } catch {
    outbox.become('lost');
  } finally {
    looking = false;
  }
}

outbox.addEventListener('change', showOutbox);
outbox.addEventListener('answer', async ({ detail: { item, problem } }) => {
  if (problem && item.kind !== 'position') {
    $('refusal').textContent = problem.detail;
    $('refusal').hidden = false;
  }
  if (item.kind === 'message' && !problem) $('line').textContent = words.sent;
  await refresh().catch(() => outbox.become('lost'));
});
addEventListener('online', look);
document.addEventListener('visibilitychange', () => document.hidden || look());
setInterval(showClocks, 500);
setInterval(look, EVERY);
prepare();
look();
