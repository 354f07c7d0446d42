// The closed alarms: what stands in the address is what is shown. Filters apply at once, and the
// list is read anew whenever an alarm changes.

const TYPING = 300;
const form = document.getElementById('filters');
const list = document.getElementById('closed-list');
const failed = document.getElementById('closed-failed');
const menus = form.querySelector('details');
let newest = 0;
let typing = 0;

/** Read the list for the present address; of several answers only that to the newest counts. */
async function show() {
  newest += 1;
  const mine = newest;
  list.setAttribute('aria-busy', 'true');
  const html = await read().catch(() => null);
  if (mine !== newest) return;
  list.removeAttribute('aria-busy');
  failed.hidden = html !== null;
  if (html !== null) window.Idiomorph.morph(list, html, { morphStyle: 'innerHTML' });
}

async function read() {
  const answer = await fetch(list.dataset.source + location.search);
  // Elsewhere is the sign-in, which is no list.
  if (!answer.ok || answer.redirected) throw new Error(`no list: ${answer.status}`);
  return answer.text();
}

function go(search) {
  clearTimeout(typing);
  history.replaceState(null, '', `${location.pathname}${search}`);
  show();
}

function searchOfForm() {
  const asked = [...new FormData(form)].filter(([, value]) => value);
  return `?${new URLSearchParams(asked)}`;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  go(searchOfForm());
});
form.addEventListener('change', () => go(searchOfForm()));
form.elements.q.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => go(searchOfForm()), TYPING);
});

list.addEventListener('click', (event) => {
  const link = event.target.closest('a.sort, a[data-page]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  keepOrder(new URL(link.href).searchParams.get('sort'));
  go(new URL(link.href).search);
});

/** The menu has the column as well, so that the next filter does not forget it. */
function keepOrder(order) {
  const menu = form.elements.sort;
  if (!order) return;
  if (![...menu.options].some((one) => one.value === order)) {
    menu.add(new Option(menu.dataset.column, order));
  }
  menu.value = order;
}

document.getElementById('closed-again').addEventListener('click', show);
document.body.addEventListener('incidents:changed', show);
if (matchMedia('(min-width: 761px)').matches) menus.open = true;
