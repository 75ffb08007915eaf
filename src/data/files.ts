import { TarWalker } from './archive.ts';
import { checkSize, decodeRecords, type RecordFile } from './cifar10.ts';
import { DataError, type Dataset } from './dataset.ts';
import { fileKind, HEAD_BYTES } from './fileKind.ts';

/** A file as the user handed it over: a File of the browser, or one of Node (cli/localFiles.ts). */
export type UserFile = Pick<File, 'name' | 'size' | 'slice' | 'stream'>;

/** A file with its path below the folder that it was handed over in; its name where it came alone. */
export interface SourceFile {
  readonly path: string;
  readonly file: File;
}

/** How much of a data set is read, and how large its pictures become. */
export interface Sampling {
  /**
   * Side that photographs are cut to and resized to, pixels. null: as they come where all are squares of one side of
   * at most 96, else 64. Records of CIFAR and STL-10 are squares already: they are resized only when this says so.
   */
  readonly side: number | null;
  /** The most images that are kept of each part; null: all. */
  readonly limits: { readonly train: number | null; readonly test: number | null };
}

/** All images as they come. */
export const WHOLE: Sampling = { side: null, limits: { train: null, test: null } };

export type Role = 'train' | 'test';

/** What the files held; a role without any file is absent. */
export type ReadDatasets = { readonly [R in Role]?: Dataset };

export interface ReadOptions {
  /** Name of the data set; without it, the name of the first file. */
  readonly name?: string;
  /**
   * What loose files are, and the only part of an archive that is kept. Without it names decide: in an archive
   * data_batch_1..5.bin are for training and test_batch.bin is the test; loose files are tests if their name
   * contains "test".
   */
  readonly role?: Role;
  /** Keeps the first images only, of each role. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Bytes read of bytes to read; for an archive, of its packed bytes. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Files of the official folder that hold no images; skipped when they come along. */
const COMPANIONS: ReadonlySet<string> = new Set(['batches.meta.txt', 'readme.html']);

/**
 * Reads CIFAR-10's binary version: loose `.bin` files, or the official `.tar.gz` (also unpacked to `.tar`).
 * Kinds are told by content. The result comes only when everything was read and checked; nothing else is kept.
 * Files of one role are joined in the order of their names.
 * @throws DataError if a file is empty, truncated, damaged or of another kind; the signal's reason when aborted
 */
export async function readCifar10Files(
  files: readonly UserFile[],
  options: ReadOptions = {},
): Promise<ReadDatasets> {
  const chosen = files.length > 1 ? files.filter((file) => !COMPANIONS.has(file.name)) : files;
  if (chosen.length === 0) {
    throw new DataError(
      'No file with images: expected CIFAR-10’s .bin files or its cifar-10-binary.tar.gz, got none.',
    );
  }
  const { role, signal } = options;
  const count = byteCounter(chosen, options);
  const found: Record<Role, RecordFile[]> = { train: [], test: [] };
  for (const file of chosen) {
    signal?.throwIfAborted();
    const kind = await kindOf(file);
    if (kind === 'records') {
      found[role ?? roleOfName(file.name)].push(await readLooseFile(file, count, signal));
    } else {
      const batches = await readArchive(file, kind, role, count, signal);
      found.train.push(...batches.train);
      found.test.push(...batches.test);
    }
  }
  const name = options.name ?? chosen[0]!.name;
  return {
    ...(found.train.length > 0 && { train: join(name, found.train, options.limit) }),
    ...(found.test.length > 0 && { test: join(name, found.test, options.limit) }),
  };
}

function roleOfName(name: string): Role {
  return /test/i.test(name) ? 'test' : 'train';
}

function join(name: string, files: RecordFile[], limit: number | undefined): Dataset {
  const inOrder = files.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return decodeRecords(name, inOrder, limit);
}

async function kindOf(file: UserFile): Promise<'records' | 'gzip' | 'tar'> {
  if (file.size === 0) checkSize(file.name, 0);
  const found = fileKind(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (found.kind === 'other') {
    throw new DataError(
      `${file.name} is of another kind: expected CIFAR-10’s binary records (.bin) or its cifar-10-binary.tar.gz, ` +
        `got ${found.words}. Choose the binary version of CIFAR-10.`,
    );
  }
  if (found.kind === 'records') checkSize(file.name, file.size);
  return found.kind;
}

/** Counts the bytes of all files as they are read, and tells at every hundredth. */
function byteCounter(files: readonly UserFile[], { onProgress }: ReadOptions): (bytes: number) => void {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    if (done < total && done - told < total / 100) return;
    told = done;
    onProgress?.(done, total);
  };
}

async function readLooseFile(
  file: UserFile,
  count: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<RecordFile> {
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  for await (const chunk of chunks(file.stream(), file.name, signal)) {
    if (filled + chunk.length <= bytes.length) bytes.set(chunk, filled);
    filled += chunk.length;
    count(chunk.length);
  }
  if (filled !== file.size) {
    throw new DataError(
      `${file.name} changed while it was read: expected ${file.size} bytes, got ${filled}. Choose it again.`,
    );
  }
  return { name: file.name, bytes };
}

async function readArchive(
  file: UserFile,
  kind: 'gzip' | 'tar',
  role: Role | undefined,
  count: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<Record<Role, RecordFile[]>> {
  const found: Record<Role, RecordFile[]> = { train: [], test: [] };
  const members: string[] = [];
  const walker = new TarWalker(file.name, ({ name, size }) => {
    members.push(name);
    const batch = batchRole(name);
    if (batch === null || (role !== undefined && role !== batch)) return null;
    checkSize(`${file.name}: ${name}`, size);
    const bytes = new Uint8Array(size);
    found[batch].push({ name: `${file.name}: ${name}`, bytes });
    return bytes;
  });
  const packed = file.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        count(chunk.length);
        controller.enqueue(chunk);
      },
    }),
  );
  const unpacked = kind === 'gzip' ? packed.pipeThrough(new DecompressionStream('gzip')) : packed;
  for await (const chunk of chunks(unpacked, file.name, signal)) walker.write(chunk);
  walker.end();
  if (found.train.length + found.test.length === 0) throw noBatches(file.name, role, members);
  return found;
}

/**
 * The chunks of a stream (Safari's streams are no async iterables). Leaving the loop cancels the stream.
 * The signal is looked at here, at the stream's end: Node's DecompressionStream waits for ever for a source
 * that fails.
 */
async function* chunks(
  stream: ReadableStream<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((fault: unknown) => {
        throw new DataError(
          `${name} is truncated or damaged: expected to read it to its end, got “${fault instanceof Error ? fault.message : fault}”. ` +
            'Download or copy the file again.',
        );
      });
      signal?.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {
      // A stream that has failed cannot be cancelled; its fault is under way already.
    });
  }
}

/** What a member of CIFAR-10's binary archive is for; null for anything but a batch. */
function batchRole(member: string): Role | null {
  if (member === 'test_batch.bin') return 'test';
  return /^data_batch_[1-5]\.bin$/.test(member) ? 'train' : null;
}

function noBatches(archive: string, role: Role | undefined, members: readonly string[]): DataError {
  const expected =
    role === 'test'
      ? 'test_batch.bin'
      : `data_batch_1.bin … data_batch_5.bin${role ? '' : ' and test_batch.bin'}`;
  const got = members.length === 0 ? 'an empty archive' : listed(members);
  const hint = members.includes('data_batch_1')
    ? 'This is the Python version. '
    : members.includes('fine_label_names.txt')
      ? 'This is CIFAR-100. '
      : '';
  return new DataError(
    `${archive} holds no CIFAR-10 batches: expected ${expected}, got ${got}. ${hint}Choose CIFAR-10’s cifar-10-binary.tar.gz.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
