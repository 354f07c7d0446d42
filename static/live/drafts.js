// What was being typed outlives its page: a reload, a step back, a sign-in that had ended. It waits in
// this tab only, for this person, on this page, and not for longer than an hour.

const HOUR = 3_600_000;
const sent = new WeakSet();

const who = () => document.getElementById('ended').dataset.who;
const key = () => `draft:${location.pathname}`;

/** Hidden fields go along: sent once more, it must count once. */
function isKept(field) {
  if (!field.name || field.name === 'csrfmiddlewaretoken' || 'asSeen' in field.dataset) return false;
  return !['password', 'file', 'submit', 'button'].includes(field.type);
}

function isTyped(field) {
  if (['checkbox', 'radio'].includes(field.type)) return field.checked !== field.defaultChecked;
  return /^(text|search|tel|textarea)$/.test(field.type) && field.value !== field.defaultValue;
}

function draftOf(form) {
  const fields = [...form.elements].filter(isKept);
  return {
    action: form.getAttribute('action'),
    dialog: form.closest('dialog')?.id ?? '',
    fields: fields.map(({ name, value, checked }) => ({ name, value, checked })),
  };
}

/** A closed dialog is one that somebody has turned away from. */
function isUnderWay(form) {
  const dialog = form.closest('dialog');
  if (form.method !== 'post' || sent.has(form) || (dialog && !dialog.open)) return false;
  return [...form.elements].some((field) => isKept(field) && isTyped(field));
}

function keep() {
  const forms = [...document.forms].filter((form) => form.method !== 'dialog' && isUnderWay(form));
  if (!forms.length) return sessionStorage.removeItem(key());
  const kept = { who: who(), at: Date.now(), forms: forms.map(draftOf) };
  sessionStorage.setItem(key(), JSON.stringify(kept));
}

function fill(form, fields) {
  const left = [...fields];
  for (const field of [...form.elements].filter(isKept)) {
    const isChoice = ['checkbox', 'radio'].includes(field.type);
    const at = left.findIndex((one) => one.name === field.name && (!isChoice || one.value === field.value));
    if (at < 0) continue;
    const [{ value, checked }] = left.splice(at, 1);
    if (isChoice) field.checked = checked;
    else field.value = value;
  }
}

/** A form that the page no longer has is no longer asked for. */
function bringBack(openDialog) {
  const kept = JSON.parse(sessionStorage.getItem(key()) ?? 'null');
  sessionStorage.removeItem(key());
  if (!kept || kept.who !== who() || Date.now() - kept.at > HOUR) return;
  for (const { action, dialog, fields } of kept.forms) {
    const form = [...document.forms].find((one) => one.getAttribute('action') === action
      && (one.closest('dialog')?.id ?? '') === dialog);
    if (!form) continue;
    if (dialog) openDialog(dialog);
    fill(form, fields);
  }
}

/** What somebody is writing in an open dialog, so that it can be said once its form goes away. */
export function typedIn(element) {
  const fields = [...element.querySelectorAll('dialog[open] textarea')];
  return fields.map(({ value }) => value.trim()).filter(Boolean).join(' / ');
}

export function keepDrafts(openDialog) {
  addEventListener('submit', (event) => event.defaultPrevented || sent.add(event.target));
  addEventListener('pagehide', keep);
  bringBack(openDialog);
}
