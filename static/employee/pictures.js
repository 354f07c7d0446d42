// Small drawings of screens: a frame, grey lines, and the one place to touch in colour.

const SPACE = 'http://www.w3.org/2000/svg';

function shape(tag, attributes) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

const box = (x, y, width, height, className, rx = 3) => shape('rect', { x, y, width, height, rx, class: className });

const lines = (...tops) => tops.map((y) => box(20, y, 56, 4, 'drawn-line', 2));

// Where the sign stands, and what is drawn around it.
const KINDS = {
  top: () => ({ at: [24, 15], parts: [box(18, 11, 60, 16, 'drawn-bar', 8), ...lines(38, 48, 58)] }),
  wide: () => ({ at: [12, 15], parts: [box(6, 11, 84, 16, 'drawn-bar', 8), ...lines(38, 48, 58)] }),
  foot: () => ({ at: [24, 50], parts: [...lines(12, 22, 32), box(18, 46, 60, 16, 'drawn-bar', 8)] }),
  menu: () => ({ at: [22, 30], parts: [box(18, 8, 60, 14, 'drawn-bar'), box(18, 26, 60, 16, 'drawn-mark'), box(18, 46, 60, 14, 'drawn-bar')] }),
  home: () => ({ at: [42, 30], parts: [...grid()] }),
  switch: () => ({ at: [22, 30], parts: [...lines(12, 56), box(18, 24, 60, 20, 'drawn-mark'), box(54, 29, 20, 10, 'drawn-on', 5), shape('circle', { cx: 69, cy: 34, r: 4, class: 'drawn-knob' })] }),
};

function* grid() {
  for (const x of [20, 40, 60]) for (const y of [8, 28, 48]) yield box(x, y, 16, 16, x === 40 && y === 28 ? 'drawn-mark' : 'drawn-bar', 4);
}

export function picture(kind, sign) {
  const { at, parts } = KINDS[kind]();
  const isWide = kind === 'wide';
  const svg = shape('svg', { viewBox: '0 0 96 72', class: 'drawn', 'aria-hidden': 'true' });
  const frame = isWide ? box(1, 4, 94, 64, 'drawn-frame', 4) : box(12, 1, 72, 70, 'drawn-frame', 8);
  for (const [name, value] of Object.entries({ x: at[0], y: at[1], width: 12, height: 12 })) sign.setAttribute(name, value);
  sign.setAttribute('class', 'icon drawn-sign');
  const spot = shape('circle', { cx: at[0] + 6, cy: at[1] + 6, r: 10, class: 'drawn-spot' });
  svg.append(frame, ...parts, ...(['menu', 'switch'].includes(kind) ? [] : [spot]), sign);
  return svg;
}
