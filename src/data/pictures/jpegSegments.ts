import { big } from './byteFields.ts';

/** A segment of a JPEG before its first scan ends. */
export interface JpegSegment {
  /** The second byte of its marker; the first is 0xff. */
  readonly marker: number;
  /** Where its data begin, after the marker and the length, and where they end. */
  readonly start: number;
  readonly end: number;
}

export const SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * The segments of a JPEG up to its first scan, that one included. They end early where the bytes are cut off
 * or are no segments.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment, void, undefined> {
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else {
      const length = big(bytes, at + 2, 2);
      if (marker === END_OF_IMAGE || length < 2) return;
      const segment = { marker, start: at + 4, end: at + 2 + length };
      yield segment;
      if (marker === SCAN) return;
      at = segment.end;
    }
  }
}

/** Whether a marker begins a frame header: SOF0 to SOF15, but not DHT, JPG and DAC. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * Whether the marker that ends a JPEG is there. Scans and segments are passed over, so that a preview in an
 * EXIF block does not count.
 */
export function hasJpegEnd(bytes: Uint8Array): boolean {
  let at = 0;
  for (const { marker, end } of jpegSegments(bytes)) at = marker === SCAN ? end : 0;
  if (at === 0) return false;
  for (;;) {
    // In the data of a scan, 0xff is followed by 0, or by one of the markers at which a decoder may restart.
    at = bytes.indexOf(0xff, at);
    if (at === -1 || at + 1 >= bytes.length) return false;
    const marker = bytes[at + 1]!;
    if (marker === END_OF_IMAGE) return true;
    if (marker === 0xff) at++;
    else if (marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (at + 4 > bytes.length) return false;
    else at += 2 + Math.max(2, big(bytes, at + 2, 2));
  }
}
