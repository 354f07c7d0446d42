// What is so about an alarm, in one line: the newest fact wins, and each stands only while it is
// so. The headline, the veil and the red card say the same, because they all ask here.

import { PATIENCE, isClosed, isCry, isDrill, serverNow } from './alarm.js';
import { device } from './readiness.js';
import { hourOf, span, textOf } from './words.js';

// `tone` is good, waiting, word (somebody writes) or bad; `key` changes with what is said, not with
// its clock.
const fact = (kind, tone, at, text, detail = at ? hourOf(at) : '') =>
  ({ kind, tone, at, text, detail, key: `${kind} ${at ?? ''} ${text}` });

export function nowLine(now) {
  return unheardLine(now) ?? (isClosed() ? closedLine(now.seen) : newest(facts(now)));
}

// Under the red card: what else is so.
export function besideRed(now) {
  return isClosed() ? closedLine(now.seen) : newest(facts(now).filter(({ kind }) => kind !== 'danger'));
}

// Whoever is there or comes is never hidden by something newer.
export const awaited = ({ seen }) =>
  newest([fact('nobody', '', seen.opened_at, ''), ...ways(seen)]);

const newest = (all) =>
  all.filter(({ at }) => at).reduce((best, one) => (Date.parse(one.at) >= Date.parse(best.at) ? one : best));

const until = (at) => span(Date.parse(at) - serverNow());
const since = (at) => span(serverNow() - Date.parse(at));

// What has not arrived yet comes before everything that the server knows.
function unheardLine({ seen, late, refused, unheard }) {
  if (!seen) {
    const text = textOf(refused ? 'refused' : 'late');
    return late ? fact('late', 'bad', null, text) : fact('sending', 'waiting', null, textOf('sending'));
  }
  const cry = unheard.find(isCry);
  if (cry && Date.now() - cry.at > PATIENCE) return fact('late', 'bad', null, textOf('againLate'));
  if (cry) return fact('sending', 'waiting', null, textOf('sending'));
  const isSaidSafe = unheard.some(({ json }) => json.answer === 'safe');
  return isSaidSafe ? fact('sending', 'waiting', null, textOf('sendingSafe')) : null;
}

function closedLine({ closed_by: name, closed_at: at }) {
  const isHers = !name || name === device.known?.holder?.name;
  return fact('closed', 'good', at, isHers ? textOf('closed') : textOf('closedBy', { name }));
}

// In the order of their weight: of two in the same second the later one in this list stands.
function facts({ seen, newsAt, lost }) {
  return [
    delivered(seen),
    fact('seen', 'good', seen.acknowledged_at, textOf('seenBy', { name: seen.acknowledged_by })),
    desk(seen),
    asked(seen.asked_on_site),
    fact('lost', 'waiting', lost?.at, textOf('lost', { name: lost?.name })),
    written(seen.messages.findLast((one) => !one.mine)),
    ...ways(seen),
    again(seen),
    fact('safe', 'good', seen.safe_at, textOf('saidSafe')),
    fact('danger', 'bad', seen.danger && seen.danger_at, dangerText(seen)),
    fact('news', 'word', newsAt, textOf('newsWaits')),
  ];
}

function delivered({ opened_at: at, notified_count: count }) {
  if (!count) return fact('delivered', 'waiting', at, textOf('accepted'));
  return fact('delivered', 'waiting', at, textOf('delivered'), textOf('waits', { time: since(at) }));
}

const ways = (seen) => [
  fact('coming', 'good', seen.coming_at, textOf('comes', { name: seen.coming_by })),
  fact('arrived', 'good', seen.arrived_at, textOf('arrived', { name: seen.arrived_by })),
];

const asked = (onSite) => fact('asked', 'waiting', onSite?.at, textOf('askedOnSite', { name: onSite?.by, people: onSite?.people }));

const dangerText = ({ danger }) => (danger ? textOf(`danger-${danger}`) : '');

function written(message) {
  const [name] = (message?.author ?? '').split(' ');
  return fact('message', 'word', message?.at, textOf('wrote', { name, text: message?.text ?? '' }));
}

// Pressed again: what then happens, and nothing that only may.
function again({ pressed_again_at: pressed, called_again_at: called, again_at: at, notified_count: count }) {
  if (!pressed) return fact('again', 'waiting', null, '');
  if (at) return fact('again', 'waiting', pressed, textOf('callsAgain'), textOf('inTime', { time: until(at) }));
  if (called && count) return fact('again', 'waiting', newer(called, pressed), textOf('calledAgain'));
  return fact('again', 'waiting', pressed, textOf('againArrived'));
}

const newer = (one, other) => (Date.parse(one) > Date.parse(other) ? one : other);

function desk(seen) {
  const { text, detail, tone } = supportLine(seen) ?? {};
  if (seen.support === 'claimed') {
    return fact('desk', tone, seen.support_at, seen.support_step ?? text);
  }
  const isSaid = text && seen.support !== 'unanswered';
  return fact('desk', tone, isSaid ? seen.support_at : null, text, detail);
}

// Where the request to the security company stands; null while there is none.
export function supportLine(seen) {
  const at = seen.support_at && hourOf(seen.support_at);
  if (seen.support === 'claimed') {
    const step = seen.support_step ? `${at} ${seen.support_step}` : at;
    return { tone: 'good', text: textOf('supportActs'), detail: step };
  }
  if (seen.support === 'ended') {
    return { tone: 'waiting', text: textOf('supportEnded', { result: seen.support_result }), detail: at };
  }
  if (seen.support === 'unanswered') return { tone: 'bad', text: textOf('supportSilent'), detail: at };
  return seen.support === 'requested' ? requested(seen) : null;
}

function requested(seen) {
  if (seen.drill === 'internal') return { tone: 'waiting', text: textOf('supportRehearsed'), detail: '' };
  const text = textOf(`asked-${seen.support_asked_by}`);
  return { tone: 'waiting', text, detail: textOf('supportWaits', { time: since(seen.support_at) }) };
}

// What must be read at once, with 110 in it: nothing arrived, or nobody comes.
export function redCard(now) {
  const unheard = unheardLine(now);
  if (unheard?.tone === 'bad') return { key: unheard.key, title: unheard.text, text: textOf('lateDetail') };
  const danger = now.seen?.danger;
  if (!danger) return null;
  return { key: danger, title: textOf(`danger-${danger}`), text: textOf(isDrill() ? 'dangerDrill' : 'danger110') };
}
