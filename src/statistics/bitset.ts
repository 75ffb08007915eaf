import { toBase64 } from '../network/weights.ts';

/** Which predictions are right: u8 [N], 1 = right. */
export function rightOnes(predictions: Uint8Array, labels: Uint8Array): Uint8Array {
  return predictions.map((prediction, n) => (prediction === labels[n] ? 1 : 0));
}

/** Flags as base64, eight to a byte, the first in the lowest bit. @param flags u8 [N], 0 or 1 */
export function packBits(flags: Uint8Array): string {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, n) => {
    bytes[n >> 3]! |= flag << (n & 7);
  });
  return toBase64(bytes);
}

/** The flags that `packBits` packed, u8 [count]. @throws Error if the text does not hold so many */
export function unpackBits(text: string, count: number): Uint8Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (bytes.length !== Math.ceil(count / 8)) {
    throw new Error(
      `unpackBits: ${count} flags must have ${Math.ceil(count / 8)} bytes, got ${bytes.length}`,
    );
  }
  return Uint8Array.from({ length: count }, (_, n) => (bytes[n >> 3]! >> (n & 7)) & 1);
}
