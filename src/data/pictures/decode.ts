/** A picture, decoded: upright by its EXIF note, without colour management, on black where it is transparent. */
export interface Decoded {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** u8 [height, width, 4], row-major, RGBA; A is 255. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
}

/**
 * Decodes one JPEG, PNG or WebP, whose claimed size was checked before (pictureHeader.ts). The browser's is
 * decodeBitmap.ts, Node's is cli/images/decodePicture.ts; both give the same pixels, but for what decoders of JPEG may round.
 * It rejects with whatever the decoder says; pictures.ts puts that in words.
 */
export type DecodeImage = (bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<Decoded>;
