// What is under the thumb on a phone: the button that listens, and the sheet with the choices.

const $ = (id) => document.getElementById(id);

function say(button, words) {
  const text = button.querySelector('[data-listen-words]');
  if (text.textContent !== words) text.textContent = words;
}

/** The button stands for the player's own: it presses that, and shows what that is. */
function showListening(words) {
  const play = $('play');
  const isPlaying = $('play-icon').getAttribute('href').endsWith('#pause');
  for (const button of document.querySelectorAll('[data-listen]')) {
    button.disabled = play.disabled;
    button.setAttribute('aria-pressed', String(isPlaying));
    say(button, play.disabled ? words.noSound : isPlaying ? words.stopSound : words.listenShort);
  }
}

function startListening(words) {
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-listen]')) $('play').click();
  });
  const show = () => showListening(words);
  new MutationObserver(show).observe($('play').closest('.player'), { attributes: true, subtree: true });
  document.body.addEventListener('htmx:oobAfterSwap', show);
  show();
}

/** Asked for by a press on another page: 聞く beside the alarm in the list. */
function listenOnArrival() {
  const press = () => {
    if ($('play').disabled) return;
    document.body.removeEventListener('htmx:oobAfterSwap', press);
    $('play').click();
  };
  document.body.addEventListener('htmx:oobAfterSwap', press);
  press();
}

// A sheet that was put away stays away, until something else is asked.
function startSheet() {
  let putAway = '';
  const question = (sheet) => sheet.querySelector('[data-countdown]')?.dataset.countdown ?? 'open';
  document.addEventListener('toggle', ({ target }) => {
    if (target.id === 'sheet') putAway = target.open ? '' : question(target);
  }, true);
  document.body.addEventListener('htmx:oobAfterSwap', () => {
    const sheet = $('sheet');
    if (sheet && putAway === question(sheet)) sheet.open = false;
  });
}

function showStep() {
  const steps = document.querySelector('.steps');
  const current = steps?.querySelector('.current');
  if (current) steps.scrollLeft = current.offsetLeft - (steps.clientWidth - current.offsetWidth) / 2;
}

export function startThumb(words, isListeningWanted) {
  startListening(words);
  startSheet();
  showStep();
  document.body.addEventListener('htmx:oobAfterSwap', showStep);
  if (isListeningWanted) listenOnArrival();
}
