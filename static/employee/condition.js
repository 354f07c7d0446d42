// How are you today. An answer is kept on the device first and sent as soon as there is a network;
// what is shown beside the note is who can really read it.

import { Refused, call, post } from './api.js';
import { openCalendar, startCalendar } from './calendar.js';
import { getFact, setFact } from './store.js';
import { ask, element, fill, find, findAll, icon, on, show, toast } from './dom.js';
import { faceOf } from './faces.js';
import { longDayOf, listOf, textOf, weekdayOf } from './words.js';

let own = null;

export function startCondition() {
  find('condition-form').addEventListener('submit', save);
  // While she types, not when she leaves the field: the button must not move away under her finger.
  find('condition-form').addEventListener('input', () => draw());
  on('health-referral', referOneself);
  startCalendar();
  addEventListener('online', sendWaiting);
}

export async function openCondition() {
  fill('condition-status', '');
  await sendWaiting();
  try {
    own = await call('check-ins');
    await setFact('condition', own);
  } catch {
    own = await getFact('condition');
  }
  if (!own) fill('condition-status', textOf('notLoaded'));
  else await present();
  await showLooks();
}

async function present() {
  show('condition-off', !own.is_on);
  show('condition-form', own.is_on);
  show('health-referral', own.health_available);
  find('condition-audiences').replaceChildren(...own.audiences.map(audience));
  fill('condition-date', longDayOf(own.today));
  // What an older version of the app has kept knows of no signs: the page has its own.
  if (own.icons) for (const box of findAll('face')) box.replaceChildren(faceOf(own.icons[box.dataset.face]));
  const form = find('condition-form');
  const known = (await waiting())[today()] ?? own.history.find((one) => one.date === today());
  for (const box of form.elements.condition) box.checked = box.value === known?.condition;
  form.elements.note.value = known?.note ?? '';
  form.elements.wants_contact.checked = known?.wants_contact ?? false;
  form.elements.note_audience.value = known?.note_audience ?? own.default_audience;
  draw();
  await openCalendar(own.today, own.icons);
}

// The server knows a night shift's date; without it the device's own day counts.
function today() {
  const now = new Date();
  const local = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const far = Math.abs(new Date(own?.today ?? local) - new Date(local)) > 86_400_000;
  return far || !own ? local : own.today;
}

const two = (number) => String(number).padStart(2, '0');

function audience({ value, text, readers }) {
  const box = element('input', { type: 'radio', name: 'note_audience', value });
  const names = readers.length ? listOf(readers) : textOf('noReader');
  return element('label', { className: 'choice' }, box, element('span', {}, text, element('small', {}, names)));
}

function draw() {
  const { condition, note } = find('condition-form').elements;
  show('condition-audience', note.value.trim() !== '');
  const lines = own?.lines ?? [];
  show('condition-lines', condition.value === 'bad' && lines.length > 0);
  find('condition-line-list').replaceChildren(...lines.map(lineOf));
}

export function lineOf({ name, phone, url, hours }) {
  const row = element('li', { className: 'stack' }, element('strong', {}, name));
  if (phone) row.append(element('a', { href: `tel:${phone}`, className: 'button wide' }, icon('phone'), phone));
  if (url) row.append(element('a', { href: url, rel: 'noreferrer', target: '_blank' }, url));
  if (hours) row.append(element('span', { className: 'quiet' }, hours));
  return row;
}

async function save(event) {
  event.preventDefault();
  const { condition, note, note_audience: readers, wants_contact: wish } = event.target.elements;
  if (!condition.value) return fill('condition-status', textOf('chooseCondition'));
  const answer = {
    condition: condition.value,
    note: note.value.trim(),
    note_audience: readers.value || own?.default_audience || 'supervisor',
    wants_contact: wish.checked,
  };
  await setFact('check-ins', { ...(await waiting()), [today()]: answer });
  await sendWaiting();
  return undefined;
}

const waiting = async () => (await getFact('check-ins')) ?? {};

// Oldest first. What the server refuses for good leaves the queue, and the person is told.
export async function sendWaiting() {
  for (const [date, answer] of Object.entries(await waiting()).sort()) {
    try {
      await call(`check-ins/${date}`, { method: 'PUT', json: answer });
      await settle(date, textOf('conditionSaved'));
    } catch (error) {
      if (error instanceof Refused && error.isFinal) await settle(date, textOf('conditionRefused'));
      else return fill('condition-status', textOf('conditionWaits'));
    }
  }
  return undefined;
}

async function settle(date, words) {
  const { [date]: _sent, ...left } = await waiting();
  await setFact('check-ins', left);
  fill('condition-status', words);
}

async function referOneself() {
  if (!(await ask('health'))) return;
  try {
    await post('me/health-referral');
    toast(textOf('healthAsked'));
  } catch {
    toast(textOf('notSent'));
  }
}

async function showLooks() {
  try {
    const looks = await call('me/condition-looks');
    const lines = looks.map(({ who, on: day }) => element('li', {}, `${who}　${weekdayOf(day)}`));
    find('condition-looks').replaceChildren(...(lines.length ? lines : [element('li', {}, textOf('noLooks'))]));
  } catch {
    find('condition-looks').replaceChildren(element('li', {}, textOf('notLoaded')));
  }
}
