// What has been chosen in a form and not been sent outlives the refresh of its part.

function isChosen(node) {
  if (node.localName !== 'select') return false;
  const first = [...node.options].findIndex((one) => one.defaultSelected);
  return node.selectedIndex !== Math.max(0, first);
}

export function keepChoices() {
  window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !isChosen(node);
}
