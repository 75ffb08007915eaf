import { crc32 } from '../../crc32.ts';
import { ascii, big } from '../byteFields.ts';

/** How the pixels of a PNG are stored. */
export interface PngHeader {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colour: PngColour;
  /** Stored in the seven passes of Adam7, instead of row by row. */
  readonly interlaced: boolean;
}

export type PngColour = 'grey' | 'rgb' | 'palette' | 'grey and alpha' | 'rgb and alpha';

/** What a decoder needs of a PNG. */
export interface PngParts {
  readonly header: PngHeader;
  /** u8 [entries, 3], RGB; null: there is none. */
  readonly palette: Uint8Array | null;
  /** The tRNS chunk: the alpha of palette entries, or the transparent colour; null: there is none. */
  readonly transparency: Uint8Array | null;
  /** The zlib stream of the pixels, in pieces. */
  readonly data: readonly Uint8Array[];
}

/** The signature, which `pictureKind` has checked, and the IHDR chunk come first. */
const SIGNATURE_BYTES = 8;
/** The length, the type and the checksum of a chunk. */
const CHUNK_FRAME_BYTES = 12;

/** The colour types of IHDR, with the depths that each may have. */
const COLOURS: Readonly<Record<number, readonly [PngColour, readonly number[]]>> = {
  0: ['grey', [1, 2, 4, 8, 16]],
  2: ['rgb', [8, 16]],
  3: ['palette', [1, 2, 4, 8]],
  4: ['grey and alpha', [8, 16]],
  6: ['rgb and alpha', [8, 16]],
};

/**
 * Takes a PNG apart. Chunks that say nothing about the pixels, such as texts, times and colour spaces, are
 * passed over with their checksums.
 * @throws Error in words if a chunk is cut off, damaged, absent or not of this format
 */
export function pngParts(bytes: Uint8Array): PngParts {
  let header: PngHeader | null = null;
  let palette: Uint8Array | null = null;
  let transparency: Uint8Array | null = null;
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE_BYTES; ; ) {
    const { type, body, end } = chunkAt(bytes, at);
    // A second header could claim a size that nobody has checked.
    if ((header === null) !== (type === 'IHDR')) throw new Error(`the chunk ${type} at byte ${at}`);
    if (type === 'IEND') break;
    if (type === 'IHDR') header = pngHeader(body);
    else if (type === 'PLTE') palette = body;
    else if (type === 'tRNS') transparency = body;
    else if (type === 'IDAT') data.push(body);
    else if (isCritical(type)) throw new Error(`the chunk ${type}, which this decoder does not know`);
    at = end;
  }
  if (header === null) throw new Error('no IHDR chunk');
  if (data.length === 0) throw new Error('no IDAT chunk, so no pixels');
  return { header, palette, transparency, data };
}

interface Chunk {
  readonly type: string;
  readonly body: Uint8Array;
  /** Where the next chunk begins. */
  readonly end: number;
}

/** The chunks of this format that are read. All others are passed over with their checksums. */
const READ = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

function chunkAt(bytes: Uint8Array, at: number): Chunk {
  const cutOff = () => new Error(`an end at byte ${bytes.length}, before the IEND chunk`);
  if (at + CHUNK_FRAME_BYTES > bytes.length) throw cutOff();
  const length = big(bytes, at, 4);
  const type = ascii(bytes, at + 4, 4);
  const end = at + CHUNK_FRAME_BYTES + length;
  if (end > bytes.length) throw cutOff();
  if (READ.includes(type) && crc32(bytes.subarray(at + 4, end - 4)) !== big(bytes, end - 4, 4)) {
    throw new Error(`a chunk ${type} at byte ${at} that does not fit its checksum`);
  }
  return { type, body: bytes.subarray(at + 8, end - 4), end };
}

function pngHeader(body: Uint8Array): PngHeader {
  const [depth, type, compression, filter, interlace] = [...body.subarray(8, 13)];
  const [colour, depths] = COLOURS[type ?? -1] ?? [];
  if (body.length !== 13 || colour === undefined || !depths?.includes(depth!)) {
    throw new Error(`an IHDR chunk with ${depth} bits of the colour type ${type}`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Error(
      `an IHDR chunk with the compression ${compression}, the filter ${filter} and the interlacing ${interlace}`,
    );
  }
  return {
    width: big(body, 0, 4),
    height: big(body, 4, 4),
    depth: depth!,
    colour,
    interlaced: interlace === 1,
  };
}

/** A chunk whose name begins with a capital letter changes what the pixels mean. */
function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}
