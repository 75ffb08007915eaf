import { headOf } from '../../run/files/runText.ts';

/** The kind of a single file: a run, a set of runs or weights. Anything else is read as images. */
export type FileKind = 'run' | 'runs' | 'weights' | 'safetensors' | 'data';

/** The formats of JSON files, as the first key of a file names them. */
const FORMATS: Readonly<Record<string, FileKind>> = {
  'dualgate-run': 'run',
  'dualgate-runs': 'runs',
  'dualgate-weights': 'weights',
};

/**
 * The kind of a file by its content, plain or gzip. The name only decides for a text file that does not name
 * its format, so that the message of refusal fits the file.
 */
export async function openKind(file: File): Promise<FileKind> {
  const head = await headOf(file);
  if (isSafetensors(head, file.size)) return 'safetensors';
  const text = new TextDecoder('latin1').decode(head);
  const format = /^\s*\{[^{]*?"format"\s*:\s*"([\w-]+)"/.exec(text)?.[1];
  if (format !== undefined && Object.hasOwn(FORMATS, format)) return FORMATS[format]!;
  if (/\.safetensors$/i.test(file.name)) return 'safetensors';
  return /\.json(\.gz)?$/i.test(file.name) ? 'run' : 'data';
}

/** A u64 length of a JSON header, little-endian, followed by the header. Both must lie within the file. */
function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true);
  return length >= 2n && length + 8n <= BigInt(size);
}
