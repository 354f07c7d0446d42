// Three things can reach the others, or not: the report, the sound, the position. What is said of
// each stands on an answer of the server; that the device tries is no answer.

import { isClosed } from './course.js';
import { unheardLine } from './now.js';
import { span, textOf } from './words.js';

// A unit is a second long. After this much silence from over there nobody hears it as it is said.
const HEARD_WITHIN = 8000;
const FIRST_FIX_WITHIN = 15_000;
// While one of these is so, the microphone is held.
const RUNNING = ['starting', 'recording', 'paused', 'muted', 'ended', 'broken'];
const NOT_TAKEN = ['ended', 'denied', 'none', 'broken', 'off'];
const STANDS = ['paused', 'muted'];

const truth = (name, state, text, detail = '') => ({ name, state, text, detail });

export const truthsOf = (f) => [ofReport(f), ofSound(f), ofPlace(f)];

const isNew = ({ at, tap }, patience) => at - tap.pressed < patience;
const isReachable = ({ device }) => device.network === 'online' && device.token === 'good';

function ofReport(f) {
  const unheard = unheardLine(f);
  const { seen } = f.tap;
  if (unheard?.tone === 'bad') return truth('report', 'bad', unheard.text);
  if (!seen) return truth('report', 'waiting', unheard.text);
  if (f.device.network === 'offline') return truth('report', 'good', textOf('reportArrived'), textOf('mayBeOld'));
  return truth('report', 'good', textOf('reportArrived'), isClosed(f.tap) ? '' : whoKnows(f));
}

function whoKnows({ serverAt, tap: { seen } }) {
  if (seen.acknowledged_at) return textOf('seenBy', { name: seen.acknowledged_by });
  if (!seen.notified_count) return '';
  return textOf('waits', { time: span(serverAt - Date.parse(seen.opened_at)) });
}

export const isRunning = ({ device: { sound } }) => RUNNING.includes(sound.status);

const isHeard = (f) =>
  isReachable(f) && f.device.sound.heardAt !== null && f.at - f.device.sound.heardAt < HEARD_WITHIN;

function ofSound(f) {
  const { status, unsentSeconds } = f.device.sound;
  const isYoung = isNew(f, HEARD_WITHIN);
  if (status === 'starting') return truth('sound', 'waiting', textOf('sound-starting'));
  if (status === 'off' && isYoung) return truth('sound', 'waiting', textOf('sound-off'));
  if (status !== 'recording') return truth('sound', 'bad', textOf(`sound-${status}`));
  if (isHeard(f)) return heard(f);
  const time = span(unsentSeconds * 1000);
  if (f.device.token === 'refused') {
    return truth('sound', 'bad', textOf('soundOnDevice', { time }), textOf('soundKeptForNewCode'));
  }
  return truth('sound', isYoung ? 'waiting' : 'bad', textOf('soundOnDevice', { time }), textOf('soundKept'));
}

function heard({ isSample, device: { sound } }) {
  const older = sound.unsentSeconds * 1000;
  const rest = older > HEARD_WITHIN ? textOf('soundOlder', { time: span(older) }) : '';
  return truth('sound', 'good', textOf(isSample ? 'sound-sample' : 'sound-recording'), rest);
}

function ofPlace(f) {
  const { status, heardAt, unsent } = f.device.place;
  const bad = (word) => truth('place', 'bad', textOf(word), workplace(f));
  if (f.device.token === 'refused') return bad('placeRefused');
  if (['denied', 'unavailable'].includes(status)) return bad(`place-${status}`);
  const isShared = heardAt !== null && (!unsent || f.at - heardAt < FIRST_FIX_WITHIN);
  if (isShared && isReachable(f)) return truth('place', 'good', textOf('placeShared'));
  if (!isNew(f, FIRST_FIX_WITHIN)) return bad('placeUnsent');
  return truth('place', 'waiting', textOf('placeWaits'));
}

// Where she works goes along with the report itself.
const workplace = ({ site, tap }) => (site && tap.seen ? textOf('workplaceKnown', { site }) : '');

// The header: red while it is heard, brown where something does not get through.
export function header(f) {
  if (!f.isOn) return { tone: 'bad', text: textOf('soundStops') };
  const [report, sound, place] = truthsOf(f);
  const isBad = [report, sound, place].some(({ state }) => state === 'bad');
  return { tone: isBad ? 'bad' : 'live', text: isBad ? sound.text : `${sound.text}・${place.text}` };
}

// In the one line of the discreet screen: only what is wrong, and what then still works.
export function inShort(f) {
  if (!f.isOn) return '';
  const [, sound, place] = truthsOf(f);
  const words = [];
  if (sound.state === 'bad') words.push(soundInShort(f));
  if (place.state === 'bad') words.push(textOf('noPlace'));
  else if (sound.state === 'bad' && place.state === 'good') words.push(place.text);
  return words.join('・');
}

function soundInShort({ device: { sound } }) {
  if (NOT_TAKEN.includes(sound.status)) return textOf('noSound');
  if (STANDS.includes(sound.status)) return textOf(`sound-${sound.status}`);
  return textOf('soundUnsent', { time: span(sound.unsentSeconds * 1000) });
}

// What has ended with the alarm: only what there was, and only once it has ended.
export function whatEnded(f) {
  if (f.isOn || isRunning(f)) return '';
  const { recorded, shared } = f.tap;
  const over = recorded ? (shared ? 'endedBoth' : 'endedSound') : shared && 'endedPlace';
  const left = recorded && f.device.sound.unsentSeconds * 1000;
  const rest = left ? textOf('soundLeft', { time: span(left) }) : '';
  return [over && textOf(over), rest].filter(Boolean).join('');
}
