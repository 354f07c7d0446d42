// The responder's page: the next step, clocks in the server's time, the way there. It works through
// holes in the network and says what still waits.

import { clockText } from '../live/clocks.js';
import { endOf, endPage } from '../live/ended.js';
import { watchPresses, whenFree } from '../live/press.js';
import { Outbox } from './outbox.js';
import { OwnPosition } from './position.js';
import { askIfSoon, showSteps } from './steps.js';
import { Way } from './way.js';

const EVERY = 5000;
const AFRESH = 60_000; // the person's position; each look is in the company's audit
const words = document.getElementById('words').dataset;
const $ = (id) => document.getElementById(id);
const outbox = new Outbox(document.body.dataset.who);
const own = new OwnPosition(outbox, showSharing);
const way = new Way(words);
const isApple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
let skew = Number(document.body.dataset.now) - Date.now();
let readAt = Date.now();

const shown = () => document.querySelector('[data-shown]').dataset.shown;

function showClocks() {
  for (const clock of document.querySelectorAll('[data-left]')) {
    const left = Number(clock.dataset.left) - (Date.now() + skew);
    const text = left >= 0 ? clockText(left) : `${clockText(-left)} ${clock.dataset.over}`;
    if (clock.textContent !== text) clock.textContent = text;
    clock.parentElement.classList.toggle('over', left < 0);
  }
  way.show(skew);
}

function showOutbox() {
  const { items, state } = outbox;
  const isLive = state === 'live';
  const line = { live: words.live, 'signed-out': words.signedOut, connecting: $('line').textContent };
  $('line').textContent = line[state] ?? words.lost;
  $('line').className = `tag push ${isLive ? 'green' : 'amber'}`;
  $('sign-in').hidden = state !== 'signed-out';
  $('pending').hidden = !items.length;
  $('pending').lastElementChild.textContent = words.pending.replace('{n}', items.length);
  showSteps(items, words);
  if (state === 'no-right' || state === 'no-host') endPage(state);
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
  $('find-way')?.addEventListener('click', () => way.start());
  if (!document.querySelector('[data-share]')) own.stop();
  showSharing(own.state);
  showClocks();
  showOutbox();
  way.startIfAllowed();
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const kind = form.dataset.send;
  if (kind === 'arrive' && !(await askIfSoon(outbox.items, skew, words))) return;
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrfmiddlewaretoken;
  if (kind === 'arrive') fields.sure = 'yes';
  if ('client_id' in fields) fields.client_id = crypto.randomUUID();
  $('refusal').hidden = true;
  outbox.add(kind, form.getAttribute('action'), fields);
  if (kind === 'message') form.reset();
}

async function get(url) {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(EVERY) });
  if (answer.ok && document.body.dataset.ended) location.reload();
  outbox.become(answer.ok ? 'live' : endOf(answer) || 'lost');
  return answer.ok ? answer : null;
}

/** What was being typed or chosen stays, and so does the place it is typed at. */
function replacePart(html) {
  const draft = $('report')?.value ?? '';
  const result = document.querySelector('[name=result]:checked')?.value;
  const typing = document.activeElement === $('report') && $('report') ? $('report').selectionEnd : null;
  $('part').innerHTML = html;
  if ($('report')) $('report').value = draft;
  const choice = result && document.querySelector(`[name=result][value="${result}"]`);
  if (choice) choice.checked = true;
  if (typing === null) return;
  $('report')?.focus({ preventScroll: true });
  $('report')?.setSelectionRange(typing, typing);
}

async function refresh() {
  const answer = await get('/field/part/');
  if (!answer) return;
  const html = await answer.text();
  whenFree('part', () => {
    readAt = Date.now();
    replacePart(html);
    prepare();
  });
}

const isDue = () => document.querySelector('[data-open]') && !document.hidden
  && Date.now() - readAt > AFRESH && document.activeElement !== $('report');

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
    if (fresh !== shown() || isDue()) await refresh();
  } catch {
    outbox.become('lost');
  } finally {
    looking = false;
  }
}

outbox.addEventListener('change', showOutbox);
outbox.addEventListener('answer', async ({ detail: { item, problem } }) => {
  if (problem) {
    $('refusal').textContent = problem.detail;
    $('refusal').hidden = false;
  }
  if (item.kind === 'message' && !problem) $('line').textContent = words.sent;
  await refresh().catch(() => outbox.become('lost'));
});
addEventListener('online', look);
addEventListener('offline', () => outbox.become('lost'));
addEventListener('pageshow', (event) => event.persisted && location.reload());
document.addEventListener('visibilitychange', () => document.hidden || look());
setInterval(showClocks, 500);
setInterval(look, EVERY);
watchPresses();
prepare();
look();
