// What the page was given: addresses and words. Nothing in it is about a person.

export const start = JSON.parse(document.getElementById('app-data').textContent);

export function textOf(name, values = {}) {
  const text = start.words[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// Times are counted in the same digits everywhere, as on the clocks of the alarm. A browser that does
// not know the language writes them in English, not in its own.
const locale = [`${start.language}-u-nu-latn`, 'en-u-hc-h23'];
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(locale, {
  month: 'numeric', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit',
});
const longDay = new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric', weekday: 'short' });
const month = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long' });
const weekday = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric', weekday: 'short' });
const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
const list = new Intl.ListFormat(locale);

export const hourOf = (time) => clock.format(new Date(time));
export const dateOf = (time) => date.format(new Date(time));
// A date without a time, as the server writes it: the same day in every time zone.
const noonOf = (day) => new Date(`${day}T12:00`);
export const longDayOf = (day) => longDay.format(noonOf(day));
export const monthName = (time) => month.format(time);
export const dayOf = (time) => day.format(new Date(time));
export const weekdayOf = (time) => weekday.format(new Date(time));
export const listOf = (items) => list.format(items);

export function span(milliseconds) {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(total / 60) % 60, total % 60];
  if (total >= 3600) parts.unshift(Math.floor(total / 3600));
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
