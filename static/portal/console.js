// The operators' plain list: running clocks in server time, and an honest word when it is old.

import { tick } from './clocks.js';

const skew = Number(document.body.dataset.now) - Date.now();
const note = document.getElementById('refreshed');
const lost = document.getElementById('lost-words').textContent;

setInterval(() => tick(Date.now() + skew), 250);
for (const kind of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.body.addEventListener(kind, () => (note.textContent = lost));
}
document.body.addEventListener('htmx:afterSwap', () => (note.textContent = ''));
