// A console: holds the line, gives signs of life, rings, and exchanges the open case without ever
// leaving the page, so that its sound and its socket stay alive.

import { keepChoices } from '../live/choices.js';
import { startClocks, tick } from '../live/clocks.js';
import { openDialog, startDialogs, succeeded } from '../live/dialogs.js';
import { typedIn } from '../live/drafts.js';
import { Live } from '../live/connection.js';
import { holdWhilePressed } from '../live/press.js';
import { CasePage } from './case.js';
import { startKeys } from './keys.js';
import { applyFilter, meanwhile, showBars, showCurrent, startQueue, waiting } from './queue.js';
import { Siren } from './siren.js';

const $ = (id) => document.getElementById(id);
const shell = JSON.parse($('shell-data').textContent);
const words = shell.words;
const live = new Live(shell.socket, { pollUrl: shell.poll });
const siren = new Siren();
const title = document.title;
const clockOf = new Intl.DateTimeFormat('ja-JP', {
  hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Tokyo',
});
let page = null;
let rangAt = null; // a hint came before the queue that shows it

const refreshQueue = () => document.body.dispatchEvent(new CustomEvent('queue:changed'));
const refreshCase = () => {
  if (page) document.body.dispatchEvent(new CustomEvent(`incident:${page.data.pk}:changed`));
};

// Connection and sign of life

function showConnection() {
  const { state } = live;
  const seconds = Math.round((Date.now() - live.lostAt) / 1000);
  const text = { live: words.live, connecting: words.connecting }[state];
  document.body.dataset.live = state;
  $('connection').dataset.state = state;
  $('connection').querySelector('[data-connection-text]').textContent =
    text ?? words.lost.replace('{seconds}', seconds);
}

const sendAlive = () => live.send({ t: 'alive' });

function postAlive() {
  const headers = { 'X-CSRFToken': shell.token };
  fetch(shell.alive, { method: 'POST', headers, signal: AbortSignal.timeout(4000) }).catch(() => {});
}

// Ringing

function ring() {
  const now = live.now();
  const { count, real, drill } = waiting(now);
  if (count) rangAt = null;
  const early = rangAt === null ? null : now - rangAt;
  const age = real ?? early ?? drill;
  siren.set(age, { drill: real === null && early === null && drill !== null });
  const text = count ? `(${count}) ${title}` : title;
  if (document.title !== text) {
    document.title = text;
    showMark(count);
    if (navigator.setAppBadge) (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
  }
}

/** What the company's people did to a case of mine: a cry rings once, whether or not its hint came. */
function heed() {
  const { cries, changed } = meanwhile();
  if (cries.length) siren.once({ drill: cries.every((card) => 'drill' in card.dataset) });
  if (changed.some((card) => card.dataset.case === page?.data.pk)) refreshCase();
}

function showMark(count) {
  const link = document.querySelector('link[rel="icon"]');
  if (!count) return void (link.href = shell.mark);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#ff6b63';
  pen.beginPath();
  pen.arc(32, 32, 32, 0, 7);
  pen.fill();
  pen.fillStyle = '#2a0505';
  pen.font = 'bold 44px sans-serif';
  pen.textAlign = 'center';
  pen.fillText(count > 9 ? '9+' : count, 32, 48);
  link.href = canvas.toDataURL();
}

function showSound() {
  $('sound-unlock').hidden = siren.canSound;
  $('sound-test').classList.toggle('red', !siren.canSound);
  $('sound-state').textContent = siren.canSound ? words.soundOn : words.soundOff;
  const use = $('sound-test').querySelector('use');
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, siren.canSound ? '#volume-2' : '#volume-x'));
}

// The open case

function openCase() {
  const data = $('case-data');
  page?.end();
  page = data ? new CasePage(JSON.parse(data.textContent), shell.token, live) : null;
  showCurrent();
  tick(live.now());
}

/** Access has ended: what was shown goes away at once. */
function caseGone() {
  if (!page) return;
  const typed = typedIn($('case'));
  page.end();
  page = null;
  $('case').replaceChildren($('nothing-here').content.cloneNode(true));
  htmx.process($('case'));
  const notice = document.createElement('p');
  notice.className = 'notice warn';
  notice.setAttribute('role', 'alert');
  notice.textContent = typed ? `${words.gone} ${words.typed.replace('{text}', typed)}` : words.gone;
  $('flash').replaceChildren(notice);
  if (!typed) setTimeout(() => notice.remove(), 60_000);
  history.replaceState({}, '', shell.desk);
  refreshQueue();
}

function startCases() {
  document.body.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target?.id === 'found') applyFilter();
    if (event.detail.target?.id === 'offer-body') openDialog('dialog-offer');
    if (event.detail.target?.id === 'case') openCase();
  });
  document.body.addEventListener('htmx:responseError', ({ detail }) => {
    const gone = detail.xhr.status === 404;
    if (gone && page && detail.pathInfo.requestPath.includes(page.data.pk)) caseGone();
  });
  document.body.addEventListener('case:gone', caseGone);
  document.body.addEventListener('htmx:afterRequest', ({ detail }) => {
    if (detail.requestConfig.verb !== 'get' && succeeded(detail)) refreshQueue();
  });
  document.body.addEventListener('htmx:oobAfterSwap', ({ detail }) => {
    if (detail.target.id === 'queue') {
      applyFilter();
      showCurrent();
      ring();
      heed();
    }
    if (detail.target.id === 'case-responders') page?.partsChanged();
    if (detail.target.id === 'flash') fadeFlash();
    showBars(live.now());
  });
}

/** A confirmation is read once; a refusal stays until the next press. */
function fadeFlash() {
  setTimeout(() => document.querySelectorAll('#flash .success').forEach((notice) => notice.remove()), 6000);
}

function startForms() {
  document.addEventListener('click', (event) => {
    const phone = event.target.closest('[data-phoned]');
    if (phone) {
      // The call goes out by the link itself; that it was made is written down beside it.
      $('phoned-whom').value = phone.dataset.phoned;
      htmx.trigger('#phoned-form', 'record');
    }
    const call = event.target.closest('[data-call]');
    if (call) {
      $('reference-call').value = call.dataset.call;
      $('reference-call-name').textContent = call.dataset.callName;
    }
    const glass = event.target.closest('[data-glass]');
    if (!glass) return;
    $('glass-form').setAttribute('action', glass.dataset.glass);
    $('glass-form').setAttribute('hx-post', glass.dataset.glass);
    $('glass-name').textContent = glass.dataset.glassName;
    htmx.process($('glass-form'));
    $('dialog-glass').showModal();
  });
  document.addEventListener('change', ({ target }) => {
    if (target.id === 'call-service') $('call-number').value = target.selectedOptions[0].dataset.number;
  });
  document.addEventListener('dialog:opened', ({ target }) => fillTimes(target));
}

/** What was typed into an open dialog and not sent yet: the browser asks before the page goes. */
const isTyped = (field) => field.type !== 'hidden' && field.value !== field.defaultValue;

function keepWhatIsTyped(event) {
  const fields = document.querySelectorAll('dialog[open] textarea, dialog[open] input:not([type="radio"], [type="checkbox"])');
  if ([...fields].some(isTyped)) event.preventDefault();
}

/** The time of a call is now where the company is, until somebody says otherwise. */
function fillTimes(dialog) {
  for (const field of dialog.querySelectorAll('[data-now-in]')) {
    if (field.value !== field.defaultValue) continue;
    const style = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: field.dataset.nowIn };
    field.value = field.defaultValue = new Intl.DateTimeFormat('ja-JP', style).format(live.now());
  }
}

live.addEventListener('state', showConnection);
live.addEventListener('hello', sendAlive);
live.addEventListener('ping', sendAlive); // the server's beat: background tabs throttle timers
live.addEventListener('queue', ({ detail }) => {
  if (detail.what === 'requested' || detail.what === 'given_back' || detail.what === 'console_lost') rangAt = live.now();
  ring();
  refreshQueue();
  // Where responders are and who is busy is every case's business.
  if (detail.case === page?.data.pk || /^(position|shift|dispatch_)/.test(detail.what)) refreshCase();
});
live.addEventListener('refill', () => {
  page?.listening.refill();
  refreshQueue();
  refreshCase();
});
live.addEventListener('status', () => {
  rangAt = null;
  refreshQueue();
  if (live.state !== 'live') {
    postAlive();
    refreshCase();
  }
});

setInterval(() => {
  ring();
  showBars(live.now());
  const text = clockOf.format(live.now());
  if ($('clock').textContent !== text) $('clock').textContent = text;
  if (live.state === 'lost') showConnection();
}, 250);
setInterval(() => {
  $('sound-meter').style.width = `${Math.round(siren.level() * 100)}%`;
}, 100);
siren.addEventListener('change', showSound);
$('sound-unlock').addEventListener('click', async () => {
  await siren.unlock();
  siren.test();
});
$('sound-test').addEventListener('click', () => siren.test());

startClocks(live);
keepChoices();
startDialogs(words);
holdWhilePressed();
startQueue();
startKeys(words);
startCases();
startForms();
addEventListener('beforeunload', keepWhatIsTyped);
showSound();
heed();
openCase();
