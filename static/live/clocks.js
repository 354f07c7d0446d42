// Running clocks: <b data-since="ms" [data-until="ms"]> counts up, <b data-countdown="ms"> down.
// They count in the server's time, never in the device's own.

export function clockText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n) => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${rest}` : rest;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function tick(now) {
  for (const clock of document.querySelectorAll('[data-since]')) {
    write(clock, clockText(Number(clock.dataset.until || now) - Number(clock.dataset.since)));
  }
  for (const clock of document.querySelectorAll('[data-countdown]')) {
    if (clock.dataset.countdown) write(clock, clockText(Number(clock.dataset.countdown) - now));
  }
}

export function startClocks(live) {
  tick(live.now());
  setInterval(() => tick(live.now()), 250);
  live.addEventListener('ping', () => tick(live.now())); // background tabs throttle timers
  document.body.addEventListener('htmx:oobAfterSwap', () => tick(live.now()));
}
