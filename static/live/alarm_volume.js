// How loud alarms ring on this device, as its owner has set it. Never silent: an alarm that nobody
// hears would look like one that nobody raised.

const KEY = 'alarm-volume';
const QUIETEST = 0.3;

export function alarmVolume() {
  const kept = Number.parseFloat(localStorage.getItem(KEY) ?? '1');
  return Number.isFinite(kept) ? Math.min(1, Math.max(QUIETEST, kept)) : 1;
}

export function keepAlarmVolume(volume) {
  localStorage.setItem(KEY, String(volume));
}
