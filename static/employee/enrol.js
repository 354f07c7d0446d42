// A new device: the code of the sheet or its QR picture becomes a token, which stays in this browser.

import { Refused, call } from './api.js';
import { setFact } from './store.js';
import { find, show } from './dom.js';
import { textOf } from './words.js';

// The code comes after the #, which no server ever sees; it leaves the address bar at once.
export function codeFromAddress() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? '';
  if (location.hash) history.replaceState(null, '', location.pathname);
  return code;
}

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

export function startEnrolment(code, done) {
  const form = find('enrol-form');
  form.code.value = code;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    show('enrol-error', false);
    try {
      const json = { code: form.code.value.trim(), kind: 'web', name: deviceName() };
      const { device_id, token } = await call('devices/enroll', { method: 'POST', json });
      await setFact('token', token);
      await setFact('deviceId', device_id);
      form.reset();
      done();
    } catch (error) {
      find('enrol-error').textContent = explain(error);
      show('enrol-error', true);
    } finally {
      button.disabled = false;
    }
  });
}
