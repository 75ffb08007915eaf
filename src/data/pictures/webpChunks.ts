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
