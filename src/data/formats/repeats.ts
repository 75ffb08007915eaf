import type { SourceFile } from './files.ts';
import type { Ledger, Reason } from './ledger.ts';
import { readRange, uncounted } from './reading.ts';

const AGAIN: Reason = {
  label: 'file that came twice',
  plural: 'files that came twice',
  advice: '',
  group: 'other',
};
const PIECE = 8 * 2 ** 20;

/**
 * The files without those that came before with the same path and the same bytes. Only files of one path and
 * size are compared, so that nothing is read in the usual case.
 * @throws DataError if a file can no longer be read; the signal's reason when aborted
 */
export async function withoutRepeats(
  files: readonly SourceFile[],
  ledger: Ledger,
  signal: AbortSignal | undefined,
): Promise<readonly SourceFile[]> {
  const byPath = new Map<string, SourceFile[]>();
  const kept: SourceFile[] = [];
  for (const source of files) {
    const known = byPath.get(source.path) ?? [];
    let isRepeat = false;
    for (const other of known) isRepeat ||= await haveSameBytes(source, other, signal);
    if (isRepeat) {
      ledger.leaveOut(source.path, AGAIN);
      continue;
    }
    byPath.set(source.path, [...known, source]);
    kept.push(source);
  }
  return kept;
}

async function haveSameBytes(
  a: SourceFile,
  b: SourceFile,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { size } = a.file;
  if (size !== b.file.size) return false;
  const silent = uncounted(signal);
  for (let at = 0; at < size; at += PIECE) {
    const end = Math.min(size, at + PIECE);
    const [x, y] = [await readRange(a, at, end, silent), await readRange(b, at, end, silent)];
    if (x.some((byte, i) => byte !== y[i])) return false;
  }
  return true;
}
