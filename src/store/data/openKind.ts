import { headOf } from '../../run/runText.ts';

/** What a single file is: a run, a set of runs, weights, or anything else, which is meant as images. */
export type FileKind = 'run' | 'runs' | 'weights' | 'safetensors' | 'data';

/** JSON's formats, as they stand in the first key of a file. */
const FORMATS: Readonly<Record<string, FileKind>> = {
  'dualgate-run': 'run',
  'dualgate-runs': 'runs',
  'dualgate-weights': 'weights',
};

/**
 * The kind of a file by its content, whether gzip or not; names only decide where a file of text says nothing of
 * itself, so that its refusal speaks of the right thing.
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

/** u64 length of a JSON header, little-endian, then the header, all within the file. */
function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true);
  return length >= 2n && length + 8n <= BigInt(size);
}
