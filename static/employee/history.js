// What this person has reported, and who has played the recordings of it.

import { call } from './api.js';
import { careEntry } from './care.js';
import { element, fill, find, icon, show } from './dom.js';
import { dayOf, hourOf, span, textOf } from './words.js';

let next = null;

export async function openHistory() {
  find('history').replaceChildren();
  next = 'me/incidents';
  await more();
}

export async function more() {
  fill('history-note', textOf('loading'));
  try {
    const page = await call(next);
    const rows = page.results ?? page;
    find('history').append(...rows.map(entry));
    next = page.next ? pathOf(page.next) : null;
    fill('history-note', find('history').children.length ? '' : textOf('noHistory'));
  } catch {
    fill('history-note', textOf('notLoaded'));
  }
  show('history-more', Boolean(next));
}

// The server gives the next page as an address; only its query is taken from it.
const pathOf = (address) => `me/incidents${new URL(address, location.href).search}`;

function entry(one) {
  const isOpen = one.state === 'open';
  const tag = element('span', { className: `tag ${isOpen ? 'red' : ''}` }, textOf(isOpen ? 'isOpen' : 'isClosed'));
  const head = element('div', { className: 'row' }, element('strong', {}, dayOf(one.opened_at)), tag);
  if (one.drill && one.drill !== 'none') {
    head.append(element('span', { className: 'tag drill' }, textOf('drill')));
  }
  head.append(element('span', { className: 'quiet push' }, textOf('number', { number: one.number })));
  const item = element('li', { className: 'card card-body stack' }, head);
  item.append(...(one.recordings ?? []).map(recordingOf));
  if (!isOpen && (one.drill ?? 'none') === 'none') item.append(careEntry(one.id));
  return item;
}

function recordingOf(recording) {
  const button = element('button', { className: 'button small wide', type: 'button' });
  const length = recording.seconds ? span(recording.seconds * 1000) : '';
  button.append(icon('headphones'), textOf('whoPlayed', { length }));
  const list = element('ul', { className: 'plays', hidden: true });
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => toggle(button, list, recording.id));
  return element('div', {}, button, list);
}

async function toggle(button, list, id) {
  list.hidden = !list.hidden;
  button.setAttribute('aria-expanded', String(!list.hidden));
  if (list.hidden) return;
  try {
    const page = await call(`me/recordings/${id}/plays`);
    const plays = (page.results ?? page).filter((one) => one.ranges.length).sort(byTime);
    list.replaceChildren(...(plays.length ? plays.map(playOf) : [element('li', {}, textOf('noPlays'))]));
  } catch {
    list.replaceChildren(element('li', {}, textOf('notLoaded')));
  }
}

const byTime = (one, other) => Date.parse(one.started_at) - Date.parse(other.started_at);

// One line for each listening: who, when, live or later, and which parts of the sound.
function playOf({ who, kind, reason, started_at: from, ended_at: ended, ranges }) {
  const isLong = hourOf(ended ?? from) !== hourOf(from);
  const times = isLong ? `${dayOf(from)}–${hourOf(ended)}` : dayOf(from);
  const parts = ranges.map((one) => `${span(one.from_seconds * 1000)}〜${span(one.to_seconds * 1000)}`).join('、');
  const line = element('p', {}, element('strong', {}, who), `　${times}　${textOf(`play-${kind}`)} ${parts}`);
  const why = reason ? [element('p', { className: 'quiet' }, textOf('playReason', { reason }))] : [];
  return element('li', {}, line, ...why);
}
