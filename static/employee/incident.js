// The screen of an open alarm: what has reached whom, and what can be done now.

import * as alarm from './alarm.js';
import { offerCare } from './care.js';
import { onSound, resumeCapture, sound, takeLevel } from './capture.js';
import { LevelBars } from './level.js';
import { ask, element, fill, find, on, screenNow, show, showScreen, toast } from './dom.js';
import { arePositionsShared } from './positions.js';
import { awaited, besideRed, nowLine, redCard, supportLine } from './now.js';
import { device, internalNumber, numberToDial } from './readiness.js';
import * as signal from './signal.js';
import { onUpload } from './upload.js';
import { hidden, hide, mark } from './discreet_screen.js';
import { hourOf, span, start, textOf } from './words.js';

const SILENCE = 20_000;
// What follows from her own touch needs no answer of the hand.
const EXPECTED = ['sending', 'delivered', 'safe'];
let bars;
let drawn = '';
let warned = '';

export function startIncident() {
  bars = new LevelBars(find('bars'));
  alarm.onAlarm(draw);
  onSound(drawSound);
  onUpload(({ failed }) => show('sound-waits', Boolean(failed)));
  setInterval(tick, 500);
  setInterval(() => {
    if (!hidden() && screenNow() === 'alarm') bars.push(takeLevel());
  }, 150);
  connectButtons();
}

function connectButtons() {
  on('hide', hide);
  on('record-again', () => (sound.status === 'paused' ? resumeCapture() : alarm.recordNow()));
  on('record-sample', () => alarm.recordSample());
  on('again', () => alarm.pressAgain());
  on('reply', (node) => alarm.reply(inBoth(node)));
  on('answer', (node) => alarm.answer(node.dataset.answer));
  on('support', async () => {
    if (await ask('support')) await alarm.askSupport();
  });
  on('safe', async () => {
    if (!(await ask('safe'))) return;
    await alarm.beSafe();
    if (!alarm.current()?.incident) toast(textOf('safeLater'));
  });
  on('police', async () => {
    if (await ask('police')) location.href = 'tel:110';
  });
  on('leave', () => alarm.leave());
  on('become-real', () => alarm.becomeReal());
  find('write').addEventListener('submit', sendText);
}

// Who reads it may not know the language of this app: the company's comes first.
function inBoth({ textContent, dataset: { reply } }) {
  const own = textContent.trim();
  return own === reply ? own : `${reply} (${own})`;
}

async function attempt(work) {
  try {
    await work();
    return true;
  } catch {
    toast(textOf('notSent'));
    alarm.refresh();
    return false;
  }
}

// The same client_id until it is through: a second try is never a second message.
async function sendText(event) {
  event.preventDefault();
  const form = event.target;
  const text = form.text.value.trim();
  if (!text || form.dataset.busy) return;
  form.dataset.busy = 'yes';
  form.dataset.id ??= crypto.randomUUID();
  if (await attempt(() => alarm.write(text, form.dataset.id))) {
    form.reset();
    delete form.dataset.id;
  }
  delete form.dataset.busy;
}

function draw(now) {
  if (!now) {
    if (screenNow() === 'alarm') showScreen('ready');
    drawRed(null);
    mark({}, 'the alarm has gone');
    [drawn, warned] = ['', ''];
    return;
  }
  if (['ready', 'alarm'].includes(screenNow())) showScreen('alarm');
  const { seen } = now;
  const isOpen = !alarm.isClosed() && !alarm.isOver();
  show('recording-only', alarm.recordsOn());
  show('open-only', isOpen);
  show('delivered-only', Boolean(seen) && isOpen);
  show('acts-still', alarm.isClosed() && seen.support === 'claimed' && !alarm.isDrill());
  show('answer-box', Boolean(seen?.answer_wanted));
  show('came-late-box', cameLate(seen));
  fill('came-late', textOf('cameLate', { minutes: seen?.late_minutes }));
  show('leave-box', alarm.isOver());
  offerCare(alarm.isOver() && seen?.drill === 'none' ? seen.id : null);
  show('drill', alarm.isDrill());
  show('drill-open', alarm.isDrill() && isOpen);
  drawInternalNumber();
  drawState(now);
  drawSupport(seen);
  drawMessages(seen?.messages ?? []);
}

// A press that was long on its way: is help still needed? Until she has said so.
const cameLate = (seen) =>
  Boolean(seen?.late_minutes) && !alarm.isClosed() && !(seen.safe_at || seen.pressed_again_at || seen.support_requested_at);

function drawInternalNumber() {
  const [number, dialled] = [internalNumber(), numberToDial()];
  fill('internal-number', number);
  show('internal-label', !dialled && /^[\d\s#*()+-]+$/.test(number));
  show('outside-label', dialled);
  show('internal', Boolean(number) && !alarm.isDrill());
  const link = find('internal-link');
  if (dialled) link.href = `tel:${dialled}`;
  else link.removeAttribute('href');
}

// The most important line: who knows, and who comes.
function drawState(now) {
  const line = nowLine(now);
  const red = redCard(now);
  drawRed(red);
  show('state-card', Boolean(now.seen) || !red);
  const shown = red && now.seen ? besideRed(now) : line;
  Object.assign(find('state-card').dataset, { tone: shown.tone, kind: shown.kind });
  fill('state-line', shown.text);
  fill('state-detail', shown.detail);
  const also = now.seen && !alarm.isClosed() ? awaited(now) : shown;
  show('state-also', also.text && also.kind !== shown.kind);
  fill('state-also', `${also.text} ${also.detail}`);
  mark({ tone: line.tone, text: veilText(now, line) }, mustSee(now, red));
  feel(line, red);
}

function drawRed(red) {
  show('red', Boolean(red));
  show('police', !red);
  document.body.toggleAttribute('data-danger', Boolean(red));
  if (!red) return;
  fill('red-title', red.title);
  fill('red-text', red.text);
  // In a drill nobody calls the police by mistake.
  show('red-call', !alarm.isDrill());
}

function mustSee({ seen }, red) {
  if (red) return red.key;
  if (alarm.isClosed()) return 'closed';
  return cameLate(seen) ? 'came late' : '';
}

const NO_SOUND = ['denied', 'none', 'ended', 'broken', 'muted'];

function veilText({ seen }, { text, detail }) {
  const isSilent = seen && alarm.recordsOn() && NO_SOUND.includes(sound.status);
  return [text, detail, isSilent && textOf('noSound')].filter(Boolean).join('・');
}

function feel({ key, kind }, red) {
  if (red && red.key !== warned) {
    showScreen('alarm');
    signal.danger();
  } else if (drawn && key !== drawn && !EXPECTED.includes(kind)) signal.news();
  drawn = key;
  warned = red?.key ?? '';
}

function drawSupport(seen) {
  const isThere = seen?.support_available ?? device.known?.support_available ?? false;
  const canAsk = ['none', 'unanswered', 'ended'].includes(seen?.support);
  show('support', isThere && canAsk);
  fill('support-word', textOf(seen?.support === 'none' ? 'askSupport' : 'askSupportAgain'));
  find('police').classList.toggle('danger-outline', !isThere);
  const line = seen && supportLine(seen);
  show('support-state', Boolean(line));
  if (!line) return;
  find('support-state').dataset.tone = line.tone;
  fill('support-what', line.text);
  fill('support-detail', line.detail);
}

function drawMessages(messages) {
  const list = find('messages');
  const known = messages.map((one) => one.id).join();
  if (list.dataset.known === known) return;
  list.dataset.known = known;
  list.replaceChildren(
    ...messages.map((one) => {
      const who = element('span', { className: 'who' }, `${one.author}　${hourOf(one.at)}`);
      const text = element('p', {}, one.text);
      return element('li', { className: one.mine ? 'mine' : 'theirs' }, who, text);
    }),
  );
  list.lastElementChild?.scrollIntoView({ block: 'nearest' });
}

function drawSound() {
  const { status, isSample } = sound;
  const works = status === 'recording';
  const name = works && isSample ? 'sound-sample' : `sound-${status}`;
  find('sound').dataset.works = works ? 'yes' : 'no';
  fill('sound-word', textOf(works && arePositionsShared() && !isSample ? 'soundAndPlace' : name));
  show('record-again', ['paused', 'ended', 'denied', 'none', 'broken'].includes(status));
  show('record-sample', Boolean(start.sample) && ['none', 'denied'].includes(status));
}

function tick() {
  const now = alarm.current();
  if (!now || screenNow() !== 'alarm') return;
  fill('running', span(Date.now() - now.pressed));
  drawState(now);
  drawSupport(now.seen);
  drawSound();
  show('unreachable', isUnreachable(now));
}

const isUnreachable = ({ seen, checked }) =>
  Boolean(seen) && (!navigator.onLine || Date.now() - checked > SILENCE);
