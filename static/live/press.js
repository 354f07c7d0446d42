// Nothing moves under a finger: what is fetched anew while something is pressed would have the press
// land beside what it was meant for. It is fetched once more when it is let go.

const missed = new Set();
let isPressed = false;

function letGo() {
  // After the click that follows.
  setTimeout(() => {
    isPressed = false;
    for (const name of missed) document.body.dispatchEvent(new CustomEvent(name));
    missed.clear();
  });
}

/** Holds back what events called "…:changed" refresh by htmx. */
export function holdWhilePressed() {
  addEventListener('pointerdown', () => { isPressed = true; }, true);
  addEventListener('pointerup', letGo, true);
  addEventListener('pointercancel', letGo, true);
  addEventListener('blur', letGo);
  document.body.addEventListener('htmx:beforeSwap', ({ detail }) => {
    const cause = detail.requestConfig.triggeringEvent?.type;
    if (!isPressed || !cause?.endsWith(':changed')) return;
    missed.add(cause);
    detail.shouldSwap = false;
  });
}
