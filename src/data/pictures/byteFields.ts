/** An unsigned number of `length` bytes, the highest first. */
export function big(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = 256 * value + bytes[at + i]!;
  return value;
}

/** An unsigned number of `length` bytes, the lowest first. */
export function little(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = 256 * value + bytes[at + i]!;
  return value;
}

/** Bytes as letters. It gives fewer at the end of the bytes. */
export function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
