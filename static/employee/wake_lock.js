// The screen stays on while an alarm is open: in the background browsers stop the microphone.

import { onReturn, onTouch } from './comeback.js';

let lock = null;
let isAsking = false;
let isWanted = false;

// The system may take it back while the page is visible, too: it is asked for once more then, and
// where it is refused (little battery) at the next touch.
async function acquire() {
  if (!isWanted || lock || isAsking || document.visibilityState !== 'visible') return;
  isAsking = true;
  try {
    lock = await navigator.wakeLock.request('screen');
    lock.addEventListener('release', released);
  } catch {
    lock = null;
  } finally {
    isAsking = false;
  }
  if (!isWanted) letSleep();
}

function released() {
  lock = null;
  setTimeout(acquire, 1000);
}

export function keepAwake() {
  isWanted = true;
  acquire();
}

export function letSleep() {
  isWanted = false;
  lock?.release();
}

onReturn(acquire);
onTouch(acquire);
