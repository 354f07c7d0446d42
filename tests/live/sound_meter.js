// Loaded before a page's own scripts: what the page plays is measured, and alarm tones are counted.

window.ear = { loudAt: 0, mediaAt: 0, rings: 0 };

(() => {
  const TONE = 880;
  const LOUD_DB = -45;
  const { play } = HTMLMediaElement.prototype;
  const { start } = OscillatorNode.prototype;
  const heard = new WeakSet();

  function listen(element) {
    heard.add(element);
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaElementSource(element).connect(analyser).connect(context.destination);
    const levels = new Float32Array(analyser.frequencyBinCount);
    const bin = Math.round((TONE * analyser.fftSize) / context.sampleRate);
    setInterval(() => {
      analyser.getFloatFrequencyData(levels);
      if (element.paused || Math.max(...levels.slice(bin - 1, bin + 2)) < LOUD_DB) return;
      Object.assign(window.ear, { loudAt: Date.now(), mediaAt: element.currentTime });
    }, 50);
  }

  HTMLMediaElement.prototype.play = function () {
    if (!heard.has(this)) listen(this);
    return play.call(this);
  };

  OscillatorNode.prototype.start = function (...when) {
    if (this.context.state === 'running') window.ear.rings += 1;
    return start.apply(this, when);
  };
})();
