// The screen stays on while an alarm is open: in the background browsers stop the microphone.

let lock = null;
let isWanted = false;

async function acquire() {
  if (!isWanted || lock || document.visibilityState !== 'visible') return;
  try {
    lock = await navigator.wakeLock.request('screen');
    lock.addEventListener('release', () => {
      lock = null;
    });
  } catch {
    lock = null;
  }
}

export function keepAwake() {
  isWanted = true;
  acquire();
}

export function letSleep() {
  isWanted = false;
  lock?.release();
}

document.addEventListener('visibilitychange', acquire);
