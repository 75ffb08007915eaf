import { DataError } from '../images/dataset.ts';

/**
 * The error for a fault of the browser or the machine, not of a picture. It ends the reading: if such
 * pictures were left out as damaged ones are, what is trained on would depend on the browser.
 */
export class DecoderError extends DataError {}

/**
 * The error for a picture that was decoded, so that it is not damaged, but whose pixels the browser did not
 * give.
 */
export function unreadError(
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
  cause: unknown,
): DecoderError {
  return new DecoderError(
    `${name} was decoded, but not read: expected ${width} × ${height} pixels from the browser, got “${cause instanceof Error ? cause.message : cause}”. ` +
      'The memory may be used up: close other tabs, or make the pictures smaller, and start again.',
    { cause },
  );
}

/**
 * A decoded picture: turned upright as its EXIF entry says, without colour management, on black where it is
 * transparent.
 */
export interface Decoded {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** u8 [height, width, 4], row-major, RGBA; A is 255. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
}

/**
 * Decodes one JPEG, PNG or WebP whose claimed size was checked before (pictureHeader.ts). The browser's
 * decoder is decodeBitmap.ts, Node's is cli/images/decodePicture.ts. Both are made by pictureDecoder.ts, and
 * give the same pixels, except for rounding in JPEG and WebP, or refuse with the same words. It rejects with
 * an error that says what it got, and pictures.ts makes a sentence of that. A DecoderError is a sentence
 * already.
 */
export type DecodeImage = (bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<Decoded>;
