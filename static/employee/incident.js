// The screen of an open alarm: what has reached whom, and what can be done now.

import * as alarm from './alarm.js';
import { offerCare } from './care.js';
import { onSound, resumeCapture, sound, takeLevel } from './capture.js';
import { now } from './clock.js';
import { cameLate } from './course.js';
import { deviceState, onDeviceState } from './device_state.js';
import { discreetLine, mustSee } from './discreet_line.js';
import { hidden, hide, mark } from './discreet_screen.js';
import { ask, element, fill, find, on, screenNow, show, showScreen, toast } from './dom.js';
import { openEnrolment } from './enrol.js';
import { factsNow } from './facts.js';
import { LevelBars } from './level.js';
import { nowLine } from './now.js';
import { openScreen } from './open_screen.js';
import { device, internalNumber, numberToDial } from './readiness.js';
import * as signal from './signal.js';
import { hourOf, span, start, textOf } from './words.js';

const SILENCE = 20_000;
// What follows from her own touch needs no answer of the hand.
const EXPECTED = ['sending', 'delivered', 'safe'];
let bars;
let drawn = '';
let warned = '';
let backToStart = () => {};

export function startIncident(whenPast) {
  backToStart = whenPast;
  bars = new LevelBars(find('bars'));
  alarm.onAlarm(draw);
  onSound(drawDevice);
  onDeviceState(drawDevice);
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
  on('safe', () => end('safe', alarm.beSafe));
  on('mistaken', () => end('mistaken', alarm.takeBack));
  find('police').addEventListener('click', callPolice);
  on('leave', () => alarm.leave());
  on('become-real', () => alarm.becomeReal());
  on('running-bar', () => showScreen('alarm'));
  on('new-code', openEnrolment);
  find('write').addEventListener('submit', sendText);
}

// Who reads it may not know the language of this app: the company's comes first.
function inBoth({ textContent, dataset: { reply } }) {
  const own = textContent.trim();
  return own === reply ? own : `${reply} (${own})`;
}

async function end(question, say) {
  if (!(await ask(question))) return;
  await say();
  if (!alarm.current()?.incident) toast(textOf('safeLater'));
}

// In danger it calls at once; else it says first what a call costs. In a drill nobody calls the
// police by mistake.
async function callPolice(event) {
  if (document.body.hasAttribute('data-danger') && !alarm.isDrill()) return;
  event.preventDefault();
  show('police-drill', alarm.isDrill());
  if (await ask('police')) location.href = 'tel:110';
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
  if (!now) return drawNothing();
  if (['ready', 'alarm'].includes(screenNow())) showScreen('alarm');
  const f = factsNow();
  drawButtons(f);
  drawInternalNumber();
  drawState(f);
  drawDevice();
  drawMessages(now.seen?.messages ?? []);
  return undefined;
}

function drawNothing() {
  if (screenNow() === 'alarm') showScreen('ready');
  drawRed(null);
  drawBar(null);
  mark({}, 'the alarm has gone');
  [drawn, warned] = ['', ''];
}

function drawButtons({ tap }) {
  const { seen } = tap;
  const [isDrill, isOver] = [alarm.isDrill(), alarm.isOver()];
  const isOpen = !alarm.isClosed() && !isOver;
  const actsStill = alarm.isClosed() && seen.support === 'claimed' && !isDrill;
  show('open-only', isOpen);
  show('delivered-only', Boolean(seen) && isOpen && !cameLate(tap));
  show('mistaken', !isDrill);
  show('acts-still', actsStill);
  show('answer-box', Boolean(seen?.answer_wanted));
  show('came-late-box', cameLate(tap));
  fill('came-late', textOf('cameLate', { minutes: seen?.late_minutes }));
  showAtHead('leave-box', isOver);
  show('dock', !isOver || actsStill);
  show('hide', !isOver);
  document.body.toggleAttribute('data-docked', !isOver || actsStill);
  offerCare(isOver && seen?.drill === 'none' ? seen.id : null);
  show('drill', isDrill);
  show('drill-open', isDrill && isOpen);
}

// What has just come up at the head of the course must be seen there, whatever was read below.
function showAtHead(name, isShown) {
  const isNew = isShown && find(name).hidden;
  show(name, isShown);
  if (isNew) find('course').scrollTop = 0;
}

function drawInternalNumber() {
  const [number, dialled] = [internalNumber(), numberToDial()];
  fill('internal-number', number);
  show('internal-label', !dialled && /^[\d\s#*()+-]+$/.test(number));
  show('outside-label', dialled);
  show('internal', Boolean(number));
  const link = find('internal-link');
  if (dialled) link.href = `tel:${dialled}`;
  else link.removeAttribute('href');
}

// The most important line: who knows, and who comes.
function drawState(f) {
  const { red, state, also, support } = openScreen(f);
  drawRed(red);
  show('state-card', Boolean(state));
  if (state) Object.assign(find('state-card').dataset, { tone: state.tone, kind: state.kind });
  fill('state-line', state?.text ?? '');
  fill('state-detail', state?.detail ?? '');
  show('state-also', Boolean(also.text));
  fill('state-also', `${also.text} ${also.detail}`);
  drawSupport(f.tap, support);
  drawWayOut(f, red);
  drawBar(f);
  mark(discreetLine(f), mustSee(f));
  feel(nowLine(f), red);
}

function drawRed(red) {
  show('red', Boolean(red));
  document.body.toggleAttribute('data-danger', Boolean(red));
  if (!red) return;
  fill('red-title', red.title);
  fill('red-text', red.text);
}

// Where something does not get through: what can be done without it.
function drawWayOut(f, red) {
  const isRefused = f.device.token === 'refused';
  const isWanted = !alarm.isOver() && !alarm.isDrill() && (red || isRefused);
  show('way-out', isWanted);
  show('in-danger', red?.key === 'revoked');
  show('new-code', isRefused);
}

// On every other screen: that an alarm runs, and the newest of it.
function drawBar(f) {
  const isShown = f && screenNow() !== 'alarm' && !alarm.isOver();
  show('running-bar', isShown);
  fill('bar-time', isShown ? textOf('alarmRuns', { time: span(f.at - f.tap.pressed) }) : '');
  fill('bar-line', isShown ? nowLine(f).text : '');
}

function feel({ key, kind }, red) {
  if (red && red.key !== warned) {
    showScreen('alarm');
    signal.danger();
  } else if (drawn && key !== drawn && !EXPECTED.includes(kind)) signal.news();
  drawn = key;
  warned = red?.key ?? '';
}

// The button keeps its place; it rests while the request stands.
function drawSupport({ seen }, line) {
  const isThere = seen?.support_available ?? device.known?.support_available ?? false;
  const state = seen?.support ?? 'none';
  const isAsked = ['requested', 'claimed'].includes(state);
  show('support', isThere);
  find('support').disabled = isAsked;
  fill('support-word', textOf(isAsked ? 'isAsked' : state === 'none' ? 'securityCompany' : 'askSupportAgain'));
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
  const course = find('course');
  course.scrollTop = course.scrollHeight;
}

// What is taken here, and what of it arrives.
function drawDevice() {
  if (!alarm.current()) return;
  const { status } = sound;
  alarm.noteTaken({ recorded: status === 'recording', shared: deviceState().place.heardAt !== null });
  const { isLit, head, truths, areTruthsShown, ended } = openScreen(factsNow());
  const isOn = alarm.recordsOn();
  show('recording-only', isLit);
  document.body.dataset.tone = head.tone;
  find('sound').dataset.works = status === 'recording' ? 'yes' : 'no';
  fill('sound-word', head.text);
  show('record-again', isOn && ['paused', 'ended', 'denied', 'none', 'broken'].includes(status));
  show('record-sample', isOn && Boolean(start.sample) && ['none', 'denied'].includes(status));
  showAtHead('truths', areTruthsShown);
  truths.forEach(drawTruth);
  show('what-ended', Boolean(ended));
  fill('what-ended', ended);
}

function drawTruth({ name, state, text, detail }) {
  find(`truth=${name}`).dataset.is = state;
  fill(`${name}-text`, text);
  fill(`${name}-detail`, detail);
}

function tick() {
  const now = alarm.current();
  if (!now) return;
  if (alarm.isPast()) {
    backToStart();
    return;
  }
  const f = factsNow();
  fill('running', span(f.at - now.pressed));
  drawState(f);
  drawDevice();
  show('unreachable', isUnreachable(now));
}

const isUnreachable = ({ seen, checked }) =>
  Boolean(seen) && (!navigator.onLine || now() - checked > SILENCE);
