// The set-up after enrolment: microphone, position, notices, then one exercise. Each step may be
// left out; what is open stays to be seen on the standby screen, which leads back here.

import { current, isDrill, isOver, onAlarm } from './alarm.js';
import { element, fill, find, findAll, icon, on, screenNow, show, showScreen } from './dom.js';
import { allowMicrophone, allowPlace, device, isExercised, noteExercise, onReadiness, problem, states } from './readiness.js';
import { drawWays, systemNow } from './ways.js';
import { start, textOf } from './words.js';

const STEPS = ['microphone', 'place', 'notices', 'exercise', 'end'];
const PERMISSIONS = STEPS.slice(0, 3);
const ICONS = { microphone: 'mic', place: 'map-pin', notices: 'bell-ring', exercise: 'siren' };
// Only the person or the system can change these; some of them by a way that is shown in pictures.
const BLOCKED = ['denied', 'unavailable', 'failing', 'none', 'missed'];
const hasWay = (state) =>
  ['denied', 'missed'].includes(state) || (step === 'notices' && state === 'unavailable' && systemNow() === 'iphone');
const ALLOWED_BUT_UNTESTED = ['untested', 'missed', 'granted'];

let step = 'microphone';
let asked = '';
let isPractising = false;
let noted = '';

export function startSetUp({ allowNotices, practise, goTo }) {
  const permissions = { microphone: allowMicrophone, place: allowPlace, notices: allowNotices };
  for (const [name, allow] of Object.entries(permissions)) {
    on(`${name}-allow`, () => {
      asked = name;
      return allow();
    });
  }
  on('practise', () => {
    isPractising = true;
    return practise();
  });
  on('set-up', ({ dataset }) => openSetUp(dataset.setUp));
  on('setup-back', () => (step === STEPS[0] ? goTo('ready') : openSetUp(STEPS[STEPS.indexOf(step) - 1])));
  on('setup-next', next);
  onReadiness(draw);
  onAlarm(afterExercise);
}

export function openSetUp(name = STEPS[0]) {
  step = name;
  asked = '';
  showScreen('setup');
  draw();
  find(`step="${step}"`).querySelector('h1').focus();
}

const next = () => openSetUp(STEPS[STEPS.indexOf(step) + 1]);
const stateOf = (name) => (name === 'exercise' && isExercised() ? 'granted' : (states()[name] ?? 'open'));

// The exercise is made when she has ended it; what comes then is the last screen.
async function afterExercise(alarm) {
  if (alarm && !isDrill()) isPractising = false;
  if (alarm && isDrill() && isOver() && noted !== alarm.tap_id) {
    noted = alarm.tap_id;
    await noteExercise();
  }
  if (current() || !isPractising) return;
  isPractising = false;
  if (isExercised()) openSetUp('end');
}

function draw() {
  if (screenNow() !== 'setup') return undefined;
  // A permission that was just given leads on by itself; notices once they were tested.
  if (asked === step && stateOf(step) === 'granted') return next();
  const at = STEPS.indexOf(step);
  for (const one of findAll('step')) one.hidden = one.dataset.step !== step;
  show('setup-whose', at === 0 && Boolean(device.known?.holder));
  fill('setup-holder', textOf('yourDevice', { name: device.known?.holder?.name }));
  fill('setup-progress', at < 4 ? textOf('setupProgress', { step: at + 1, steps: 4 }) : '');
  show('setup-next', step !== 'end');
  fill('setup-next', textOf(stateOf(step) === 'granted' ? 'setupNext' : 'setupLater'));
  if (PERMISSIONS.includes(step)) drawPermission();
  if (step === 'end') drawEnd();
  return undefined;
}

function drawPermission() {
  const state = stateOf(step);
  const isBlocked = BLOCKED.includes(state);
  const line = find(`state-of="${step}"`);
  line.textContent = start.words[`setup-${step}-${state}`] ?? '';
  line.dataset.good = state === 'granted' ? 'yes' : 'no';
  const isTesting = step === 'notices' && ALLOWED_BUT_UNTESTED.includes(state);
  show('notices-tested', isTesting);
  const button = find(`${step}-allow`);
  button.hidden = state === 'granted' || isTesting || (step === 'notices' && state === 'unavailable');
  fill(`${step}-allow`, textOf(isBlocked ? 'setupAgain' : `allow-${step}`));
  drawWays(find(`ways-of="${step}"`), hasWay(state) ? step : null);
}

function drawEnd() {
  const left = [...PERMISSIONS, 'exercise'].filter((name) => stateOf(name) !== 'granted');
  const what = problem();
  fill('setup-result', textOf(what || 'ready'));
  fill('setup-rest', textOf(left.length ? 'setupLeft' : 'setupDone'));
  find('setup-open').replaceChildren(...left.map(openLine));
  show('setup-open', left.length > 0);
}

function openLine(name) {
  const button = element('button', { className: 'button small push', type: 'button' }, textOf('setupOpen'));
  button.addEventListener('click', () => openSetUp(name));
  return element('li', {}, icon(ICONS[name]), textOf(`step-${name}`), button);
}
