// When a permission was refused: the way to it in pictures, for each system. Which one this is, the
// browser says; somebody who knows better chooses another.

import { element, icon } from './dom.js';
import { picture } from './pictures.js';
import { textOf } from './words.js';

const SYSTEMS = ['iphone', 'iphone-app', 'android', 'desktop'];
const ICONS = { microphone: 'mic', place: 'map-pin', notices: 'bell-ring' };

// For each system the pictures of a way: what is drawn, its sign, and the words below it.
const WAYS = {
  iphone: {
    permission: [['foot', 'list', 'way-page-menu'], ['menu', 'settings', 'way-site-settings'], ['switch', '', 'way-allow']],
    notices: [['foot', 'share', 'way-share'], ['menu', 'square-plus', 'way-home-screen'], ['home', 'shield-check', 'way-open-installed']],
  },
  'iphone-app': {
    permission: [['home', 'settings', 'way-settings'], ['menu', 'layers', 'way-apps-safari'], ['switch', '', 'way-allow']],
    notices: [['home', 'settings', 'way-settings'], ['menu', 'bell', 'way-notices-app'], ['switch', '', 'way-allow']],
  },
  android: {
    permission: [['top', 'sliders-horizontal', 'way-left-of-address'], ['menu', 'key-round', 'way-permissions'], ['switch', '', 'way-allow']],
  },
  desktop: {
    permission: [['wide', 'sliders-horizontal', 'way-left-of-address'], ['switch', '', 'way-allow'], ['wide', 'refresh-cw', 'way-reload']],
  },
};

export function systemNow() {
  const isTouchMac = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
  const isInstalled = navigator.standalone || matchMedia('(display-mode: standalone)').matches;
  if (isTouchMac || /iPhone|iPad|iPod/.test(navigator.userAgent)) return isInstalled ? 'iphone-app' : 'iphone';
  return /Android/.test(navigator.userAgent) ? 'android' : 'desktop';
}

// `what` is microphone, place or notices; null takes the pictures away.
export function drawWays(box, what) {
  box.hidden = !what;
  if (!what || box.dataset.what === what) return;
  box.dataset.what = what;
  const list = element('ol', { className: 'ways' });
  const choose = choice();
  const label = element('label', { className: 'field' }, textOf('way-system'), choose);
  const change = () => list.replaceChildren(...stepsOf(choose.value, what));
  choose.addEventListener('change', change);
  change();
  box.replaceChildren(element('h2', {}, textOf('way-title')), label, list);
}

function choice() {
  const options = SYSTEMS.map((one) => element('option', { value: one, selected: one === systemNow() }, textOf(`way-${one}`)));
  return element('select', {}, ...options);
}

function stepsOf(system, what) {
  const ways = WAYS[system];
  const way = (what === 'notices' && ways.notices) || ways.permission;
  const values = { what: textOf(`step-${what}`) };
  return way.map(([kind, sign, words]) => {
    const caption = element('span', {}, textOf(words, values));
    return element('li', {}, picture(kind, icon(sign || ICONS[what])), caption);
  });
}
