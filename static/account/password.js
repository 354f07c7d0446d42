// Shows what has been typed into a password field, while its button is pressed in.

for (const button of document.querySelectorAll('[data-shows]')) {
  const field = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener('click', () => {
    const isShown = field.type === 'text';
    field.type = isShown ? 'password' : 'text';
    button.setAttribute('aria-pressed', String(!isShown));
    field.focus();
  });
  // It is sent, and kept by the browser, as what it is.
  field.form.addEventListener('submit', () => { field.type = 'password'; });
}
