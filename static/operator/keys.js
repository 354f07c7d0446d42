// Single keys of the desk. They never work while something is typed, Japanese input included, nor in
// a dialog; they can be switched off on this console.

import { openDialog } from '../live/dialogs.js';
import { choose, claim } from './queue.js';

const KEPT = 'console.keys';
const $ = (id) => document.getElementById(id);
const TYPING = 'input, select, textarea, [contenteditable], canvas, summary';
const press = (id) => !$(id)?.disabled && $(id)?.click();

const KEYS = {
  j: () => choose(1),
  k: () => choose(-1),
  a: claim,
  ' ': () => press('play'),
  d: () => press('key-d'),
  p: () => press('key-p'),
  n: () => press('key-n'),
  h: () => press('key-h'),
  '/': () => $('search').focus(),
  '?': () => openDialog('dialog-keys'),
};

const isOn = () => {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
};

function isForUs(event) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return false;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
  if (document.querySelector('dialog[open]') || event.target.closest?.(TYPING)) return false;
  // On a button the space bar presses it.
  return event.key !== ' ' || !event.target.closest?.('button, a');
}

export function startKeys(words) {
  const box = $('keys-switch');
  const show = () => ($('keys-state').textContent = isOn() ? words.keysOn : words.keysOff);
  box.checked = isOn();
  box.addEventListener('change', () => {
    try {
      localStorage.setItem(KEPT, box.checked ? 'on' : 'off');
    } catch {
      // a browser that keeps nothing forgets the choice with the page
    }
    show();
  });
  show();
  addEventListener('keydown', (event) => {
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || !isForUs(event) || !(isOn() || event.key === '?')) return;
    event.preventDefault();
    act();
  });
}
