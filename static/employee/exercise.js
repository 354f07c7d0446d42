// During an announced exercise the button asks what the press was. Silence means: it is real.

import { fill } from './dom.js';

const PATIENCE = 5;

export function isMeantAsDrill() {
  const dialog = document.getElementById('ask-drill');
  if (dialog.open) return new Promise(() => {});
  const asked = Date.now();
  const left = () => Math.ceil(PATIENCE - (Date.now() - asked) / 1000);
  const tick = () => {
    fill('drill-seconds', String(Math.max(0, left())));
    if (left() <= 0) dialog.close('no');
  };
  const clock = setInterval(tick, 100);
  tick();
  return new Promise((resolve) => {
    dialog.returnValue = '';
    const done = () => {
      clearInterval(clock);
      resolve(dialog.returnValue === 'yes');
    };
    dialog.addEventListener('close', done, { once: true });
    dialog.showModal();
  });
}
