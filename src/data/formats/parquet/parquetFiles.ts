import type { Dataset } from '../../images/dataset.ts';
import { unusedNotice } from '../../pictures/layout/pictureLayout.ts';
import type { Role, SourceFile } from '../files.ts';
import { Ledger, METADATA } from '../ledger.ts';
import { byName, type Reading, readRange, type Splits, uncounted } from '../reading.ts';
import { type Split, splitFor } from '../splitNames.ts';
import { planParquet, readParquet } from './parquet.ts';
import { NoPicturesError, openParquet, type ParquetTable } from './table.ts';

/** Opens a parquet table on the disk. @throws DataError as `openParquet` does */
export function openTable(source: SourceFile, signal: AbortSignal | undefined): Promise<ParquetTable> {
  const { size } = source.file;
  const silent = uncounted(signal);
  return openParquet(source.path, {
    byteLength: size,
    slice: async (start, end) => (await readRange(source, start, Math.min(end, size), silent)).buffer,
  });
}

/**
 * Reads parquet tables from disk by ranges. If the user gave no role, a table is a test if a word of its
 * name, or else of its folder's, says test or validation. If there are both, the test set tests, and
 * validation is left out, unless it alone has labels: the same rule as for folders. The shards of a role are
 * one data set, in the order of their names.
 * @throws DataError as `openParquet` and `readParquet` do
 */
export async function readParquetFiles(files: readonly SourceFile[], reading: Reading): Promise<Splits> {
  const { progress, signal } = reading;
  const tables: Record<Split, ParquetTable[]> = { train: [], val: [], test: [] };
  let without: NoPicturesError | null = null;
  for (const source of files.toSorted((a, b) => byName(a.path, b.path))) {
    const { path } = source;
    const table = await openTable(source, signal).catch((fault: unknown) => {
      if (!(fault instanceof NoPicturesError)) throw fault;
      without ??= fault;
      reading.ledger.leaveOut(path, METADATA);
      return null;
    });
    if (table !== null) tables[splitFor(path, reading.role)].push(table);
  }
  if (without !== null && Object.values(tables).every((some) => some.length === 0)) throw without;
  const tests = await testSplit(tables, reading);
  const used: Record<Role, readonly ParquetTable[]> = { train: tables.train, test: tables[tests] };
  const roles = (['train', 'test'] as const).filter((role) => used[role].length > 0);
  const plans = roles.map((role) => planParquet(used[role], reading.limits[role]));
  reading.ledger.choose(plans.reduce((sum, { rows }) => sum + rows, 0));
  const all = files.reduce((sum, { file }) => sum + file.size, 0);
  progress.expect(plans.reduce((sum, { bytes }) => sum + bytes, 0) - all);
  const splits: { [R in Role]?: Dataset } = {};
  for (const role of roles) {
    let done = 0;
    splits[role] = await readParquet(used[role], {
      name: reading.name,
      limit: reading.limits[role],
      side: reading.side,
      decode: reading.decode,
      ledger: reading.ledger,
      ...(signal && { signal }),
      onProgress: (bytes) => {
        progress.count(bytes - done);
        done = bytes;
      },
    });
  }
  const unused = tables[tests === 'test' ? 'val' : 'test'];
  if (unused.length === 0) return splits;
  return { ...splits, notices: [unusedNotice(reading.name, tests, planParquet(unused, null).rows)] };
}

/** Rows that tell whether a table has labels. */
const PROBED = 16;

/** Which of the sets to test on tests. */
async function testSplit(
  { val, test }: Record<Split, readonly ParquetTable[]>,
  { name, side, decode, signal }: Reading,
): Promise<'val' | 'test'> {
  if (test.length === 0) return 'val';
  if (val.length === 0) return 'test';
  const isLabelled = async (tables: readonly ParquetTable[]) => {
    const { classes } = await readParquet(tables, {
      name,
      limit: PROBED,
      side,
      decode,
      // What is left out is said where the rows are read.
      ledger: new Ledger(name, true),
      ...(signal && { signal }),
    });
    return classes.length > 0;
  };
  return !(await isLabelled(test)) && (await isLabelled(val)) ? 'val' : 'test';
}
