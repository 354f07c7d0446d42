// Starts the app: which screen, which buttons, and what was left open by the last page.

import * as alarm from './alarm.js';
import { onRegistration, registration, rememberRegistration } from './api.js';
import { careEntry } from './care.js';
import { openCondition, sendWaiting, startCondition } from './condition.js';
import { offer, openEnrolment, startEnrolment } from './enrol.js';
import { codeFromAddress } from './enrolment_code.js';
import { disk, getFact } from './store.js';
import { isMeantAsDrill } from './exercise.js';
import { openDevices } from './devices.js';
import { more, openHistory } from './history.js';
import { startIncident } from './incident.js';
import { startLanguage } from './language.js';
import { startLive } from './live.js';
import { allowNotices, noticeArrived } from './notices.js';
import { registerWorker, renewSubscription } from './push.js';
import { ask, find, findAll, on, screenNow, show, showScreen } from './dom.js';
import { startNoticeTest } from './notice_test.js';
import { check, device, forgetDevice, isDiscreet, isExercise, startReadiness } from './readiness.js';
import { openSetUp, startSetUp } from './setup.js';
import { startSettings, stopMeter } from './settings.js';
import { startStateReport } from './state_report.js';
import { resumeUploads } from './upload.js';
import { hide, hideUnlessNeeded, reveal, startDiscreetScreen } from './discreet_screen.js';

function goTo(name) {
  stopMeter();
  if (name === 'ready' && alarm.current()) showScreen('alarm');
  else showScreen(name);
  if (name === 'history') openHistory();
  if (name === 'condition') openCondition();
  if (name === 'devices') openDevices();
  if (name === 'ready' || name === 'settings') check();
}

function connect() {
  for (const tab of findAll('tab')) tab.addEventListener('click', () => goTo(tab.dataset.tab));
  on('go', ({ dataset }) => goTo(dataset.go));
  on('press', () => press());
  on('press-anew', () => press());
  on('press-sample', () => press({ sample: true }));
  on('history-more', more);
  on('enrol-back', () => goTo('ready'));
  on('forget', async () => {
    if (!(await ask('forget'))) return;
    await forgetDevice();
    location.reload();
  });
}

// An exercise of her own, at any time: the ordinary way, marked as a drill from the start. An alarm
// that is open is no exercise.
function practise() {
  goTo('ready');
  if (alarm.current() && !alarm.isOver()) return undefined;
  if (isDiscreet()) hide();
  return alarm.press({ drill: true });
}

// Black first, then everything else: what the screen shows must not give her away. Only a company
// that wants it bright gets it bright, and only while an exercise runs it asks first.
async function press(options) {
  const drill = isExercise() && (await isMeantAsDrill());
  show('after-box', false);
  if (isDiscreet()) hide();
  return alarm.press({ ...options, drill });
}

async function begin() {
  showScreen('ready');
  await alarm.restore();
  if (alarm.isOver() || alarm.isPast()) await backToStart();
  await resumeUploads();
  sendWaiting();
  startLive(noticeArrived);
  if (alarm.current()) {
    goTo('ready');
    if (isDiscreet()) hideUnlessNeeded();
  } else if (location.hash === '#condition') goTo('condition');
  await check();
  renewSubscription().then(askWhetherItArrives);
  // Kept by the browser even when its disk is nearly full.
  navigator.storage?.persist?.().catch(() => {});
}

// What the server said of notices before it was told where they go is old.
const askWhetherItArrives = () => device.known?.push !== 'working' && check();

// What is over leaves the button free, on a fresh start and by itself after a while; how she is may
// still be asked, as a card there.
async function backToStart() {
  const { id, drill } = alarm.current().seen;
  reveal();
  await alarm.leave();
  if (drill === 'none') find('after').replaceChildren(careEntry(id));
  show('after-box', drill === 'none');
}

// The server does not know the token (any more). An open alarm stays on the screen all the same.
function onUnknownToken() {
  if (!alarm.current() && screenNow() !== 'enrol') openEnrolment();
}

// A revoked phone still alarms, and says where it goes on.
const drawRegistration = () => show('enrol-anew', registration.isRefused);

// A disk that does not answer may still hold a registration.
async function waitForDisk() {
  while (disk.fails && !(await getFact('token'))) await new Promise((resolve) => setTimeout(resolve, 2000));
  if (screenNow() === 'enrol' && (await getFact('token'))) await begin();
}

// At once, so that nothing moves away under her finger when the server has answered.
function beginAnew() {
  const begun = begin();
  openSetUp();
  return begun;
}

async function boot() {
  const code = codeFromAddress();
  startDiscreetScreen();
  startIncident(backToStart);
  startSettings();
  startLanguage();
  startCondition();
  startReadiness(onUnknownToken);
  startNoticeTest();
  startSetUp({ allowNotices, practise, goTo });
  startStateReport();
  connect();
  startEnrolment(beginAnew);
  onRegistration(drawRegistration);
  const token = await getFact('token');
  await rememberRegistration();
  drawRegistration();
  if (token) await begin();
  else showScreen('enrol');
  document.body.dataset.started = 'yes';
  offer(code);
  registerWorker();
  if (!token) waitForDisk();
}

boot();
