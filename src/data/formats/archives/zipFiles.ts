import {
  BlobReader,
  type Entry,
  ERR_SPLIT_ZIP_FILE,
  type FileEntry,
  WARNING_TRAILING_CENTRAL_DIRECTORY_DATA,
  ZipReader,
} from '@zip.js/zip.js/index-native.js';
import { DataError } from '../../images/dataset.ts';
import { checkPictureCount } from '../../pictures/layout/pictureLayout.ts';
import {
  entryOf,
  MAX_PICTURE_BYTES,
  type PictureEntry,
  readEntries,
  sizeFault,
} from '../../pictures/pictureFiles.ts';
import { pictureKind } from '../../pictures/pictureHeader.ts';
import { type ClassList, checkListBytes } from '../classList.ts';
import { entryKind, reasonOfHead } from '../entryKind.ts';
import type { SourceFile } from '../files.ts';
import { mayList } from '../labelLists.ts';
import { METADATA, OLDER, type Reason, unreadable } from '../ledger.ts';
import { listed } from '../listed.ts';
import { litterReason } from '../litter.ts';
import { baseName, type Counted, type Reading, type Splits, uncounted } from '../reading.ts';
import { HEAD_BYTES } from '../signatures.ts';
import { collect } from './archive.ts';
import { archiveFolders, archiveMarks, sameNameNotice } from './archiveFolders.ts';
import { entryPath } from './entryPath.ts';

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

/** Methods of packing that are not unpacked here, by their numbers in the format's description. */
const METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  20: 'Zstandard',
  93: 'Zstandard',
  94: 'MP3',
  95: 'xz',
  96: 'JPEG',
  97: 'WavPack',
  98: 'PPMd',
};
const STORE = 0;
const DEFLATE = 8;

/** So many files of one ending are looked into. If all are of one kind, so are the others. */
const LOOKED_INTO = 50;

/**
 * Reads pictures in folders out of zip archives, entry by entry, by ranges of the file. Several archives
 * count as folders with their names: train.zip and val.zip are two splits. Entries that cannot be read are
 * left out.
 * @param beside texts beside the archives: lists of labels and names of classes may lie there or inside
 * @throws DataError if an archive is damaged or without pictures, or if an entry's path leads out of its
 * folder
 */
export async function readZips(
  files: readonly SourceFile[],
  beside: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  const silent = uncounted(reading.signal);
  const texts = beside.filter(({ path }) => mayList(path)).map((source) => entryOf(source, silent));
  const entries: PictureEntry[] = [];
  const others: string[] = [];
  const lists: ClassList[] = [];
  const labels: PictureEntry[] = [];
  const looked = new Map<string, Reason[]>();
  let packed = 0;
  const archives = files.map(({ path }) => path);
  const folders = archiveFolders(archives);
  const marks = archiveMarks(archives);
  const notice = sameNameNotice(reading.name, archives);
  if (notice !== null) reading.ledger.notice(notice);
  for (const [i, source] of files.entries()) {
    const folder = files.length > 1 ? `${folders[i]}/` : '';
    for (const entry of withoutOlder(await openZip(source, reading.signal), folder, reading)) {
      const at = entry.path.lastIndexOf('/') + 1;
      const path = `${folder}${entry.path.slice(0, at)}${marks[i]}${entry.path.slice(at)}`;
      const kind = entryKind(entry.path);
      if (kind === 'label' && isUnpacked(entry.entry)) {
        labels.push(pictureEntry(source.path, path, entry, silent));
        continue;
      }
      if (kind === 'text' && mayList(path) && isUnpacked(entry.entry)) {
        texts.push(pictureEntry(source.path, path, entry, silent));
        if (others.length < LOOKED_INTO) others.push(entry.path);
        continue;
      }
      const reason = await reasonAgainst(source.path, entry, looked, reading.signal);
      if (reason !== null) {
        reading.ledger.leaveOut(path, reason);
        if (kind !== 'litter') others.push(entry.path);
      } else if (kind === 'list') {
        lists.push(await readList(source.path, folder, entry, reading.signal));
      } else {
        entries.push(pictureEntry(source.path, path, entry, reading));
        checkPictureCount(reading.name, entries.length);
      }
    }
    packed += source.file.size;
  }
  if (entries.length === 0 && !reading.ledger.missesPictures) {
    const got = others.length === 0 ? 'nothing' : listed(others);
    throw new DataError(
      `${files.map(({ path }) => path).join(', ')}: expected pictures (JPEG, PNG or WebP) in the zip, got ${got}. ` +
        'Archives and tables of other kinds are read as they are, not packed into a zip.',
    );
  }
  reading.progress.expect(entries.reduce((sum, { size }) => sum + size, 0) - packed);
  return readEntries(entries, { lists, labels, texts }, reading);
}

/** The names of a zip's entries. @throws DataError if it is damaged */
export async function zipNames(source: SourceFile, signal: AbortSignal | undefined): Promise<string[]> {
  return (await openZip(source, signal)).map(({ path }) => path);
}

/** An entry with its path as all roads write it. */
interface ZipEntry {
  readonly path: string;
  readonly entry: FileEntry;
}

/** The entries, of each name only the last, as in a tar. Texts and litter are left out in any case. */
function withoutOlder(entries: readonly ZipEntry[], folder: string, { ledger }: Reading): ZipEntry[] {
  const last = new Map(entries.map((entry) => [entry.path, entry]));
  return entries.filter((entry) => {
    const { path } = entry;
    const kind = entryKind(path);
    const isUsed = kind === 'litter' || kind === 'text' || last.get(path) === entry;
    if (!isUsed) ledger.leaveOut(folder + path, OLDER);
    return isUsed;
  });
}

/** Why an entry is not used; null if it is. */
async function reasonAgainst(
  archive: string,
  { path, entry }: ZipEntry,
  looked: Map<string, Reason[]>,
  signal: AbortSignal | undefined,
): Promise<Reason | null> {
  const kind = entryKind(path);
  if (kind === 'litter') return litterReason(path);
  if (kind === 'text') return METADATA;
  const group = kind === 'picture' || kind === 'list' ? 'picture' : 'other';
  const name = `${archive}: ${path}`;
  if (entry.encrypted) {
    return {
      ...{ label: 'encrypted', advice: 'unpack them with their password and choose the folder', group },
      sentence: `${name} is encrypted: expected an archive without a password. Unpack it and choose the folder.`,
    };
  }
  if (entry.symlink) return { label: 'link', plural: 'links', advice: 'pack the pictures themselves', group };
  const { compressionMethod: method } = entry;
  if (!isUnpacked(entry)) {
    const label = `packed with ${METHODS[method] ?? `the method ${method}`}`;
    return {
      label,
      advice: 'only Store and Deflate are unpacked: unpack the zip and choose the folder',
      group,
    };
  }
  if (kind === 'list') return null;
  const fault = sizeFault(name, entry.uncompressedSize) ?? bombFault(name, entry);
  if (kind === 'picture') return fault === null ? null : unreadable(fault);
  const ending = /\.\w{1,12}$/.exec(path)?.[0].toLowerCase() ?? '';
  const seen = looked.get(ending) ?? [];
  const isKnown = seen.length >= LOOKED_INTO && seen.every(({ label }) => label === seen[0]!.label);
  if (isKnown) return seen[0]!;
  const head = await headOf(entry, signal);
  if (pictureKind(head) !== null) return fault === null ? null : unreadable(fault);
  const reason = reasonOfHead(path, head);
  looked.set(ending, [...seen.slice(0, LOOKED_INTO), reason]);
  return reason;
}

function isUnpacked({ encrypted, symlink, compressionMethod: method }: FileEntry): boolean {
  return !encrypted && !symlink && (method === STORE || method === DEFLATE);
}

/** The first bytes of an entry; fewer if it is damaged. */
async function headOf(entry: FileEntry, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const head = new Uint8Array(Math.min(HEAD_BYTES, entry.uncompressedSize));
  let filled = 0;
  const target = new WritableStream<Uint8Array>({
    write(chunk) {
      head.set(chunk.subarray(0, head.length - filled), filled);
      filled = Math.min(head.length, filled + chunk.length);
      if (filled === head.length) throw new Error('enough');
    },
  });
  await entry.getData(target, { ...OPTIONS, ...(signal && { signal }) }).catch(() => {
    // It ends here when the head is there, or when the entry is damaged: then its bytes tell what they can.
  });
  signal?.throwIfAborted();
  return head.subarray(0, filled);
}

async function openZip({ path, file }: SourceFile, signal: AbortSignal | undefined): Promise<ZipEntry[]> {
  const found: ZipEntry[] = [];
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
    if (done) break;
    const inside = entryPath(path, nameOf(value));
    if (!value.directory && !/[/\\]$/.test(value.filename)) found.push({ path: inside, entry: value });
    // A picture may have a label beside it.
    checkPictureCount(path, Math.ceil(found.length / 2));
  }
  // A count beyond 16 bits begins again at 0, and is followed. Any other that is too small hides entries.
  if (zip.warnings?.some(({ reason }) => reason === WARNING_TRAILING_CENTRAL_DIRECTORY_DATA)) {
    throw damaged(path, 'more in its list of entries than the number that its end tells');
  }
  return found;
}

function damaged(name: string, fault: unknown): DataError {
  if (fault instanceof Error && fault.message === ERR_SPLIT_ZIP_FILE) {
    return new DataError(
      `${name} is the last part of a zip that was cut into several: expected all of it in one file. Make it one, as by “zip -s 0 ${baseName(name)} --out whole.zip”, and choose whole.zip.`,
    );
  }
  return new DataError(
    `${name} is truncated or damaged: expected a zip archive, got “${fault instanceof Error ? fault.message : fault}”. ` +
      'Download or copy the file again.',
  );
}

/** An entry's name. macOS writes UTF-8 without the mark that says so. */
function nameOf({ filename, filenameUTF8, rawFilename }: Entry): string {
  if (filenameUTF8) return filename;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(rawFilename);
  } catch {
    return filename;
  }
}

/** The fault of an entry that is an attack on memory; null if it is none. */
function bombFault(name: string, { uncompressedSize, compressedSize }: FileEntry): DataError | null {
  if (uncompressedSize <= HARMLESS_BYTES || uncompressedSize <= MAX_RATIO * compressedSize) return null;
  return new DataError(
    `${name} is not read: expected a picture, which hardly packs, got ${compressedSize} bytes that claim to be ${uncompressedSize}. ` +
      'Take it out of the archive.',
  );
}

/** @param path the entry's path among those of all archives */
function pictureEntry(
  archive: string,
  path: string,
  { path: inside, entry }: ZipEntry,
  { progress, signal }: Counted,
): PictureEntry {
  return {
    path,
    size: entry.compressedSize,
    unpacked: entry.uncompressedSize,
    async read() {
      const bytes = await unpack(`${archive}: ${inside}`, entry, signal);
      progress.count(entry.compressedSize);
      return bytes;
    },
  };
}

async function readList(
  archive: string,
  folder: string,
  { path, entry }: ZipEntry,
  signal: AbortSignal | undefined,
): Promise<ClassList> {
  const name = `${archive}: ${path}`;
  checkListBytes(name, entry.uncompressedSize);
  return { path: folder + path, text: new TextDecoder().decode(await unpack(name, entry, signal)) };
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
