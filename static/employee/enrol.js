// A new device: the code of the sheet or its QR picture becomes a token, which stays in this browser.
// A code in the address always asks to be taken, also where somebody is registered already.

import { current, isOver, onAlarm } from './alarm.js';
import { Refused, call, noteRegistration, registration } from './api.js';
import { sendWaiting } from './condition.js';
import { codeFromAddress, codeIn } from './enrolment_code.js';
import { ask, fill, find, on, show, showScreen } from './dom.js';
import { device, forgetDevice } from './readiness.js';
import { getFact, setFact } from './store.js';
import { textOf } from './words.js';

let onEnrolled = () => {};
let offered = '';

function deviceName() {
  const agent = navigator.userAgentData;
  const platform = agent?.platform || navigator.platform || '';
  const browser = agent?.brands?.findLast((one) => !/not.?a.?brand/i.test(one.brand))?.brand ?? '';
  return `${platform} ${browser}`.trim().slice(0, 80);
}

function explain(error) {
  if (!(error instanceof Refused)) return textOf('enrolOffline');
  if (error.status === 429) return textOf('enrolTooOften');
  return error.status < 500 ? textOf('enrolUnknown') : textOf('enrolOffline');
}

export function startEnrolment(done) {
  onEnrolled = done;
  find('enrol-form').addEventListener('submit', (event) => {
    event.preventDefault();
    enrol();
  });
  on('enrol-anew', () => openEnrolment());
  addEventListener('hashchange', () => offer(codeFromAddress()));
  onAlarm(() => offer(offered));
}

// The way in, also for somebody whose registration has ended; back only where there is one.
export async function openEnrolment() {
  const isRegistered = Boolean(await getFact('token'));
  show('enrol-refused', isRegistered && registration.isRefused);
  show('enrol-kept', false);
  show('enrol-back', isRegistered);
  show('state', false);
  showScreen('enrol');
}

const isFree = () => !current() || isOver();

// Not over an open alarm: it is asked when that is over.
export async function offer(code) {
  offered = code;
  if (!code || !isFree()) return;
  offered = '';
  show('enrol-error', false);
  find('enrol-form').code.value = code;
  if (!(await getFact('token'))) return;
  fill('reenrol-holder', (device.known ?? (await getFact('device')))?.holder?.name ?? '');
  if (!(await ask('reenrol'))) return;
  await openEnrolment();
  await enrol();
}

async function enrol() {
  const form = find('enrol-form');
  const button = form.querySelector('button');
  button.disabled = true;
  show('enrol-error', false);
  try {
    await take(codeIn(form.code.value));
    form.reset();
    onEnrolled();
  } catch (error) {
    find('enrol-error').textContent = explain(error);
    show('enrol-error', true);
    show('enrol-kept', Boolean(await getFact('token')) && !registration.isRefused);
  } finally {
    button.disabled = false;
  }
}

// Nothing of the former registration is touched before the new one is there.
async function take(code) {
  const json = { code, kind: 'web', name: deviceName() };
  const { device_id, token } = await call('devices/enroll', { method: 'POST', json });
  if (!registration.isRefused) await sendWaiting();
  await forgetDevice();
  await setFact('token', token);
  await setFact('deviceId', device_id);
  noteRegistration(false);
}
