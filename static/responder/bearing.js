// In which direction, how far, how old: plain sums about two places on the earth. Degrees from north,
// clockwise; metres; milliseconds.

const EARTH = 6_371_000;
const OLD = 60_000;
const OLD_COURSE = 30_000;
const LEAST_COURSE = 10;
const NEAR = 30;
const rad = (degrees) => (degrees * Math.PI) / 180;
const whole = (degrees) => ((degrees % 360) + 360) % 360;

export const isOld = (age) => age > OLD;

export function distance(from, to) {
  const half = Math.sin(rad(to.latitude - from.latitude) / 2) ** 2
    + Math.cos(rad(from.latitude)) * Math.cos(rad(to.latitude))
    * Math.sin(rad(to.longitude - from.longitude) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(half));
}

export function bearing(from, to) {
  const turn = rad(to.longitude - from.longitude);
  const [here, there] = [rad(from.latitude), rad(to.latitude)];
  const east = Math.sin(turn) * Math.cos(there);
  const north = Math.cos(here) * Math.sin(there) - Math.sin(here) * Math.cos(there) * Math.cos(turn);
  return whole((Math.atan2(east, north) * 180) / Math.PI);
}

/** One of eight. */
export const directionOf = (degrees) => Math.round(whole(degrees) / 45) % 8;

/** Where somebody has gone with the last fixes; null if they hardly moved, or if it is long ago. */
export function courseOf(fixes) {
  const now = fixes.at(-1);
  const before = fixes.find(({ at }) => now.at - at <= OLD_COURSE);
  return !before || distance(before, now) < LEAST_COURSE ? null : bearing(before, now);
}

/** What the phone's compass says; null where it says nothing of north. */
export function headingOf({ absolute, alpha, webkitCompassHeading }, turnedBy) {
  if (Number.isFinite(webkitCompassHeading)) return whole(webkitCompassHeading + turnedBy);
  if (!absolute || !Number.isFinite(alpha)) return null;
  return whole(360 - alpha + turnedBy);
}

export function distanceText(metres) {
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${(metres / 1000).toFixed(metres < 9950 ? 1 : 0)} km`;
}

/** Nearer than a phone knows where it is, a direction would be a guess. */
export function wayText(from, to, words) {
  const metres = distance(from, to);
  const unsure = Math.max(NEAR, from.accuracy ?? 0);
  if (metres < unsure) return words.near.replace('{distance}', distanceText(unsure));
  const direction = words.directions.split(',')[directionOf(bearing(from, to))];
  return words.way.replace('{direction}', direction).replace('{distance}', distanceText(metres));
}

export function ageText(age, words) {
  const seconds = Math.max(0, Math.floor(age / 1000));
  if (seconds < 60) return words.seconds.replace('{n}', seconds);
  if (seconds < 3600) return words.minutes.replace('{n}', Math.floor(seconds / 60));
  return words.hours.replace('{n}', Math.floor(seconds / 3600));
}
