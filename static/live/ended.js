// What a page says when it may go on no longer: one sentence and one way on, over all that it showed.
// Every answer of the server means the same on every page; anything else is a hole in the network.

const ENDS = { 401: 'signed-out', 403: 'no-right', 404: 'no-host' };

/** Why the answer to a poll ends the page; empty if it does not. */
export function endOf({ type, status }) {
  return type === 'opaqueredirect' ? 'signed-out' : (ENDS[status] ?? '');
}

function wayOn(why) {
  const here = location.pathname + location.search;
  const signIn = `${document.getElementById('ended').dataset.signIn}?next=${encodeURIComponent(here)}`;
  return { 'signed-out': signIn, 'no-right': '/', 'no-host': here }[why];
}

/** The sound ends, too: nobody listens on by a right that is gone. */
export function endPage(why) {
  const dialog = document.getElementById('ended');
  for (const part of dialog.querySelectorAll('[data-why]')) part.hidden = part.dataset.why !== why;
  dialog.querySelector(`[data-why="${why}"] a`).href = wayOn(why);
  document.body.dataset.ended = why;
  document.querySelectorAll('audio, video').forEach((one) => one.pause());
  const stay = () => dialog.open || dialog.showModal();
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.addEventListener('close', stay);
  stay();
}

export function sayWhenEnded(live) {
  live.addEventListener('ended', ({ detail }) => endPage(detail));
}
