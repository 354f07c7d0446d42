// Where an alarm stands, by what the server and this device know of it, and by nothing else.

// So long a press may take before it is said that it has not arrived.
export const PATIENCE = 5000;
const KEPT_AFTER_THE_END = 600_000;

export const isClosed = ({ seen }) => Boolean(seen) && seen.state !== 'open';

// For her: she is safe, though others may still have to end it, or it has ended without a question.
export const isOver = (tap) =>
  Boolean(tap.seen) && (isClosed(tap) ? !tap.seen.answer_wanted : Boolean(tap.seen.safe_at));

// Sound and positions go on until she is safe, or the server's word: at once after "safe", else
// some minutes.
export function recordsOn({ seen }, serverAt) {
  if (!seen) return true;
  if (seen.state === 'open') return !seen.safe_at;
  return Boolean(seen.upload_until) && Date.parse(seen.upload_until) > serverAt;
}

// Ended so long ago that the button must be free again, whether the question was answered or not.
export function isPast(tap, serverAt) {
  const end = isClosed(tap) ? tap.seen.closed_at : tap.seen?.safe_at;
  return Boolean(end) && serverAt - Date.parse(end) > KEPT_AFTER_THE_END;
}

export const isDrill = ({ body }) => Boolean(body?.drill);

// Whether it calls for help: then it must not stay unheard without a word.
export const isCry = ({ path, json }) =>
  path === 'incidents' || path === 'raise' || json.answer === 'still_going';

// A press that was long on its way: is help still needed? Until she has said so.
export const cameLate = ({ seen }) =>
  Boolean(seen?.late_minutes) && seen.state === 'open' &&
  !(seen.safe_at || seen.pressed_again_at || seen.support_requested_at);
