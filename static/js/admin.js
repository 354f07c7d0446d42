// The administration's lists to choose from (select2) are announced by their field's label and by
// what is chosen; by themselves they say neither.

function labelList(box) {
  const select = box.closest('.select2-container').previousElementSibling;
  const label = document.querySelector(`label[for="${select?.id}"]`);
  const chosen = box.querySelector('.select2-selection__rendered');
  if (!chosen || !label) return;
  label.id ||= `${select.id}-label`;
  box.querySelector('.select2-search__field')?.setAttribute('aria-labelledby', label.id);
  chosen.removeAttribute('role');
  chosen.removeAttribute('aria-readonly');
  box.setAttribute('aria-labelledby', `${label.id} ${chosen.id}`);
}

// They are made when the page is there, and again with every row that is added to it.
new MutationObserver(() => document.querySelectorAll('.select2-selection').forEach(labelList))
  .observe(document.documentElement, { childList: true, subtree: true });
