import type { Sampling } from '../formats/files.ts';
import { planParquet, readParquet } from '../formats/parquet/parquet.ts';
import { openParquet, type ParquetTable, TableError } from '../formats/parquet/table.ts';
import { DataError, type Dataset, type TrainAndTest } from '../images/dataset.ts';
import type { DecodeImage } from '../pictures/decode.ts';
import type { HubPart, HubSet } from './catalogue.ts';
import { HubError, imagesError, layoutError, tableError } from './hubError.ts';
import { type HubAccess, keptPath, openRemote } from './remoteFile.ts';

/** How far a download is. Totals are 0 until the tables are open. */
export interface HubProgress {
  /** Bytes of the images that are here, whether they came now or were kept before. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** All bytes that came over the network since this began, with those that describe the tables. */
  readonly received: number;
  /** Images that are decoded. */
  readonly images: number;
  readonly totalImages: number;
}

export interface HubOptions extends Omit<HubAccess, 'onBytes'> {
  readonly decode: DecodeImage;
  readonly onProgress?: (progress: HubProgress) => void;
}

/**
 * Reads a data set of the Hub: as many images of each part as `sampling` asks for, spread over the tables. It
 * does not request what the store has. So it serves to download, to resume a download, and to read what was
 * kept. Tables are checked against the catalogue: their sizes, numbers of rows and columns, and every image's
 * format.
 * @throws HubError in words; the signal's reason when aborted
 */
export async function loadHub(set: HubSet, sampling: Sampling, options: HubOptions): Promise<TrainAndTest> {
  const { decode, signal, onProgress } = options;
  let progress: HubProgress = { bytes: 0, totalBytes: 0, received: 0, images: 0, totalImages: 0 };
  const tell = (change: Partial<HubProgress>) => {
    progress = { ...progress, ...change };
    onProgress?.(progress);
  };
  const access: HubAccess = {
    ...options,
    onBytes: (bytes, received) => {
      const opened = progress.totalBytes > 0;
      const done = progress.bytes + (opened ? bytes : 0);
      tell({
        bytes: done,
        totalBytes: opened ? Math.max(done, progress.totalBytes) : 0,
        received: progress.received + (received ? bytes : 0),
      });
    },
  };
  const counted: DecodeImage = async (bytes, name) => {
    const picture = await decode(bytes, name);
    tell({ images: progress.images + 1 });
    return picture;
  };
  const { side, limits } = sampling;
  const open = (part: HubPart, name: string) =>
    orForget(set, part, options, () => openPart(set, part, name, access));
  const read = (part: HubPart, tables: readonly ParquetTable[], limit: number | null) =>
    orForget(set, part, options, async () => {
      const rows = { name: set.label, limit, side, decode: counted, ...(signal && { signal }) };
      return checked(set, part, await readParquet(tables, rows));
    });
  const train = await open(set.train, 'training');
  const test = await open(set.test, 'test');
  const plans = [planParquet(train, limits.train), planParquet(test, limits.test)];
  tell({
    totalBytes: plans.reduce((sum, { bytes }) => sum + bytes, 0),
    totalImages: plans.reduce((sum, { rows }) => sum + rows, 0),
  });
  return {
    train: await read(set.train, train, limits.train),
    test: await read(set.test, test, limits.test),
  };
}

/** The tables of a part. @throws HubError if they are not those of the catalogue */
async function openPart(
  set: HubSet,
  part: HubPart,
  name: string,
  access: HubAccess,
): Promise<ParquetTable[]> {
  const tables: ParquetTable[] = [];
  for (const file of part.files) {
    access.signal?.throwIfAborted();
    const table = await openParquet(file.path, await openRemote(set, file, access));
    if (table.label === null) {
      throw layoutError(file.path, `expected a column “${set.columns.label}” with labels, got none`, [
        file.path,
      ]);
    }
    tables.push(table);
  }
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows === part.rows) return tables;
  throw layoutError(
    `${set.label}’s ${name} part`,
    `expected ${part.rows} rows, got ${rows}`,
    part.files.map(({ path }) => path),
  );
}

/** The data set, if its classes are those of the catalogue. @throws HubError if they are not */
function checked({ label, classes, id }: HubSet, { files }: HubPart, dataset: Dataset): Dataset {
  if (dataset.classes.length !== classes) {
    throw layoutError(
      label,
      `expected ${classes} classes, got ${dataset.classes.length}`,
      files.map(({ path }) => path),
    );
  }
  return { ...dataset, recipe: id };
}

/**
 * Does work on a part. If one of its tables is not as expected, what is kept of that table is deleted. The
 * next download then requests it again and does not meet the same fault. Images that do not fit, or that the
 * decoder refuses, do not prove a table wrong: what is kept, which may be gigabytes, stays.
 */
async function orForget<T>(
  set: HubSet,
  { files }: HubPart,
  { store, wire }: HubOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (!(fault instanceof DataError)) throw fault;
    const told = asHubError(fault, files);
    for (const file of files) {
      if (wire === null || !told.damaged.includes(file.path)) continue;
      await store?.clear(set.id, keptPath(set, file)).catch(() => {
        // Another tab holds the file open. The fault itself is still reported.
      });
    }
    throw told;
  }
}

function asHubError(fault: DataError, files: HubPart['files']): HubError {
  if (fault instanceof HubError) return fault;
  if (!(fault instanceof TableError)) return imagesError(fault.message);
  // Tables are opened under the paths of their files, so a table's name is a path.
  return tableError(
    fault.message,
    files.map(({ path }) => path).filter((path) => fault.table === null || fault.table === path),
  );
}
