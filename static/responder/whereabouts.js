// Where this phone is: one watch for the whole page. A second one would hear nothing until the phone
// moves, so whoever comes later is told the last position at once.

const PRECISE = { enableHighAccuracy: true };
const readers = new Set();
let last = null;
let watch = null;

function found(place) {
  last = place;
  readers.forEach((reader) => reader.found(place));
}

/** Begins to tell; the answer ends it. */
export function follow(reader) {
  readers.add(reader);
  if (last) reader.found(last);
  const failed = (error) => readers.forEach((one) => one.failed(error));
  watch ??= navigator.geolocation.watchPosition(found, failed, PRECISE);
  return () => {
    readers.delete(reader);
    if (readers.size) return;
    navigator.geolocation.clearWatch(watch);
    watch = last = null;
  };
}

/** Who stands still hears of no new position, and must not take the last one for an old one. */
export function lookAnew() {
  if (!document.hidden) navigator.geolocation.getCurrentPosition(found, () => {}, PRECISE);
}
