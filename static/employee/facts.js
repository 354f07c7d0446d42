// Everything that the sentences of the alarm stand on, gathered at one moment.

import * as alarm from './alarm.js';
import { sound } from './capture.js';
import { now } from './clock.js';
import { deviceState } from './device_state.js';
import { device } from './readiness.js';

export const factsNow = () => ({
  at: now(),
  serverAt: alarm.serverNow(),
  tap: alarm.current(),
  isOn: alarm.recordsOn(),
  isSample: sound.isSample,
  device: deviceState(),
  holder: device.known?.holder?.name ?? '',
  site: device.known?.site?.name ?? '',
});
