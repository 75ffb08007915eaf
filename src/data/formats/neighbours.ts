import { DataError } from '../images/dataset.ts';
import { pictureKind } from '../pictures/pictureHeader.ts';
import { TarWalker } from './archives/archive.ts';
import { isTarHeader } from './archives/tarHeader.ts';
import { zipNames } from './archives/zipFiles.ts';
import { entryKind, isBeside, reasonOfHead } from './entryKind.ts';
import type { SourceFile } from './files.ts';
import { METADATA, type Reason } from './ledger.ts';
import { openTable } from './parquet/parquetFiles.ts';
import { NoPicturesError } from './parquet/table.ts';
import { baseName, readRange, uncounted, unpacked } from './reading.ts';
import { HEAD_BYTES } from './signatures.ts';

// Files that lie beside the images of a data set and are of a kind that can be read, but hold no images: a
// packed table, a zip of annotations, weights of a network. They are looked into only where files of several
// kinds lie together.

/** Why an archive or a table of pictures is not used beside loose pictures, unless the user says so. */
export const ANOTHER_SET: Reason = {
  label: 'archive or table of pictures',
  plural: 'archives or tables of pictures',
  advice: 'they and the loose pictures are two data sets: choose one of them',
  group: 'picture',
  holdsMany: true,
};

/**
 * Why a file is not used beside images of another kind; null if it holds images, or may hold them.
 * @throws the signal's reason when aborted
 */
export async function reasonBeside(
  kind: 'tar' | 'zip' | 'parquet' | 'records',
  source: SourceFile,
  signal: AbortSignal | undefined,
): Promise<Reason | null> {
  try {
    switch (kind) {
      case 'tar':
        return await besideAsTar(source, signal);
      case 'zip':
        return reasonOfNames('zip', await zipNames(source, signal));
      case 'parquet':
        return await besideAsTable(source, signal);
      case 'records':
        return isOfRecords(source) ? null : reasonOfHead(source.path, await headOf(source, signal));
      default:
        return kind satisfies never;
    }
  } catch (fault) {
    signal?.throwIfAborted();
    if (!(fault instanceof DataError)) throw fault;
    const advice = 'copy them again, or take them out';
    return { label: 'unreadable', advice, group: 'picture', sentence: fault.message, holdsMany: true };
  }
}

/** Whether a file is called as published files of records are, or has a size that hardly any other has. */
function isOfRecords({ path, file }: SourceFile): boolean {
  const fits = file.size > 0 && (file.size % 3073 === 0 || file.size % 3074 === 0);
  return isOfficial(path) || (fits && /\.bin$/i.test(path));
}

function isOfficial(path: string): boolean {
  return /^((data|test)_batch(_\d)?|train|test)\.bin$|_[Xy]\.bin$/i.test(baseName(path));
}

function headOf(source: SourceFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return readRange(source, 0, Math.min(HEAD_BYTES, source.file.size), uncounted(signal));
}

function holdsImages(entry: string): boolean {
  return entryKind(entry) === 'picture' || isOfficial(entry);
}

/** Why an archive is not used, by the names of its entries; null if some are images. */
function reasonOfNames(ending: string, entries: readonly string[]): Reason | null {
  if (entries.some(holdsImages)) return null;
  if (entries.length > 0 && entries.every((entry) => isBeside(entry) || entryKind(entry) === 'litter'))
    return METADATA;
  return {
    label: `${ending} without pictures`,
    plural: `${ending}s without pictures`,
    advice: '',
    group: 'data',
  };
}

async function besideAsTar(source: SourceFile, signal: AbortSignal | undefined): Promise<Reason | null> {
  const [first, second] = await headOf(source, signal);
  const isGzip = first === 0x1f && second === 0x8b;
  /** The first entry that is an image, or else the last that is no text, or else the last. */
  let telling: string | null = null;
  const walker = new TarWalker(source.path, ({ path }) => {
    const isTelling = telling === null || isBeside(telling) || holdsImages(path);
    if (isTelling && (telling === null || !holdsImages(telling))) telling = path;
    return null;
  });
  let head = new Uint8Array(0);
  let isTar = !isGzip;
  for await (const chunk of unpacked(source, isGzip, uncounted(signal))) {
    if (!isTar && head.length < HEAD_BYTES) {
      const more = new Uint8Array(head.length + chunk.length);
      more.set(head);
      more.set(chunk, head.length);
      head = more;
      if (head.length < HEAD_BYTES) continue;
      if (!isTarHeader(head)) break;
      isTar = true;
      walker.write(head);
    } else walker.write(chunk);
    if (telling !== null && holdsImages(telling)) return null;
  }
  if (!isTar) return reasonOfPacked(source.path, head.subarray(0, HEAD_BYTES));
  walker.end();
  return reasonOfNames('tar', telling === null ? [] : [telling]);
}

/** Why a file is not used that is packed alone. @param head its first unpacked bytes */
function reasonOfPacked(path: string, head: Uint8Array): Reason {
  const kind = pictureKind(head);
  if (kind === null) return reasonOfHead(path.replace(/(\.\w+)\.gz$/i, '$1'), head);
  return {
    label: `${kind} packed by gzip`,
    advice: 'unpack it',
    group: 'picture',
  };
}

async function besideAsTable(source: SourceFile, signal: AbortSignal | undefined): Promise<Reason | null> {
  try {
    await openTable(source, signal);
    return null;
  } catch (fault) {
    if (fault instanceof NoPicturesError) return METADATA;
    throw fault;
  }
}
