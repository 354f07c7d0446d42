// The discreet screen: black, with one dim line at its foot. A touch shows what is behind it.

import { fill, find } from './page.js';
import { isDiscreet } from './ready.js';

const AGAIN_AFTER = 60_000;
let timer = null;

export const hidden = () => !find('veil').hidden;

export function startVeil() {
  find('veil').addEventListener('click', reveal);
  for (const event of ['pointerdown', 'keydown', 'input']) addEventListener(event, later);
}

export function hide() {
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
  find('veil').hidden = false;
  document.body.dataset.veiled = 'yes';
  find('veil').focus();
}

export function reveal() {
  find('veil').hidden = true;
  delete document.body.dataset.veiled;
  later();
}

// Back to black by itself, but never over something the person must see or is answering.
function later() {
  clearTimeout(timer);
  if (hidden()) return;
  timer = setTimeout(() => {
    const step = find('veil').dataset.step;
    const isBusy = document.querySelector('dialog[open]') || document.body.dataset.now !== 'alarm';
    if (isDiscreet() && !isBusy && ['delivered', 'seen', 'coming'].includes(step)) hide();
  }, AGAIN_AFTER);
}

let last = '';

export function mark(step, line = '') {
  find('veil').dataset.step = step;
  fill('veil-line', line);
  // Not delivered, or ended by somebody else: this must be seen and answered.
  if (step !== last && hidden() && ['late', 'closed', ''].includes(step)) reveal();
  last = step;
}
