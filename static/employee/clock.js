// The time of this device. A clock that is set while the page is open (by the network, by hand) is
// noticed: times before the step are told, so that what was counted from them can be corrected.

const OFTEN = 1000;
const STEP = 2000;
const YEAR = 365 * 86_400_000;

const listeners = new Set();
let origin = performance.timeOrigin;
let isWatched = true;

// Told by how much the clock was set.
export const onClockStep = (listener) => listeners.add(listener);

export function now() {
  look();
  return origin + performance.now();
}

function look() {
  const jump = Date.now() - (origin + performance.now());
  if (Math.abs(jump) < STEP) return;
  origin += jump;
  if (isStep(jump)) for (const listener of listeners) listener(jump);
}

// A phone that slept comes back later too, but its page was not being looked at.
const isStep = (jump) => jump < 0 || jump > YEAR || isWatched;

setInterval(() => {
  look();
  isWatched = document.visibilityState === 'visible';
}, OFTEN);

document.addEventListener('visibilitychange', () => {
  look();
  isWatched = false;
});
