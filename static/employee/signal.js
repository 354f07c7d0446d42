// What is felt and heard of news. Beside an attacker the phone must not make a sound: with the
// discreet screen it only vibrates.

import { isDiscreet } from './readiness.js';

const NEWS = [80, 60, 80];
const DANGER = [500, 200, 500, 200, 500];

export const news = () => navigator.vibrate?.(NEWS);

export function danger() {
  navigator.vibrate?.(DANGER);
  if (!isDiscreet()) chime();
}

// Three falling tones, and then it is quiet again.
async function chime() {
  const context = new AudioContext();
  await context.resume().catch(() => {});
  [1046, 880, 740].forEach((frequency, i) => {
    const voice = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0.4 });
    voice.connect(gain).connect(context.destination);
    voice.start(context.currentTime + i * 0.25);
    voice.stop(context.currentTime + i * 0.25 + 0.2);
    voice.onended = () => i === 2 && context.close();
  });
}
