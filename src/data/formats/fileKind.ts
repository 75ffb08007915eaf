import { pictureKind } from '../pictures/pictureHeader.ts';

/** How many bytes of a file `fileKind` wants to see: a tar header's magic ends at byte 262. */
export const HEAD_BYTES = 262;

/** What a file is by its first bytes: one of the kinds that can be read, or the name of another kind. */
export type FileKind =
  | { readonly kind: 'gzip' | 'tar' | 'zip' | 'parquet' | 'picture' | 'records' }
  | { readonly kind: 'other'; readonly words: string };

const OTHERS: readonly { readonly words: string; readonly magic: readonly number[] }[] = [
  { words: 'a GIF image', magic: ascii('GIF8') },
  { words: 'a RIFF file', magic: ascii('RIFF') },
  { words: 'a BMP image', magic: ascii('BM') },
  { words: 'a TIFF image', magic: ascii('II*\0') },
  { words: 'a Python pickle', magic: [0x80, 0x02] },
  { words: 'a NumPy array', magic: [0x93, ...ascii('NUMPY')] },
  { words: 'an HDF5 file', magic: [0x89, ...ascii('HDF')] },
  { words: 'a PDF document', magic: ascii('%PDF') },
  { words: 'a bzip2 file', magic: ascii('BZh') },
  { words: 'an xz file', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { words: 'a 7-Zip archive', magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { words: 'a Zstandard file', magic: [0x28, 0xb5, 0x2f, 0xfd] },
];

/**
 * Tells the kind of a file from its first `HEAD_BYTES` bytes. Records have no magic number. A file that
 * starts with a CIFAR-10 label (0–9; no other kind starts so) may be records, and so may any unknown file.
 * The checks of size and labels then refuse what is not.
 */
export function fileKind(head: Uint8Array): FileKind {
  if (head.length === 0 || head[0]! < 10) return { kind: 'records' };
  if (starts(head, [0x1f, 0x8b])) return { kind: 'gzip' };
  if (starts(head, ascii('ustar'), 257)) return { kind: 'tar' };
  if (starts(head, [0x50, 0x4b, 0x03, 0x04]) || starts(head, [0x50, 0x4b, 0x05, 0x06]))
    return { kind: 'zip' };
  if (starts(head, ascii('PAR1'))) return { kind: 'parquet' };
  if (pictureKind(head) !== null) return { kind: 'picture' };
  const other = OTHERS.find(({ magic }) => starts(head, magic));
  if (other) return { kind: 'other', words: other.words };
  if (!head.every(isPrintable)) return { kind: 'records' };
  const text = String.fromCharCode(...head).trimStart();
  if (/^<(!doctype|html)/i.test(text)) return { kind: 'other', words: 'a web page (HTML)' };
  if (/^[{[]/.test(text)) return { kind: 'other', words: 'a JSON file' };
  return { kind: 'other', words: 'a text file' };
}

/**
 * Whether a byte is printable ASCII or white space. UTF-8's other letters do not count: pixels may look like
 * them.
 */
function isPrintable(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
}

function starts(head: Uint8Array, magic: readonly number[], at = 0): boolean {
  return magic.every((byte, i) => head[at + i] === byte);
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
