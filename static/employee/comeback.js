// When a page comes back: what the system took from it while it was away is taken up again.

const RETURNS = ['focus', 'pageshow', 'online'];
// Some browsers let a page sound again only from inside a touch; which of these counts, differs.
const TOUCHES = ['pointerdown', 'pointerup', 'touchend', 'keydown'];

export function onReturn(listener) {
  for (const event of RETURNS) addEventListener(event, () => listener());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') listener();
  });
}

export function onTouch(listener) {
  for (const event of TOUCHES) addEventListener(event, () => listener(), { capture: true });
}
