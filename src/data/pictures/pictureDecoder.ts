import { type Decoded, type DecodeImage, DecoderError } from './decode.ts';
import { orientationOf, withoutExif } from './exif.ts';
import { hasJpegEnd } from './jpegSegments.ts';
import { type PictureKind, pictureKind } from './pictureHeader.ts';
import { decodePng } from './png/decodePng.ts';
import { turned } from './turn.ts';
import { webpLength, withAlphaFlags } from './webpChunks.ts';

/**
 * Gives the pixels of a whole JPEG or WebP that has no EXIF block, as the file holds them. They come without
 * colour management, on black. It rejects with the decoder's own error, or with a DecoderError where the
 * fault is not the picture's.
 */
export type ReadPixels = (bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<Decoded>;

/**
 * The decoder of a road, browser or Node. Everything in which decoders differ is done here, so that all roads
 * read and refuse the same pictures: PNG is decoded here, cut off files are refused, and pictures are turned.
 * @param readPixels what the road itself has for JPEG and WebP
 */
export function pictureDecoder(readPixels: ReadPixels): DecodeImage {
  return async (bytes, name) => {
    const kind = pictureKind(bytes);
    if (kind === null) throw new Error('bytes of no picture');
    const orientation = orientationOf(bytes, kind);
    if (kind === 'PNG') return turned(decodePng(bytes), orientation);
    checkEnd(bytes, kind);
    const plain = withoutExif(bytes, kind);
    const file = kind === 'WebP' ? withAlphaFlags(plain) : plain;
    const pixels = readPixels(file, name).catch((cause: unknown) => {
      // Each decoder has words of its own for the same damage.
      throw cause instanceof DecoderError ? cause : new Error('data that cannot be decoded', { cause });
    });
    return turned(await pixels, orientation);
  };
}

/** Decoders differ in what they make of a file that is cut off. @throws Error in words if it is */
function checkEnd(bytes: Uint8Array, kind: Exclude<PictureKind, 'PNG'>): void {
  if (kind === 'JPEG' && !hasJpegEnd(bytes)) {
    throw new Error(`an end at byte ${bytes.length}, before the marker that ends a JPEG`);
  }
  if (kind === 'WebP' && webpLength(bytes) > bytes.length) {
    throw new Error(`an end at byte ${bytes.length} where ${webpLength(bytes)} bytes are claimed`);
  }
}
