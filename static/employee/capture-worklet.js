// Takes the sound off the audio thread in pieces of 2048 samples, mono, with the audio clock at
// their end. Without an input it delivers silence, so that the recording's time never stands still.

const PIECE = 2048;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Float32Array(PIECE);
    this.filled = 0;
    this.isOn = true;
    this.port.onmessage = () => {
      this.isOn = false;
    };
  }

  process([channels], [out]) {
    const count = channels[0]?.length ?? out[0]?.length ?? 128;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.piece[this.filled++] = channels.length ? sum / channels.length : 0;
      if (this.filled === PIECE) this.deliver();
    }
    return this.isOn;
  }

  deliver() {
    const { piece } = this;
    this.piece = new Float32Array(PIECE);
    this.filled = 0;
    this.port.postMessage({ piece, at: currentTime }, [piece.buffer]);
  }
}

registerProcessor('sobani-capture', Capture);
