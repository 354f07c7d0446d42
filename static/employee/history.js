// What this person has reported, and who has played the recordings of it.

import { call } from './api.js';
import { careEntry } from './care.js';
import { element, fill, find, icon, show } from './dom.js';
import { dayOf, span, textOf } from './words.js';

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
    const plays = (page.results ?? page).flatMap(flat);
    list.replaceChildren(...(plays.length ? plays.map(playOf) : [element('li', {}, textOf('noPlays'))]));
  } catch {
    list.replaceChildren(element('li', {}, textOf('notLoaded')));
  }
}

// One line for each stretch that was played, whether the server nests them in a session or not.
function flat(play) {
  if (!play.ranges) return [play];
  const common = { who: play.who, why: play.reason };
  if (!play.ranges.length) return [{ ...common, at: play.started_at, from_s: 0, to_s: 0 }];
  return play.ranges.map((range) => ({
    ...common, at: range.at, from_s: range.from_seconds, to_s: range.to_seconds,
  }));
}

function playOf({ who, at, from_s, to_s, why }) {
  const line = element('p', {}, element('strong', {}, who), `　${dayOf(at)}`);
  const part = textOf('part', { from: span(from_s * 1000), to: span(to_s * 1000) });
  return element('li', {}, line, element('p', { className: 'quiet' }, [part, why].filter(Boolean).join('・')));
}
