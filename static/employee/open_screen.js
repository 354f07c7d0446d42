// Every sentence of the open screen about where the alarm stands, from the facts alone.

import { isClosed, isOver } from './course.js';
import { awaited, besideRed, nowLine, redCard, supportLine } from './now.js';
import { header, isRunning, truthsOf, whatEnded } from './truths.js';

const NOTHING = { text: '', detail: '' };

export function openScreen(f) {
  const red = redCard(f);
  const isBeside = red && f.tap.seen;
  const isLit = f.isOn || isRunning(f);
  const head = isLit ? header(f) : { tone: '', text: '' };
  return {
    red,
    // Where nothing has arrived yet, the red card says all there is.
    state: red && !isBeside ? null : isBeside ? besideRed(f) : nowLine(f),
    also: alsoSo(f, isBeside),
    isLit,
    head,
    truths: f.isOn ? truthsOf(f) : [],
    areTruthsShown: f.isOn && head.tone === 'bad',
    ended: whatEnded(f),
    support: supportUnlessRed(f, red),
  };
}

function alsoSo(f, isBeside) {
  if (!f.tap.seen || isClosed(f.tap)) return NOTHING;
  const shown = isBeside ? besideRed(f) : nowLine(f);
  const coming = awaited(f);
  return coming.kind === shown.kind ? NOTHING : coming;
}

// Nothing is said twice, and that nobody answers is of no use to her once it is over.
function supportUnlessRed(f, red) {
  const line = f.tap.seen ? supportLine(f) : null;
  const isSilent = f.tap.seen?.support === 'unanswered';
  return isSilent && (red?.key === 'desk_silent' || isOver(f.tap)) ? null : line;
}
