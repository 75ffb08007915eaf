import { adviceSentence, HEAD_BYTES, kindInPlaceOfPicture } from '../formats/signatures.ts';
import { DataError } from '../images/dataset.ts';

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
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP') return 'WebP';
  return null;
}

/**
 * What a picture claims to be. It is read from the header without decoding anything.
 * @throws DataError if it is no PNG, JPEG or WebP, has no size, or claims more than `MAX_PIXELS`
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
  const size = { PNG: pngSize, JPEG: jpegSize, WebP: webpSize }[kind](bytes);
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
  if (bytes.length < 24 || text(bytes, 12, 4) !== 'IHDR') return null;
  return [big(bytes, 16, 4), big(bytes, 20, 4)];
}

/**
 * Segments follow each other until a frame header (SOF0–SOF15, but not DHT, JPG and DAC), which has height,
 * then width.
 */
function jpegSize(bytes: Uint8Array): Size {
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return [big(bytes, at + 7, 2), big(bytes, at + 5, 2)];
    } else {
      const length = big(bytes, at + 2, 2);
      // A scan came before its frame, or the end came, or a segment is shorter than its own length field.
      if (marker === 0xda || marker === 0xd9 || length < 2) return null;
      at += 2 + length;
    }
  }
  return null;
}

/**
 * The type of the first chunk tells where: VP8X has the size of the canvas, VP8L and VP8 that of the picture
 * itself.
 */
function webpSize(bytes: Uint8Array): Size {
  const chunk = text(bytes, 12, 4);
  if (bytes.length < 30) return null;
  if (chunk === 'VP8X') return [1 + little(bytes, 24, 3), 1 + little(bytes, 27, 3)];
  if (chunk === 'VP8L') {
    const packed = little(bytes, 21, 4);
    return bytes[20] === 0x2f ? [1 + (packed & 0x3fff), 1 + ((packed >>> 14) & 0x3fff)] : null;
  }
  if (chunk !== 'VP8 ' || little(bytes, 23, 3) !== 0x2a019d) return null;
  return [little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff];
}

function big(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = 256 * value + bytes[at + i]!;
  return value;
}

function little(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = 256 * value + bytes[at + i]!;
  return value;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
