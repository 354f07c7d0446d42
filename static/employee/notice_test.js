// Whether notices reach this device. That one was handed over says nothing: the person says so.

import { post, seconds } from './api.js';
import { fill, on, screenNow, show, toast } from './dom.js';
import { check, device } from './readiness.js';
import { start, textOf } from './words.js';

const UNANSWERED = ['sent', 'displayed'];
let isWaiting = false;

export const newestTest = () => device.known?.test_notice ?? null;

// granted only after a test that the person confirmed; missed, if it is said not to have come.
export function noticesState() {
  if (!globalThis.Notification || !start.pushKey) return 'unavailable';
  if (Notification.permission !== 'granted') return Notification.permission;
  if (device.known?.push !== 'working') return 'failing';
  const state = newestTest()?.state;
  if (state === 'confirmed') return 'granted';
  return state === 'missed' ? 'missed' : 'untested';
}

export function startNoticeTest() {
  on('test-notice', sendTest);
  on('test-came', () => answer('confirmed'));
  on('test-missed', () => answer('missed'));
}

// Then the page itself must not say that a notice has come: it would be no test of anything else.
export const isTesting = () => isWaiting && ['setup', 'settings'].includes(screenNow());

async function sendTest() {
  try {
    isWaiting = true;
    await post('device/test-notice');
    await check();
  } catch {
    toast(textOf('notSent'));
  }
}

async function answer(stage) {
  try {
    isWaiting = false;
    await post(`notices/${newestTest().id}/receipts`, { stage, at: seconds() });
    await check();
  } catch {
    toast(textOf('notSent'));
  }
}

export function drawNoticeTest() {
  const state = newestTest()?.state ?? 'none';
  show('test-question', UNANSWERED.includes(state));
  fill('test-word', textOf(`test-${state}`));
  fill('test-send', textOf(state === 'none' ? 'testFirst' : 'testAgain'));
}
