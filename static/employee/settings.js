// A check that a person can make before it matters: whether the microphone hears.

import { LevelBars } from './level.js';
import { find, fill, on, show } from './dom.js';
import { textOf } from './words.js';

const TEST_SECONDS = 10;
let meter = null;

export function startSettings() {
  on('meter-start', startMeter);
  on('meter-stop', stopMeter);
  document.addEventListener('visibilitychange', stopMeter);
}

// Listens for some seconds and keeps nothing.
async function startMeter() {
  const bars = new LevelBars(find('meter-bars'));
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(stream).connect(analyser);
    const timer = setInterval(() => bars.push(loudness(analyser)), 100);
    meter = { stream, context, timer, end: setTimeout(stopMeter, TEST_SECONDS * 1000), most: 0 };
    fill('meter-word', textOf('meterSpeak'));
    draw(true);
  } catch {
    fill('meter-word', textOf('meterNone'));
  }
}

function loudness(analyser) {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  const level = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  if (meter) meter.most = Math.max(meter.most, level);
  return level;
}

export function stopMeter() {
  if (!meter) return;
  const { stream, context, timer, end, most } = meter;
  meter = null;
  clearInterval(timer);
  clearTimeout(end);
  for (const track of stream.getTracks()) track.stop();
  context.close();
  fill('meter-word', textOf(most > 0.02 ? 'meterGood' : 'meterQuiet'));
  draw(false);
}

function draw(isOn) {
  show('meter-start', !isOn);
  show('meter-stop', isOn);
}
