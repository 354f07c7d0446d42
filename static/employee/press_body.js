// What a press says. Only who presses and that it was pressed must arrive: the rest goes along, and
// is left at home when the server refuses the letter for its size or its wording.

import { seconds } from './api.js';
import { now } from './clock.js';
import { latestFix } from './positions.js';

const NEEDED = ['tap_id', 'level', 'drill'];

export function newPress(more = {}) {
  const location = latestFix();
  const pressed_at = seconds(new Date(now()));
  return { tap_id: crypto.randomUUID(), level: 'alarm', pressed_at, ...(location && { location }), ...more };
}

// When it leaves, by the same clock as pressed_at: how late it is follows from the two.
export const asSent = (body) =>
  body.pressed_at ? { ...body, sent_at: seconds(new Date(now())) } : body;

export function shiftPress(body, step) {
  if (body.pressed_at) body.pressed_at = seconds(new Date(Date.parse(body.pressed_at) + step));
}

// Whether there is something to leave out, and it was refused for what it says.
export const isTooMuch = (body, { status }) =>
  [400, 413].includes(status) && Object.keys(body).some((name) => !NEEDED.includes(name));

export const bare = (body) =>
  Object.fromEntries(NEEDED.filter((name) => name in body).map((name) => [name, body[name]]));
