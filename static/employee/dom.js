// Small tools for the one page: find, fill, switch screens, ask before what cannot be taken back.

import { start } from './words.js';

export const find = (name) => document.querySelector(`[data-${name}]`);
export const findAll = (name) => document.querySelectorAll(`[data-${name}]`);

export function fill(name, text) {
  for (const node of findAll(name)) if (node.textContent !== text) node.textContent = text;
}

export function show(name, isShown) {
  for (const node of findAll(name)) node.hidden = !isShown;
}

export function on(name, action) {
  for (const node of findAll(name)) {
    node.addEventListener('click', () => once(node, action));
  }
}

// A button rests while what it started is under way, so that a double tap is one.
async function once(node, action) {
  if (node.dataset.busy) return;
  node.dataset.busy = 'yes';
  try {
    await action(node);
  } finally {
    delete node.dataset.busy;
  }
}

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `${start.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

export function showScreen(name) {
  document.body.dataset.now = name;
  for (const screen of findAll('screen')) screen.hidden = screen.dataset.screen !== name;
  const under = document.querySelector(`[data-screen="${name}"]`).dataset.under;
  const current = name === 'alarm' ? 'ready' : (under ?? name);
  for (const tab of findAll('tab')) {
    if (tab.dataset.tab === current) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
}

export const screenNow = () => document.body.dataset.now;

// Resolves to whether the person pressed the dialog's button and not "back".
export function ask(name) {
  const dialog = document.getElementById(`ask-${name}`);
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}

let fading;

export function toast(text) {
  const node = find('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => {
    node.hidden = true;
  }, 5000);
}
