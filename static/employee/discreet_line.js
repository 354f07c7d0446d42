// The one line of the discreet screen, and what lifts it by itself.

import { cameLate, isClosed } from './course.js';
import { nowLine, redCard } from './now.js';
import { inShort } from './truths.js';

// The newest fact; a danger stands before it for as long as it is so.
export function discreetLine(f) {
  const line = nowLine(f);
  const red = redCard(f);
  const title = red && red.title !== line.text ? red.title : '';
  const text = [title, line.text, line.detail, inShort(f)].filter(Boolean).join('・');
  return { tone: red ? 'bad' : line.tone, text };
}

// Named, so that the same thing lifts it only once.
export function mustSee(f) {
  const red = redCard(f);
  if (red) return red.key;
  if (isClosed(f.tap)) return 'closed';
  return cameLate(f.tap) ? 'came late' : '';
}
