// Notices on this device: asked for by a touch, and told back once shown.

import { readNews } from './alarm.js';
import { confirmNotice } from './live.js';
import { screenNow, toast } from './dom.js';
import { isTesting } from './notice_test.js';
import { renewSubscription } from './push.js';
import { check } from './readiness.js';
import { textOf } from './words.js';

export async function allowNotices() {
  await Notification.requestPermission();
  await renewSubscription();
  check();
}

// While the page is open a notice comes by the socket; shown means: visible to a person. In an
// alarm the state says what is in it, and nothing may lie over the buttons.
export async function noticeArrived({ id }) {
  if (!id || document.visibilityState !== 'visible') return undefined;
  if (isTesting()) return check();
  if (screenNow() === 'alarm') await readNews();
  else {
    toast(textOf('noticeArrived'));
    check();
  }
  return confirmNotice(id, 'displayed');
}
