// The discreet screen: black, with one dim line at its foot. A touch shows what is behind it.

import { fill, find } from './dom.js';
import { isDiscreet } from './readiness.js';

const AGAIN_AFTER = 60_000;
let timer = null;

export const hidden = () => !find('veil').hidden;

export function startDiscreetScreen() {
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
    const isBusy = document.querySelector('dialog[open]') || document.body.dataset.now !== 'alarm';
    if (isDiscreet() && !isBusy && !mustBeSeen) hide();
  }, AGAIN_AFTER);
}

let mustBeSeen = 'nothing yet';

// What must be seen and answered opens the screen when it comes; only a person closes it again.
export function mark({ tone = '', text = '' }, mustSee) {
  find('veil').dataset.tone = tone;
  fill('veil-line', text);
  if (mustSee && mustSee !== mustBeSeen && hidden()) reveal();
  mustBeSeen = mustSee;
}

// On a fresh start: black, unless there is something to see.
export function hideUnlessNeeded() {
  if (!mustBeSeen) hide();
}
