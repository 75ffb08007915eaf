import { BlobReader, type FileEntry, ZipReader } from '@zip.js/zip.js/index-native.js';
import { DataError } from '../images/dataset.ts';
import {
  checkPictureBytes,
  MAX_PICTURE_BYTES,
  type PictureEntry,
  readEntries,
} from '../pictures/pictureFiles.ts';
import { checkPictureCount, isLitter, isPicturePath } from '../pictures/pictureLayout.ts';
import { collect } from './archive.ts';
import { type ClassList, checkListBytes, isClassList } from './classList.ts';
import type { SourceFile } from './files.ts';
import { baseName, listed, type Reading, type Splits } from './reading.ts';

/**
 * The most times that Deflate may shrink a picture. Pictures are compressed already, so a higher ratio is an
 * attack on memory.
 */
const MAX_RATIO = 200;
/** Below this many bytes no ratio is refused: small pictures of one colour may pack that well. */
const HARMLESS_BYTES = 2 ** 20;

/**
 * Unpacking runs in this thread by the platform's own decompression, so nothing is fetched and no code comes
 * from a blob.
 */
const OPTIONS = { useWebWorkers: false, useCompressionStream: true, checkCrc32: true } as const;

/**
 * Reads pictures in folders out of zip archives, entry by entry, by ranges of the file. Several archives
 * count as folders with their names: train.zip and val.zip are two splits.
 * @throws DataError if an archive is damaged, encrypted or without pictures, if an entry's path leads out of
 *   its folder, or if an entry claims to be larger than a picture, or is larger
 */
export async function readZips(files: readonly SourceFile[], reading: Reading): Promise<Splits> {
  const entries: PictureEntry[] = [];
  const others: string[] = [];
  const lists: ClassList[] = [];
  let packed = 0;
  for (const source of files) {
    const folder = files.length > 1 ? `${baseName(source.path).replace(/\.zip$/i, '')}/` : '';
    for (const entry of await openZip(source, reading.signal)) {
      if (isLitter(entry.filename)) continue;
      if (isClassList(entry.filename)) {
        lists.push(await readList(source.path, folder, entry, reading.signal));
        continue;
      }
      if (!isPicturePath(entry.filename)) {
        others.push(entry.filename);
        continue;
      }
      checkEntry(source.path, entry);
      entries.push(pictureEntry(source.path, folder, entry, reading));
      checkPictureCount(reading.name, entries.length);
    }
    packed += source.file.size;
  }
  if (entries.length === 0) {
    const got = others.length === 0 ? 'nothing' : listed(others);
    throw new DataError(
      `${files.map(({ path }) => path).join(', ')}: expected pictures (JPEG, PNG or WebP) in the zip, got ${got}. ` +
        'Archives and tables of other kinds are read as they are, not packed into a zip.',
    );
  }
  reading.progress.expect(entries.reduce((sum, { size }) => sum + size, 0) - packed);
  return readEntries(entries, lists, reading);
}

async function openZip({ path, file }: SourceFile, signal: AbortSignal | undefined): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  const zip = new ZipReader(new BlobReader(file), {
    ...OPTIONS,
    // Names are checked below, with clearer errors.
    filenameValidation: 'tolerant',
  });
  const entries = zip.getEntriesGenerator();
  for (;;) {
    signal?.throwIfAborted();
    const { done, value } = await entries.next().catch((fault: unknown) => {
      throw damaged(path, fault);
    });
    if (done) return found;
    checkPath(path, value.filename);
    if (!value.directory) found.push(value);
    checkPictureCount(path, found.length);
  }
}

function damaged(name: string, fault: unknown): DataError {
  return new DataError(
    `${name} is truncated or damaged: expected a zip archive, got “${fault instanceof Error ? fault.message : fault}”. ` +
      'Download or copy the file again.',
  );
}

function checkPath(archive: string, path: string): void {
  const parts = path.split('/');
  const isSafe =
    path !== '' &&
    !/^([a-z]:|\/)/i.test(path) &&
    !/[\\\0]/.test(path) &&
    !parts.includes('..') &&
    !parts.includes('.');
  if (isSafe) return;
  throw new DataError(
    `${archive} is not read: expected paths inside the archive, got an entry “${path.replaceAll('\0', '␀').slice(0, 200)}”, which leads elsewhere. ` +
      'Pack the pictures again, from a source that you trust.',
  );
}

function checkEntry(archive: string, entry: FileEntry): void {
  const name = `${archive}: ${entry.filename}`;
  if (entry.encrypted) {
    throw new DataError(
      `${name} is encrypted: expected an archive without a password. Unpack it and choose the folder.`,
    );
  }
  if (entry.symlink) {
    throw new DataError(`${name} is a link: expected a picture. Pack the pictures themselves.`);
  }
  checkPictureBytes(name, entry.uncompressedSize);
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize <= HARMLESS_BYTES || uncompressedSize <= MAX_RATIO * compressedSize) return;
  throw new DataError(
    `${name} is not read: expected a picture, which hardly packs, got ${compressedSize} bytes that claim to be ${uncompressedSize}. ` +
      'Take it out of the archive.',
  );
}

function pictureEntry(
  archive: string,
  folder: string,
  entry: FileEntry,
  { progress, signal }: Reading,
): PictureEntry {
  return {
    path: folder + entry.filename,
    size: entry.compressedSize,
    unpacked: entry.uncompressedSize,
    async read() {
      const bytes = await unpack(`${archive}: ${entry.filename}`, entry, signal);
      progress.count(entry.compressedSize);
      return bytes;
    },
  };
}

async function readList(
  archive: string,
  folder: string,
  entry: FileEntry,
  signal: AbortSignal | undefined,
): Promise<ClassList> {
  const name = `${archive}: ${entry.filename}`;
  checkListBytes(name, entry.uncompressedSize);
  checkEntry(archive, entry);
  return { path: folder + entry.filename, text: new TextDecoder().decode(await unpack(name, entry, signal)) };
}

/**
 * An entry's bytes, exactly as many as it claims. Memory grows with the bytes that arrive, so a false size
 * takes none.
 */
async function unpack(
  name: string,
  entry: FileEntry,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const size = entry.uncompressedSize;
  let bytes = new Uint8Array(0);
  const sink = collect(name, size, MAX_PICTURE_BYTES, (whole) => {
    bytes = whole;
  });
  let filled = 0;
  const target = new WritableStream<Uint8Array>({
    write(chunk) {
      if (filled + chunk.length > size) throw new Error(`more than the ${size} bytes that it claims`);
      sink.write(chunk);
      filled += chunk.length;
    },
  });
  try {
    await entry.getData(target, { ...OPTIONS, ...(signal && { signal }) });
  } catch (fault) {
    signal?.throwIfAborted();
    throw damaged(name, fault);
  }
  if (filled !== size) throw damaged(name, `${filled} of ${size} bytes`);
  sink.end();
  return bytes;
}
