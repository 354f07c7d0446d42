// The language of the app. A cookie keeps the choice, because the server writes the page; the worker
// then keeps the page in that language for hours without a network.

import { find, findAll, toast } from './dom.js';
import { start, textOf } from './words.js';

const YEAR = 31_536_000;

export function startLanguage() {
  for (const button of findAll('language')) {
    button.addEventListener('click', () => choose(button.dataset.language));
  }
}

function choose(language) {
  if (!navigator.onLine) {
    toast(textOf('enrolOffline'));
    return;
  }
  document.cookie = `${start.languageCookie}=${language}; path=${start.scope}; max-age=${YEAR}; samesite=lax`;
  keepCode();
  location.reload();
}

// The code of the sheet has left the address already; the next page finds it there again.
function keepCode() {
  const code = find('enrol-form').code.value;
  if (code) history.replaceState(null, '', `#${new URLSearchParams({ code })}`);
}
