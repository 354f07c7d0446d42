// The responder's own position: only after a press, only while on the way, only the latest one.

const OFTEN = 10_000;

export class OwnPosition {
  constructor(outbox, onState) {
    this.outbox = outbox;
    this.onState = onState;
    this.state = 'off';
    this.watch = null;
    this.lastSent = 0;
  }

  #become(state) {
    this.state = state;
    this.onState(state);
  }

  start() {
    if (this.watch !== null) return;
    this.watch = navigator.geolocation.watchPosition(
      (place) => this.#send(place),
      (error) => error.code === error.PERMISSION_DENIED && this.#refused(),
      { enableHighAccuracy: true },
    );
    this.#become('on');
  }

  stop() {
    if (this.watch === null) return;
    navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
    this.#become('off');
  }

  #refused() {
    this.stop();
    this.#become('denied');
  }

  // An old position is of no use to anybody: what cannot be sent now is not kept.
  #send({ coords, timestamp }) {
    if (Date.now() - this.lastSent < OFTEN) return;
    this.lastSent = Date.now();
    this.outbox.post('/field/position', {
      latitude: coords.latitude,
      longitude: coords.longitude,
      recorded_at: new Date(timestamp).toISOString(),
    });
  }
}
