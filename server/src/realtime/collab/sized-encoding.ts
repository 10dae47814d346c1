import * as encoding from 'lib0/encoding';

/**
 * Like lib0's `encode`, into memory that is taken at once: without growing on the way, and without a copy at the end
 * where `bytes` are enough.
 */
export function encodeSized(bytes: number, write: (to: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoder.cbuf = new Uint8Array(bytes);
  write(encoder);
  return encoder.bufs.length === 0 ? encoder.cbuf.subarray(0, encoder.cpos) : encoding.toUint8Array(encoder);
}
