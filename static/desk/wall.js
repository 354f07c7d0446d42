// An old screen must not look like a live one: it says so as soon as one answer is missing.

import { endOf, endPage } from '../live/ended.js';

for (const kind of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.body.addEventListener(kind, ({ detail }) => {
    document.body.classList.add('lost');
    const why = detail.xhr && endOf(detail.xhr);
    if (why) endPage(why);
  });
}
document.body.addEventListener('htmx:afterSwap', () => {
  document.body.classList.remove('lost');
  if (document.body.dataset.ended) location.reload();
});
