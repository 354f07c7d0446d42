// The four steps as they stand on this phone: what the server has, and what was pressed and waits.

const SOON = 60_000;

const here = () => document.querySelector('[data-dispatch]');
const ofThis = (items) => items.filter((one) => one.url.includes(here()?.dataset.dispatch));

/** What was pressed counts on this screen at once, marked as waiting. */
export function showSteps(items, words) {
  if (!here()) return;
  const waiting = new Set();
  let isTakenBack = false;
  for (const { kind } of ofThis(items)) {
    if (kind === 'not-arrived') isTakenBack = !waiting.delete('arrive');
    else waiting.add(kind);
  }
  showLines(waiting, isTakenBack, words);
  const next = [...here().querySelectorAll('[data-step]')].find((line) => !isDone(line, isTakenBack) && !waiting.has(line.dataset.step));
  showForms(next?.dataset.step, waiting, isTakenBack);
}

function isDone(line, isTakenBack) {
  return 'done' in line.dataset && !(isTakenBack && line.dataset.step === 'arrive');
}

function showLines(waiting, isTakenBack, words) {
  for (const line of here().querySelectorAll('[data-step]')) {
    const isWaiting = waiting.has(line.dataset.step) || (isTakenBack && line.dataset.step === 'arrive');
    line.toggleAttribute('data-waiting', isWaiting);
    if (isWaiting) line.lastElementChild.textContent = words.waiting;
    else if (!('done' in line.dataset)) line.lastElementChild.textContent = '—';
  }
}

function showForms(next, waiting, isTakenBack) {
  for (const form of here().querySelectorAll('.next [data-send]')) {
    const { send } = form.dataset;
    form.hidden = send === 'decline' ? next !== 'accept' || waiting.has('decline') : send !== next;
  }
  const back = here().querySelector('[data-send="not-arrived"]');
  if (back) back.hidden = isTakenBack || waiting.has('leave');
}

/** Seconds after the departure the same place of the screen says 現着: a second press is often a slip. */
export async function askIfSoon(items, skew, words) {
  const waiting = ofThis(items).find(({ kind }) => kind === 'depart');
  const departed = waiting ? waiting.at + skew : Number(here().dataset.departed);
  const since = Date.now() + skew - departed;
  if (since > SOON) return true;
  const dialog = document.getElementById('sure');
  const seconds = Math.max(0, Math.floor(since / 1000));
  document.getElementById('sure-words').textContent = words.asked.replace('{n}', seconds);
  dialog.returnValue = 'no';
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener('close', done, { once: true }));
  return dialog.returnValue === 'yes';
}
