// The one line of the discreet screen, and what lifts it by itself.

import { cameLate, isClosed } from './course.js';
import { nowLine, redCard } from './now.js';
import { inShort } from './truths.js';

// Of what somebody writes only the beginning: the rest is read in full behind it.
const MOST_OF_A_MESSAGE = 30;

// The newest fact; a danger stands before it for as long as it is so.
export function discreetLine(f) {
  const line = nowLine(f);
  const red = redCard(f);
  const title = red && red.title !== line.text ? red.title : '';
  const rest = red?.key === 'revoked' ? '' : inShort(f);
  const text = [title, shortOf(line), line.detail, rest].filter(Boolean).join('・');
  return { tone: red ? 'bad' : line.tone, text };
}

function shortOf({ kind, text }) {
  const isLong = kind === 'message' && text.length > MOST_OF_A_MESSAGE;
  return isLong ? `${text.slice(0, MOST_OF_A_MESSAGE - 1)}…` : text;
}

// Named, so that the same thing lifts it only once.
export function mustSee(f) {
  const red = redCard(f);
  if (red) return red.key;
  if (isClosed(f.tap)) return 'closed';
  return cameLate(f.tap) ? 'came late' : '';
}
