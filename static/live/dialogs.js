// Links with data-dialog open a <dialog>; without script they lead to the same form on the page.

export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog) return;
  document.querySelectorAll('dialog[open]').forEach((other) => other.close());
  // A form that is opened anew is a new message, not a repetition of the last one.
  dialog.querySelectorAll('[data-fresh-id]').forEach((field) => (field.value = freshId()));
  // What the page shows now goes along; what happens while the form is open refuses it.
  dialog.querySelectorAll('[data-as-seen]').forEach((field) => {
    field.value = document.getElementById('actions').dataset[field.dataset.asSeen];
  });
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent('dialog:opened', { bubbles: true }));
}

function onClick(event) {
  const opener = event.target.closest('[data-dialog]');
  if (opener && document.getElementById(opener.dataset.dialog)) {
    event.preventDefault();
    openDialog(opener.dataset.dialog);
    return;
  }
  const closer = event.target.closest('[data-dialog-close]');
  if (closer) {
    event.preventDefault();
    closer.closest('dialog')?.close();
  }
}

/** Done, whatever the answer leads to: of one that sends the page elsewhere htmx says neither. */
export const succeeded = ({ xhr }) => xhr.status >= 200 && xhr.status < 400;

/** After the server has answered, and only then, the form goes away. */
function onAnswer({ detail }) {
  const form = detail.requestConfig.elt;
  if (!form.matches('dialog form') || !succeeded(detail)) return;
  form.reset();
  form.closest('dialog').close();
  document.querySelector('#flash .error')?.scrollIntoView({ block: 'center' });
}

/** What did not get through is said where the person is looking, and what was typed stays. */
function showProblem(text) {
  const place = document.querySelector('dialog[open] .dialog-body') ?? document.getElementById('flash');
  place.querySelector('[data-problem]')?.remove();
  const notice = document.createElement('p');
  notice.className = 'notice danger';
  notice.dataset.problem = '';
  notice.setAttribute('role', 'alert');
  notice.textContent = text;
  place.prepend(notice);
}

export function startDialogs(words) {
  for (const kind of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
    document.body.addEventListener(kind, (event) => {
      if (event.detail.requestConfig?.verb !== 'get') showProblem(words.notSent);
    });
  }
  document.querySelectorAll('dialog[open]').forEach((dialog) => {
    dialog.close();
    openDialog(dialog.id);
  });
  document.addEventListener('click', onClick);
  document.body.addEventListener('htmx:afterRequest', onAnswer);
}
