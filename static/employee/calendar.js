// A month of one's own answers. The week begins on Sunday, as calendars in Japan do, and a day
// without an answer is there, too.

import { call } from './api.js';
import { element, fill, find, on, show } from './dom.js';
import { faceOf } from './faces.js';
import { monthName, textOf, weekdayOf } from './words.js';

let shown = null;
let icons = {};

export function startCalendar() {
  on('month-before', () => turn(-1));
  on('month-after', () => turn(1));
}

// `day` is the server's: a night shift's date is not the clock's.
export function openCalendar(day, given) {
  icons = given;
  shown = new Date(`${day}T12:00`);
  return load();
}

function turn(months) {
  shown = new Date(shown.getFullYear(), shown.getMonth() + months, 1, 12);
  return load();
}

const pathOf = (date) => `me/conditions/${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;

async function load() {
  fill('month-name', monthName(shown));
  fill('month-note', textOf('loading'));
  const asked = shown;
  try {
    const month = await call(pathOf(asked));
    if (asked === shown) draw(month);
  } catch {
    find('month-days').replaceChildren();
    find('month-words').replaceChildren();
    fill('month-note', textOf('notLoaded'));
  }
}

function draw({ days, today, is_first: isFirst }) {
  const answered = days.filter((one) => one.condition);
  fill('month-note', answered.length ? '' : textOf('monthEmpty'));
  find('month-before').disabled = isFirst;
  find('month-after').disabled = days.at(-1).date >= today;
  find('month-days').replaceChildren(...weeks(days.map((one) => cell(one, today)), days[0].date));
  const noted = answered.filter((one) => one.note);
  show('month-words', noted.length > 0);
  find('month-words').replaceChildren(...noted.map(wordOf));
}

function weeks(cells, first) {
  const empty = Array.from({ length: new Date(`${first}T12:00`).getDay() }, () => element('td'));
  const all = [...empty, ...cells];
  while (all.length % 7) all.push(element('td'));
  return Array.from({ length: all.length / 7 }, (_, week) => element('tr', {}, ...all.slice(week * 7, week * 7 + 7)));
}

function cell({ date, condition, is_working: works }, today) {
  const td = element('td', { className: condition ? `face ${condition}` : '' });
  td.append(element('span', { className: 'day-number' }, String(Number(date.slice(8)))));
  if (date === today) td.setAttribute('aria-current', 'date');
  if (condition) td.append(faceOf(icons[condition]), element('span', { className: 'visually-hidden' }, textOf(condition)));
  else if (date <= today && works) td.append(missing(date === today));
  return td;
}

function missing(isToday) {
  const mark = element('span', { className: 'no-answer' }, element('span', { ariaHidden: 'true' }, isToday ? '' : '—'));
  if (!isToday) mark.append(element('span', { className: 'visually-hidden' }, textOf('noAnswer')));
  return mark;
}

function wordOf({ date, note }) {
  return element('li', {}, element('strong', {}, weekdayOf(`${date}T12:00`)), ` ${note}`);
}
