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
 * give the same pixels, except for rounding in JPEG and WebP, or refuse with the same words. It rejects with an
 * error that says what it got, and pictures.ts makes a sentence of that.
 */
export type DecodeImage = (bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<Decoded>;
