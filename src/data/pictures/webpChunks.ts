import { ascii, little } from './byteFields.ts';

export interface WebpChunk {
  readonly type: string;
  /** Where its data begin, after the type and the length, and where they end. */
  readonly start: number;
  readonly end: number;
}

/** The chunks of a WebP, in their order. The last one may end after the bytes, if these are cut off. */
export function* webpChunks(bytes: Uint8Array): Generator<WebpChunk, void, undefined> {
  const fileEnd = Math.min(bytes.length, webpLength(bytes));
  for (let at = 12; at + 8 <= fileEnd; ) {
    const start = at + 8;
    const end = start + little(bytes, at + 4, 4);
    yield { type: ascii(bytes, at, 4), start, end };
    // Chunks begin at even places.
    at = end + (end % 2);
  }
}

/** How many bytes a WebP claims to have. */
export function webpLength(bytes: Uint8Array): number {
  return 8 + little(bytes, 4, 4);
}

/**
 * Whether the first chunk is VP8X, whose flags begin at `WEBP_FLAGS_AT` and tell what else is in the file.
 */
export function isExtendedWebp(bytes: Uint8Array): boolean {
  return ascii(bytes, 12, 4) === 'VP8X';
}

export const WEBP_FLAGS_AT = 20;
const ALPHA = 16;

/**
 * The same picture. If it is lossless, its file says that pixels may be translucent. Lossless pixels always
 * have an alpha, and the format calls this flag a hint, but some decoders ignore the alpha without it. Others
 * get the same file back, and these a copy.
 */
export function withAlphaFlags(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (const { type, start } of webpChunks(bytes)) {
    if (type !== 'VP8L') continue;
    const copy = bytes.slice();
    // A byte that tells the kind, then 14 bits of width and 14 of height.
    copy[start + 4]! |= ALPHA;
    if (isExtendedWebp(bytes)) copy[WEBP_FLAGS_AT]! |= ALPHA;
    return copy;
  }
  return bytes;
}
