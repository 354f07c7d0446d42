// Units that this browser cannot decode are listed as gaps, so that all the rest is played.

const SEGMENT = /^#EXTINF:([\d.]+),\n(u\/(\d+)-(\d+)\.aac)$/gm;

/** A playlist's text with these units as gaps of their own; a segment around one becomes several. */
export function withGaps(text, units) {
  if (!units.size) return text;
  return text.replace(SEGMENT, (whole, seconds, _address, from, to) => {
    const parts = [...split(Number(from), Number(to), units)];
    if (parts.length === 1 && !parts[0].gap) return whole;
    const each = Number(seconds) / (to - from + 1);
    return parts.map((part) => segmentText(part, each)).join('\n');
  });
}

function* split(from, to, units) {
  let first = from;
  for (let unit = from; unit <= to; unit += 1) {
    if (!units.has(unit)) continue;
    if (first < unit) yield { first, last: unit - 1 };
    yield { first: unit, last: unit, gap: true };
    first = unit + 1;
  }
  if (first <= to) yield { first, last: to };
}

function segmentText({ first, last, gap }, each) {
  const lines = [`#EXTINF:${(each * (last - first + 1)).toFixed(5)},`, `u/${first}-${last}.aac`];
  return [...(gap ? ['#EXT-X-GAP'] : []), ...lines].join('\n');
}

/** The unit that is at this second by the playlist as it was loaded. */
export function unitAt(fragments, seconds) {
  const segment = fragments.find(({ start, duration }) => seconds < start + duration);
  const numbers = segment && /(\d+)-(\d+)\.aac$/.exec(segment.relurl);
  if (!numbers) return null;
  const [first, last] = numbers.slice(1).map(Number);
  const into = Math.max(0, seconds - segment.start) / segment.duration;
  const length = segment.duration / (last - first + 1);
  const unit = Math.min(last, first + Math.floor(into * (last - first + 1)));
  return { unit, length, end: segment.start + (unit - first + 1) * length };
}

/** hls.js' own loader, by which playlists come in without these units. */
export function skipping(Loader, units) {
  return class extends Loader {
    load(context, config, callbacks) {
      const onSuccess = (response, ...rest) => {
        callbacks.onSuccess({ ...response, data: withGaps(response.data, units) }, ...rest);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  };
}
