// What is registered for whoever holds this device.

import { call } from './api.js';
import { element, fill, find, icon } from './dom.js';
import { dayOf, textOf } from './words.js';

const ICONS = { iphone: 'smartphone', android: 'smartphone', web: 'smartphone', watch: 'watch', gps: 'navigation', button: 'circle-dot' };

export async function openDevices() {
  find('devices').replaceChildren();
  fill('devices-note', textOf('loading'));
  try {
    find('devices').replaceChildren(...(await call('me/devices')).map(entry));
    fill('devices-note', '');
  } catch {
    fill('devices-note', textOf('notLoaded'));
  }
}

function entry({ kind, kind_name: kindName, name, last_seen_at: seen, is_this: isThis }) {
  const words = element('div', {}, element('strong', {}, name || kindName), element('p', { className: 'quiet' }, detail(kindName, seen)));
  const item = element('li', {}, icon(ICONS[kind] ?? 'smartphone'), words);
  if (isThis) item.append(element('span', { className: 'tag blue push' }, textOf('thisDevice')));
  return item;
}

const detail = (kind, seen) => `${kind}・${seen ? textOf('lastSeen', { time: dayOf(seen) }) : textOf('neverSeen')}`;
