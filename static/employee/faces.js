// The three answers as this company draws them: a picture of the sheet, or a sign of its own.

import { element, icon } from './dom.js';

export function faceOf({ picture, sign }) {
  if (!sign) return icon(picture);
  return element('span', { className: 'icon sign', ariaHidden: 'true' }, sign);
}
