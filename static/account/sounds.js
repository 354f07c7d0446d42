// How loud alarms are on this device, and what they sound like in earnest.

import { alarmVolume, keepAlarmVolume } from '../live/alarm_volume.js';
import { Siren } from '../operator/siren.js';
import { Alarm } from '../supervisor/alarm.js';

const slider = document.getElementById('volume');
const sound = slider.dataset.sound === 'siren' ? new Siren() : new Alarm();

function show() {
  document.getElementById('volume-shown').textContent = `${slider.value}%`;
}

slider.value = Math.round(alarmVolume() * 100);
slider.addEventListener('input', () => {
  keepAlarmVolume(slider.value / 100);
  show();
});
document.getElementById('sound-sample').addEventListener('click', async () => {
  await sound.unlock();
  sound.once();
});
show();
