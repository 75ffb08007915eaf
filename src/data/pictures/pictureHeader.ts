import { adviceSentence, HEAD_BYTES, kindInPlaceOfPicture } from '../formats/signatures.ts';
import { DataError } from '../images/dataset.ts';
import { ascii, big, little } from './byteFields.ts';
import { isFrame, jpegSegments } from './jpegSegments.ts';

/**
 * The most pixels of a picture that is decoded: 200 MB as RGBA. So no file can take all of a machine's
 * memory.
 */
export const MAX_PIXELS = 50_000_000;

export type PictureKind = 'PNG' | 'JPEG' | 'WebP';

export interface PictureHeader {
  readonly kind: PictureKind;
  readonly width: number;
  readonly height: number;
}

/** The kind of a picture by its first bytes; null for other files. */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  if (PNG.every((byte, i) => bytes[i] === byte)) return 'PNG';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'JPEG';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'WebP';
  return null;
}

/**
 * What a picture claims to be. It is read from the header without decoding anything.
 * @throws DataError if it is no PNG, JPEG or WebP, has no size, claims more than `MAX_PIXELS`, or is a JPEG
 * of
 *   a kind that decoders read differently, such as CMYK
 */
export function pictureHeader(bytes: Uint8Array, name: string): PictureHeader {
  const kind = pictureKind(bytes);
  if (kind === null) {
    const other = kindInPlaceOfPicture(bytes.subarray(0, HEAD_BYTES));
    throw new DataError(
      `${name} is no picture: expected a JPEG, PNG or WebP, got ${other?.words ?? `${bytes.length} bytes of an unknown kind`}. ` +
        (other ? adviceSentence(other) : 'Take it out of the files.'),
    );
  }
  const size = { PNG: pngSize, JPEG: jpegSize, WebP: webpSize }[kind](bytes, name);
  if (size === null || size[0] === 0 || size[1] === 0) {
    throw new DataError(
      `${name} is truncated or damaged: expected a ${kind} with its width and height, got ${bytes.length} bytes without them. ` +
        'Copy the file again, or take it out of the files.',
    );
  }
  const [width, height] = size;
  if (width * height > MAX_PIXELS) {
    throw new DataError(
      `${name} is too large: expected at most ${MAX_PIXELS / 1e6} million pixels, got a ${kind} that claims ${width} × ${height}. ` +
        'Make it smaller, or take it out of the files.',
    );
  }
  return { kind, width, height };
}

type Size = readonly [width: number, height: number] | null;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The first chunk is IHDR: its width and height are big-endian at bytes 16 and 20. */
function pngSize(bytes: Uint8Array): Size {
  if (bytes.length < 24 || ascii(bytes, 12, 4) !== 'IHDR') return null;
  return [big(bytes, 16, 4), big(bytes, 20, 4)];
}

/** The frame header has the bits of a sample, the height, the width and the number of components. */
function jpegSize(bytes: Uint8Array, name: string): Size {
  const frame = [...jpegSegments(bytes)].find(({ marker }) => isFrame(marker));
  // A scan came before its frame, or the bytes ended.
  if (frame === undefined || frame.start + 6 > bytes.length) return null;
  checkCoding(frame.marker, bytes[frame.start]!, bytes[frame.start + 5]!, name);
  return [big(bytes, frame.start + 3, 2), big(bytes, frame.start + 1, 2)];
}

/**
 * Decoders differ in what they make of rare kinds of JPEG, so only those are read that all of them decode
 * alike.
 * @throws DataError if it is one of the others
 */
function checkCoding(marker: number, bits: number, components: number, name: string): void {
  const advice = 'Save it again as an ordinary JPEG or PNG in RGB, or take it out of the files.';
  if (components === 4) {
    throw new DataError(
      `${name} is a JPEG for printing: expected grey or RGB, got four colour components (CMYK), whose colours on a screen ` +
        `every program computes differently. ${advice}`,
    );
  }
  if (BROWSERS_DECODE.includes(marker) && bits === 8 && [1, 3].includes(components)) return;
  throw new DataError(
    `${name} is a JPEG of a rare kind: expected a baseline or progressive one of 8 bits with one or three components, ` +
      `got SOF${marker - 0xc0} of ${bits} bits with ${components}. ${advice}`,
  );
}

/** SOF0, SOF1 and SOF2: Huffman coding, baseline, extended and progressive. */
const BROWSERS_DECODE = [0xc0, 0xc1, 0xc2];

/**
 * The type of the first chunk tells where: VP8X has the size of the canvas, VP8L and VP8 that of the picture
 * itself.
 */
function webpSize(bytes: Uint8Array): Size {
  const chunk = ascii(bytes, 12, 4);
  if (bytes.length < 30) return null;
  if (chunk === 'VP8X') return [1 + little(bytes, 24, 3), 1 + little(bytes, 27, 3)];
  if (chunk === 'VP8L') {
    const packed = little(bytes, 21, 4);
    return bytes[20] === 0x2f ? [1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff)] : null;
  }
  if (chunk !== 'VP8 ' || little(bytes, 23, 3) !== 0x2a019d) return null;
  return [little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff];
}
