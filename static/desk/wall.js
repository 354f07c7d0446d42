// An old screen must not look like a live one: it says so as soon as one answer is missing.

for (const kind of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.body.addEventListener(kind, () => document.body.classList.add('lost'));
}
document.body.addEventListener('htmx:afterSwap', () => document.body.classList.remove('lost'));
