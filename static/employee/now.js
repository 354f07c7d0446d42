// What is so about an alarm, in one line: the newest fact wins, and each stands only while it is
// so. The headline, the discreet screen and the red card say the same, because they all ask here,
// and whoever asks gives the facts (facts.js).

import { PATIENCE, isClosed, isCry, isDrill } from './course.js';
import { hourOf, span, textOf } from './words.js';

// `tone` is good, waiting, word (somebody writes) or bad; `key` changes with what is said, not with
// its clock.
const fact = (kind, tone, at, text, detail = at ? hourOf(at) : '') =>
  ({ kind, tone, at, text, detail, key: `${kind} ${at ?? ''} ${text}` });

export function nowLine(f) {
  return unheardLine(f) ?? (isClosed(f.tap) ? closedLine(f) : newest(factsOf(f)));
}

// Under the red card: what else is so.
export function besideRed(f) {
  if (isClosed(f.tap)) return closedLine(f);
  return newest(factsOf(f).filter(({ kind }) => kind !== 'danger'));
}

// Whoever is there or comes is never hidden by something newer.
export const awaited = ({ tap: { seen } }) =>
  newest([fact('nobody', '', seen.opened_at, ''), ...ways(seen)]);

const newest = (all) =>
  all.filter(({ at }) => at).reduce((best, one) => (Date.parse(one.at) >= Date.parse(best.at) ? one : best));

const until = (at, f) => span(Date.parse(at) - f.serverAt);
const since = (at, f) => span(f.serverAt - Date.parse(at));

// What has not arrived yet comes before everything that the server knows.
export function unheardLine({ at, tap: { seen, late, refused, unheard } }) {
  if (!seen) {
    const text = textOf(refused ? 'refused' : 'late');
    return late ? fact('late', 'bad', null, text) : fact('sending', 'waiting', null, textOf('sending'));
  }
  const cry = unheard.find(isCry);
  if (cry && at - cry.at > PATIENCE) return fact('late', 'bad', null, textOf('againLate'));
  if (cry) return fact('sending', 'waiting', null, textOf('sending'));
  return endsUnheard(unheard);
}

function endsUnheard(unheard) {
  const end = unheard.find(({ path, json }) => path === 'close' || json.answer === 'safe');
  if (!end) return null;
  const text = textOf(end.json.outcome === 'mistaken' ? 'sendingMistaken' : 'sendingSafe');
  return fact('sending', 'waiting', null, text);
}

function closedLine({ tap, holder }) {
  const { closed_by: name, closed_at: at } = tap.seen;
  const isHers = !name || name === holder;
  const hers = textOf(at === tap.mistaken_at ? 'closedMistaken' : 'closed');
  return fact('closed', 'good', at, isHers ? hers : textOf('closedBy', { name }));
}

// In the order of their weight: of two in the same second the later one in this list stands.
function factsOf(f) {
  const { seen, newsAt, lost } = f.tap;
  return [
    delivered(f),
    fact('seen', 'good', seen.acknowledged_at, textOf('seenBy', { name: seen.acknowledged_by })),
    desk(f),
    asked(seen.asked_on_site),
    fact('lost', 'waiting', lost?.at, textOf('lost', { name: lost?.name })),
    written(seen.messages.findLast((one) => !one.mine)),
    ...ways(seen),
    again(f),
    fact('safe', 'good', seen.safe_at, textOf('saidSafe')),
    fact('danger', 'bad', seen.danger && seen.danger_at, dangerText(seen)),
    fact('news', 'word', newsAt, textOf('newsWaits')),
  ];
}

function delivered(f) {
  const { opened_at: at, notified_count: count } = f.tap.seen;
  if (!count) return fact('delivered', 'waiting', at, textOf('accepted'));
  return fact('delivered', 'waiting', at, textOf('delivered'), textOf('waits', { time: since(at, f) }));
}

const ways = (seen) => [
  fact('coming', 'good', seen.coming_at, textOf('comes', { name: seen.coming_by })),
  fact('arrived', 'good', seen.arrived_at, textOf('arrived', { name: seen.arrived_by })),
];

const asked = (onSite) =>
  fact('asked', 'waiting', onSite?.at, textOf('askedOnSite', { name: onSite?.by, people: onSite?.people }));

const dangerText = ({ danger }) => (danger ? textOf(`danger-${danger}`) : '');

function written(message) {
  const [name] = (message?.author ?? '').split(' ');
  return fact('message', 'word', message?.at, textOf('wrote', { name, text: message?.text ?? '' }));
}

// Pressed again: what then happens, and nothing that only may.
function again(f) {
  const { pressed_again_at: pressed, called_again_at: called, again_at: at, notified_count: count } = f.tap.seen;
  if (!pressed) return fact('again', 'waiting', null, '');
  if (at) return fact('again', 'waiting', pressed, textOf('callsAgain'), textOf('inTime', { time: until(at, f) }));
  if (called && count) return fact('again', 'waiting', newer(called, pressed), textOf('calledAgain'));
  return fact('again', 'waiting', pressed, textOf('againArrived'));
}

const newer = (one, other) => (Date.parse(one) > Date.parse(other) ? one : other);

function desk(f) {
  const { seen } = f.tap;
  const { text, detail, tone } = supportLine(f) ?? {};
  if (seen.support === 'claimed') {
    return fact('desk', tone, seen.support_at, seen.support_step ?? text);
  }
  const isSaid = text && seen.support !== 'unanswered';
  return fact('desk', tone, isSaid ? seen.support_at : null, text, detail);
}

// Where the request to the security company stands; null while there is none.
export function supportLine(f) {
  const { seen } = f.tap;
  const at = seen.support_at && hourOf(seen.support_at);
  if (seen.support === 'claimed') {
    const step = seen.support_step ? `${at} ${seen.support_step}` : at;
    return { tone: 'good', text: textOf('supportActs'), detail: step };
  }
  if (seen.support === 'ended') {
    return { tone: 'waiting', text: textOf('supportEnded', { result: seen.support_result }), detail: at };
  }
  if (seen.support === 'unanswered') return { tone: 'bad', text: textOf('supportSilent'), detail: at };
  return seen.support === 'requested' ? requested(f) : null;
}

function requested(f) {
  const { seen } = f.tap;
  if (seen.drill === 'internal') return { tone: 'waiting', text: textOf('supportRehearsed'), detail: '' };
  const text = textOf(`asked-${seen.support_asked_by}`);
  return { tone: 'waiting', text, detail: textOf('supportWaits', { time: since(seen.support_at, f) }) };
}

// What must be read at once: nothing arrived, nobody comes, or this device is not listened to.
export function redCard(f) {
  const unheard = unheardLine(f);
  if (unheard?.tone === 'bad') return { key: unheard.key, title: unheard.text, text: textOf('lateDetail') };
  const danger = f.tap.seen?.danger;
  if (danger) return { key: danger, title: textOf(`danger-${danger}`), text: textOf(isDrill(f.tap) ? 'dangerDrill' : 'danger110') };
  const isDeaf = f.tap.seen && f.isOn && f.device.token === 'refused';
  return isDeaf ? { key: 'revoked', title: textOf('revoked'), text: textOf('revokedDetail') } : null;
}
