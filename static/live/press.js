// Nothing moves under a finger: what is fetched anew while something is pressed would have the press
// land beside what it was meant for. It is fetched once more when it is let go.

const waiting = new Map();
let isPressed = false;

const isFree = () => !isPressed && !document.querySelector('dialog[open]');

function letGo() {
  // After the click that follows.
  setTimeout(() => {
    isPressed = false;
    if (isFree()) runAll();
  });
}

function runAll() {
  const due = [...waiting.values()];
  waiting.clear();
  due.forEach((run) => run());
}

/** At once, or when the finger is lifted and the question answered; once for each name. */
export function whenFree(name, run) {
  if (isFree()) run();
  else waiting.set(name, run);
}

export function watchPresses() {
  addEventListener('pointerdown', () => { isPressed = true; }, true);
  addEventListener('pointerup', letGo, true);
  addEventListener('pointercancel', letGo, true);
  addEventListener('blur', letGo);
  addEventListener('close', letGo, true);
}

/** Holds back what events called "…:changed" refresh by htmx. */
export function holdWhilePressed() {
  watchPresses();
  document.body.addEventListener('htmx:beforeSwap', ({ detail }) => {
    const cause = detail.requestConfig.triggeringEvent?.type;
    if (!isPressed || !cause?.endsWith(':changed')) return;
    waiting.set(cause, () => document.body.dispatchEvent(new CustomEvent(cause)));
    detail.shouldSwap = false;
  });
}
