// After an incident: by whom she wants to be asked how she is, or by nobody; and who else listens.

import { call } from './api.js';
import { element, find, icon } from './dom.js';
import { listOf, textOf, weekdayOf } from './words.js';
import { lineOf } from './condition.js';

let shown = null;

// On the screen of an alarm that has ended, once; none after a drill.
export async function offerCare(incident) {
  if (shown === incident) return;
  shown = incident;
  find('care').hidden = true;
  if (incident) await fillCare(find('care'), incident);
}

// For one entry of the history: opened when asked for.
export function careEntry(incident) {
  const box = element('div', { className: 'stack', hidden: true });
  const button = element('button', { className: 'button small wide', type: 'button' });
  button.append(icon('handshake'), textOf('careAfter'));
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', async () => {
    box.hidden = !box.hidden;
    button.setAttribute('aria-expanded', String(!box.hidden));
    if (!box.hidden) await fillCare(box, incident);
  });
  return element('div', { className: 'stack' }, button, box);
}

async function fillCare(box, incident) {
  const path = `me/incidents/${incident}/care`;
  try {
    draw(box, path, await call(path));
    box.hidden = false;
  } catch {
    box.replaceChildren(element('p', { className: 'muted' }, textOf('notLoaded')));
  }
}

function draw(box, path, care) {
  const name = `care-${path}`;
  const choices = care.contacts.map(({ id, name: who, role }) =>
    choice(name, [who, element('small', {}, role)], care.chosen === id, { contact: id }));
  choices.push(choice(name, [textOf('careNobody')], care.declined, { declined: true }));
  const group = element('fieldset', { className: 'stack' }, element('legend', {}, textOf('careWho')), ...choices);
  const status = element('p', { className: 'muted', role: 'status' }, daysOf(care));
  group.addEventListener('change', (event) => choose(box, path, event.target.answer, status));
  const lines = care.lines.map(lineOf);
  const others = lines.length ? [element('h3', {}, textOf('careLines')), element('ul', { className: 'stack' }, ...lines)] : [];
  box.replaceChildren(group, status, ...others);
}

function choice(name, words, checked, answer) {
  const input = Object.assign(element('input', { type: 'radio', name, checked }), { answer });
  return element('label', { className: 'choice' }, input, element('span', {}, ...words));
}

const daysOf = ({ days, declined }) =>
  days.length && !declined ? textOf('careDays', { days: listOf(days.map(weekdayOf)) }) : '';

async function choose(box, path, json, status) {
  try {
    draw(box, path, await call(path, { method: 'PUT', json }));
    box.querySelector('[role=status]').append(` ${textOf('careSaved')}`);
  } catch {
    status.textContent = textOf('notSent');
  }
}
