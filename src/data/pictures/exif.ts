import { ascii, big, little } from './byteFields.ts';
import { jpegSegments } from './jpegSegments.ts';
import type { PictureKind } from './pictureHeader.ts';
import { isExtendedWebp, WEBP_FLAGS_AT, webpChunks } from './webpChunks.ts';

/**
 * How a picture must be turned to stand upright, as EXIF counts: 1 is upright, 2 mirrored, 3 turned by a
 * half, 4 both, 5 to 8 with rows and columns exchanged.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Where the EXIF block of a picture lies: from the marker of its byte order on. */
interface Block {
  /** Where the name of the segment or chunk lies, by which decoders find the block, and its letters. */
  readonly nameAt: number;
  readonly start: number;
  readonly end: number;
}

/** The first EXIF block counts: of a JPEG an APP1 segment, of a WebP a chunk EXIF, of a PNG a chunk eXIf. */
export function orientationOf(bytes: Uint8Array, kind: PictureKind): Orientation {
  const [block] = exifBlocks(bytes, kind);
  return block === undefined ? 1 : orientationIn(bytes.subarray(block.start, block.end));
}

/**
 * The same picture, without EXIF blocks that a decoder would find. Decoders turn pictures by rules of their
 * own: some read the orientation of a WebP, others do not. Bytes without such a block are given back as they
 * are, others as a copy.
 */
export function withoutExif(bytes: Uint8Array<ArrayBuffer>, kind: PictureKind): Uint8Array<ArrayBuffer> {
  const blocks = exifBlocks(bytes, kind);
  if (blocks.length === 0) return bytes;
  const copy = bytes.slice();
  for (const { nameAt } of blocks) copy.set(UNKNOWN_NAME, nameAt);
  // The header of an extended WebP says in its flags that there is a block.
  if (kind === 'WebP' && isExtendedWebp(bytes)) copy[WEBP_FLAGS_AT]! &= ~WEBP_EXIF_FLAG;
  return copy;
}

/** A name that no decoder knows: “none”. */
const UNKNOWN_NAME = [0x6e, 0x6f, 0x6e, 0x65];
const WEBP_EXIF_FLAG = 8;
/** What a JPEG writes before the block, and some writers of WebP as well. */
const PREFIX = 'Exif\0\0';
const APP1 = 0xe1;

function exifBlocks(bytes: Uint8Array, kind: PictureKind): Block[] {
  return [...{ JPEG: jpegBlocks, WebP: webpBlocks, PNG: pngBlocks }[kind](bytes)];
}

function* jpegBlocks(bytes: Uint8Array): Generator<Block, void, undefined> {
  for (const { marker, start, end } of jpegSegments(bytes)) {
    if (marker !== APP1 || ascii(bytes, start, 4) !== 'Exif') continue;
    yield { nameAt: start, start: start + PREFIX.length, end };
  }
}

function* webpBlocks(bytes: Uint8Array): Generator<Block, void, undefined> {
  for (const { type, start, end } of webpChunks(bytes)) {
    if (type !== 'EXIF') continue;
    const prefixed = ascii(bytes, start, PREFIX.length) === PREFIX;
    yield { nameAt: start - 8, start: prefixed ? start + PREFIX.length : start, end };
  }
}

function* pngBlocks(bytes: Uint8Array): Generator<Block, void, undefined> {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + big(bytes, at, 4)) {
    if (ascii(bytes, at + 4, 4) !== 'eXIf') continue;
    yield { nameAt: at + 4, start: at + 8, end: at + 8 + big(bytes, at, 4) };
  }
}

/** The tag of the orientation, and the type of its value: one unsigned number of two bytes. */
const ORIENTATION = 0x0112;
const SHORT = 3;

/** The orientation in a block, which is a TIFF: byte order, 42, and where the list of entries begins. */
function orientationIn(tiff: Uint8Array): Orientation {
  const order = ascii(tiff, 0, 2);
  if (order !== 'II' && order !== 'MM') return 1;
  const read = order === 'II' ? little : big;
  if (read(tiff, 2, 2) !== 42) return 1;
  const list = read(tiff, 4, 4);
  const entries = read(tiff, list, 2);
  for (let i = 0, at = list + 2; i < entries && at + 12 <= tiff.length; i++, at += 12) {
    if (read(tiff, at, 2) !== ORIENTATION) continue;
    const value = read(tiff, at + 8, 2);
    return read(tiff, at + 2, 2) === SHORT && isOrientation(value) ? value : 1;
  }
  return 1;
}

function isOrientation(value: number): value is Orientation {
  return Number.isInteger(value) && value >= 1 && value <= 8;
}
