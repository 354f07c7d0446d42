// The screen of an open alarm: what has reached whom, and what can be done now.

import * as alarm from './alarm.js';
import { offerCare } from './care.js';
import { onSound, resumeCapture, sound, takeLevel } from './capture.js';
import { LevelBars } from './level.js';
import { ask, element, fill, find, on, screenNow, show, showScreen, toast } from './page.js';
import { arePositionsShared } from './positions.js';
import { device, internalNumber } from './ready.js';
import { onUpload } from './upload.js';
import { hidden, hide, mark } from './veil.js';
import { hourOf, say, span, start } from './words.js';

const SILENCE = 20_000;
let bars;
let drawn = '';

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
  on('reply', (node) => attempt(() => alarm.write(node.textContent.trim(), crypto.randomUUID())));
  on('answer', (node) => attempt(() => alarm.answer(node.dataset.answer)));
  on('support', async () => {
    if (await ask('support')) await attempt(() => alarm.askSupport());
  });
  on('safe', async () => {
    if (!(await ask('safe'))) return;
    await attempt(() => alarm.beSafe());
    if (!alarm.current()?.incident) toast(say('safeLater'));
  });
  on('police', async () => {
    if (await ask('police')) location.href = 'tel:110';
  });
  on('leave', () => alarm.leave());
  on('become-real', () => alarm.becomeReal());
  find('write').addEventListener('submit', sendText);
}

async function attempt(work) {
  try {
    await work();
    return true;
  } catch {
    toast(say('notSent'));
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
    mark('');
    return;
  }
  if (['ready', 'alarm'].includes(screenNow())) showScreen('alarm');
  const { seen } = now;
  const isClosed = Boolean(seen) && seen.state !== 'open';
  show('open-only', !isClosed);
  show('closed-only', isClosed);
  show('delivered-only', Boolean(seen) && !isClosed);
  show('late', now.late && !seen);
  show('answer-box', Boolean(seen?.answer_wanted));
  show('closed-by-me', alarm.isOver());
  show('leave-box', alarm.isOver());
  offerCare(alarm.isOver() && seen?.drill === 'none' ? seen.id : null);
  fill('closed-by', closedText(seen));
  fill('internal-number', internalNumber());
  show('internal', Boolean(internalNumber()));
  find('internal-link').href = `tel:${internalNumber().replace(/[^\d+#*]/g, '')}`;
  show('drill', alarm.isDrill());
  show('drill-open', alarm.isDrill() && !isClosed);
  drawState(now);
  drawSupport(seen);
  drawMessages(seen?.messages ?? []);
}

function closedText(seen) {
  const name = seen?.closed_by;
  const isMine = !name || alarm.isMine() || name === device.known?.holder?.name;
  return isMine ? say('closed') : say('closedBy', { name });
}

// The most important line: who knows, and who comes.
function drawState(now) {
  const { seen } = now;
  const card = find('state-card');
  const step = stepOf(now);
  card.dataset.step = step;
  fill('state-line', lineOf(now, step));
  fill('state-detail', detailOf(seen, step));
  mark(step, lineOf(now, step));
  if (step !== drawn && drawn && ['seen', 'coming', 'closed'].includes(step)) {
    navigator.vibrate?.([80, 60, 80]);
  }
  drawn = step;
}

function stepOf({ seen, late }) {
  if (!seen) return late ? 'late' : 'sending';
  if (seen.state !== 'open') return 'closed';
  if (seen.coming_by) return 'coming';
  if (seen.acknowledged_by) return 'seen';
  return 'delivered';
}

function lineOf({ seen, refused }, step) {
  if (step === 'seen' || step === 'coming') {
    return say('seenBy', { name: seen.acknowledged_by ?? seen.coming_by });
  }
  if (step === 'closed') return closedText(seen);
  if (step === 'delivered') return say(seen.notified_count ? 'delivered' : 'accepted');
  return step === 'late' ? say(refused ? 'refused' : 'late') : say('sending');
}

function detailOf(seen, step) {
  if (step === 'seen') return hourOf(seen.acknowledged_at);
  if (step === 'coming') {
    const comes = say('comes', { name: seen.coming_by });
    return `${hourOf(seen.coming_at)}・${comes}`;
  }
  if (step === 'delivered') return say('waits', { time: span(alarm.serverNow() - Date.parse(seen.opened_at)) });
  return step === 'late' ? say('lateDetail') : '';
}

function drawSupport(seen) {
  const state = seen?.support ?? 'none';
  const isThere = seen?.support_available ?? device.known?.support_available ?? false;
  show('support', isThere && Boolean(seen) && state === 'none');
  show('support-state', state !== 'none');
  if (state === 'none') return;
  const asked = Date.parse(seen.support_requested_at);
  find('support-state').dataset.claimed = state === 'claimed' ? 'yes' : 'no';
  fill('support-line', seen.support_step ?? say(state === 'claimed' ? 'supportClaimed' : 'supportAsked'));
  fill('support-clock', state === 'claimed' ? '' : span(alarm.serverNow() - asked));
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
  fill('sound-word', say(works && arePositionsShared() && !isSample ? 'soundAndPlace' : name));
  show('record-again', ['paused', 'ended', 'denied', 'none', 'broken'].includes(status));
  show('record-sample', Boolean(start.sample) && ['none', 'denied'].includes(status));
}

function tick() {
  const now = alarm.current();
  if (!now || screenNow() !== 'alarm') return;
  fill('running', span(Date.now() - now.pressed));
  if (now.seen?.state === 'open') {
    drawState(now);
    drawSupport(now.seen);
  }
  drawSound();
  show('unreachable', isUnreachable(now));
}

const isUnreachable = ({ seen, checked }) =>
  Boolean(seen) && (!navigator.onLine || Date.now() - checked > SILENCE);
