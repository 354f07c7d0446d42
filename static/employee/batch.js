// Many units in one body, for what an outage has left behind (application/vnd.app.units).

const HEAD = 60;

export const BATCH_TYPE = 'application/vnd.app.units';

// u32 seq, u32 length, 32 bytes digest, u64 first sample, u32 samples, i64 Unix ms, then the sound.
export function packed(units) {
  return new Blob(units.flatMap((unit) => [headOf(unit), unit.data]));
}

function headOf({ seq, data, digest, first, samples, time }) {
  const head = new DataView(new ArrayBuffer(HEAD));
  head.setUint32(0, seq);
  head.setUint32(4, data.length);
  [...atob(digest)].forEach((one, i) => head.setUint8(8 + i, one.charCodeAt(0)));
  head.setBigUint64(40, BigInt(first));
  head.setUint32(48, samples);
  head.setBigInt64(52, BigInt(time));
  return head.buffer;
}
