import type { Dataset } from '../../images/dataset.ts';
import type { Role, SourceFile } from '../files.ts';
import { byName, type Reading, readRange, type Splits } from '../reading.ts';
import { splitOfFile } from '../splitNames.ts';
import { planParquet, readParquet } from './parquet.ts';
import { openParquet, type ParquetTable } from './table.ts';

/**
 * Reads parquet tables from disk by ranges. If the user gave no role, a table is a test if a word of its
 * name, or else of its folder's, says test or validation. The shards of a role are one data set, in the order of their names.
 * @throws DataError as `openParquet` and `readParquet` do
 */
export async function readParquetFiles(files: readonly SourceFile[], reading: Reading): Promise<Splits> {
  const { progress, signal } = reading;
  const tables: Record<Role, ParquetTable[]> = { train: [], test: [] };
  const silent = { progress: { count() {} }, signal };
  for (const source of files.toSorted((a, b) => byName(a.path, b.path))) {
    const { path, file } = source;
    const table = await openParquet(path, {
      byteLength: file.size,
      slice: async (start, end) => (await readRange(source, start, Math.min(end, file.size), silent)).buffer,
    });
    tables[reading.role ?? roleOfTable(path)].push(table);
  }
  const roles = (['train', 'test'] as const).filter((role) => tables[role].length > 0);
  const plans = roles.map((role) => planParquet(tables[role], reading.limits[role]));
  const all = files.reduce((sum, { file }) => sum + file.size, 0);
  progress.expect(plans.reduce((sum, { bytes }) => sum + bytes, 0) - all);
  const splits: { [R in Role]?: Dataset } = {};
  for (const role of roles) {
    let done = 0;
    splits[role] = await readParquet(tables[role], {
      name: reading.name,
      limit: reading.limits[role],
      side: reading.side,
      decode: reading.decode,
      ...(signal && { signal }),
      onProgress: (bytes) => {
        progress.count(bytes - done);
        done = bytes;
      },
    });
  }
  return splits;
}

/** The role of a table: validation and test are for testing. */
function roleOfTable(path: string): Role {
  return (splitOfFile(path) ?? 'train') === 'train' ? 'train' : 'test';
}
