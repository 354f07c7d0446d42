// The queue on the page: which cards are shown, which one is chosen, how long each has waited.

const ANSWER_WITHIN = 30000;
const $ = (id) => document.getElementById(id);
let filter = 'all';
const known = new Map(); // case -> what its company's people had done when it was last looked at

const cards = () => [...document.querySelectorAll('.card-of-queue')];
export const shown = () => cards().filter((card) => !card.hidden);

/** Cases that nobody has taken: { real, drill } are the ages of the oldest, or null. */
export function waiting(now) {
  const ages = (list) => (list.length ? Math.max(...list.map((card) => now - Number(card.dataset.waiting))) : null);
  const found = cards().filter((card) => card.dataset.waiting);
  const isDrill = (card) => 'drill' in card.dataset;
  return {
    count: found.length,
    real: ages(found.filter((card) => !isDrill(card))),
    drill: ages(found.filter(isDrill)),
  };
}

/** Cards of mine whose company's people did something since, and those of them that cried anew. */
export function meanwhile() {
  const changed = [];
  const cries = [];
  for (const card of cards()) {
    const before = known.get(card.dataset.case);
    const now = { cried: Number(card.dataset.cried ?? 0), ended: 'ended' in card.dataset };
    known.set(card.dataset.case, now);
    if (!before || !('mine' in card.dataset)) continue;
    if (now.cried > before.cried) cries.push(card);
    if (now.cried !== before.cried || now.ended !== before.ended) changed.push(card);
  }
  return { changed, cries };
}

export function applyFilter() {
  // What was found stands beside a whole queue: a new case must not be hidden by an old search.
  const text = $('found').hidden ? $('search').value : '';
  const needle = text.normalize('NFKC').trim().toLowerCase();
  for (const card of cards()) {
    const fits = filter === 'all' || filter in card.dataset;
    card.hidden = !fits || !card.dataset.text.normalize('NFKC').toLowerCase().includes(needle);
  }
  for (const button of document.querySelectorAll('[data-filter]')) {
    button.setAttribute('aria-pressed', String(button.dataset.filter === filter));
  }
  showKey();
}

/** The key stands on the card that it takes, and on no other. */
function showKey() {
  const next = toClaim();
  for (const key of document.querySelectorAll('[data-key-a]')) key.hidden = key.closest('.card-of-queue') !== next;
}

export function showBars(now) {
  for (const bar of document.querySelectorAll('[data-bar]')) {
    bar.value = Math.min(ANSWER_WITHIN, now - Number(bar.dataset.bar)) / 1000;
  }
}

/** Marks the card of the case that is open on this page. */
export function showCurrent() {
  const open = document.querySelector('[data-case-page]')?.dataset.casePage;
  for (const card of cards()) {
    if (card.dataset.case === open) card.setAttribute('aria-current', 'true');
    else card.removeAttribute('aria-current');
  }
}

export function chosen() {
  return document.activeElement?.closest?.('.card-of-queue') ?? null;
}

export function choose(step) {
  const list = shown();
  if (!list.length) return;
  const here = list.indexOf(chosen());
  const next = here < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, here + step));
  list[next].querySelector('[data-face]').focus();
  list[next].scrollIntoView({ block: 'nearest' });
}

/** The chosen one if it waits, else the first that waits: the order of the queue is its urgency. */
function toClaim() {
  const one = chosen();
  return one?.dataset.waiting ? one : shown().find((each) => each.dataset.waiting);
}

export function claim() {
  toClaim()?.querySelector('button[data-face]')?.click();
}

function endSearch() {
  $('search').value = '';
  $('search').blur();
  $('found').hidden = true;
  applyFilter();
}

export function startQueue() {
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-filter]');
    if (!button) return;
    filter = button.dataset.filter;
    applyFilter();
  });
  $('search').addEventListener('input', () => {
    $('found').hidden = true;
    applyFilter();
  });
  $('search').addEventListener('keydown', (event) => {
    // Enter that ends a conversion is not the Enter that searches.
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.preventDefault();
    if (event.key === 'Escape' && !event.isComposing) endSearch();
  });
  document.addEventListener('click', (event) => event.target.closest('[data-found-close]') && endSearch());
  for (const kind of ['focusin', 'focusout']) document.addEventListener(kind, showKey);
  applyFilter();
  showCurrent();
}
