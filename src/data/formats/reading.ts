import { DataError, type Dataset } from '../images/dataset.ts';
import type { DecodeImage } from '../pictures/decode.ts';
import { allocatePixels, checkSide } from '../pictures/pictures.ts';
import { cropResize, resampleScratch } from '../pictures/resample.ts';
import { gunzip } from './archives/gunzip.ts';
import { PackingError } from './archives/inflate.ts';
import type { LayoutChoice, Role, Sampling, SourceFile } from './files.ts';
import type { Ledger } from './ledger.ts';

/** The data sets that files held. A part is absent if no images were found for it. */
export interface Splits {
  readonly train?: Dataset;
  /** Labelled images that came beside training images without labels. */
  readonly bank?: Dataset;
  readonly test?: Dataset;
  /** Whole sentences on what was left out. */
  readonly notices?: readonly string[];
  /** Names of the folders in which all pictures lie, and of the archive or folder that holds them alone. */
  readonly within?: readonly string[];
}

export interface ReadOptions extends Sampling {
  /** Name of the folder that the files came in, which becomes the data set's name. */
  readonly name?: string;
  /** Whether folders of pictures are classes or splits, if the user said so. */
  readonly layout?: LayoutChoice | null;
  /** Whether what can be read is used, however much is left out. */
  readonly useTheRest?: boolean;
  /** Decodes pictures. */
  readonly decode: DecodeImage;
  readonly signal?: AbortSignal;
  /** Bytes that were read, of bytes to read; for an archive, its packed bytes. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** One reading, as every format's reader takes it. */
export interface Reading {
  /** Name of the data set. */
  readonly name: string;
  /** What the files are for, if the user said so; null: names decide. */
  readonly role: Role | null;
  readonly side: Sampling['side'];
  readonly limits: Sampling['limits'];
  readonly layout: LayoutChoice | null;
  /** The account of what is not used. */
  readonly ledger: Ledger;
  readonly decode: DecodeImage;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
}

/** The part of `Progress` that readers use. */
type Counter = Pick<Progress, 'count'>;

/** A reading whose bytes are counted. */
export interface Counted {
  readonly progress: Counter;
  readonly signal: AbortSignal | undefined;
}

/** A reading beside the counted one, as that of a file's head. */
export function uncounted(signal: AbortSignal | undefined): Counted {
  return { progress: { count() {} }, signal };
}

/** Counts the bytes of a reading. It reports at every hundredth and at the end. */
export class Progress {
  readonly #tell: ((done: number, total: number) => void) | undefined;
  #total: number;
  #done = 0;
  #told = 0;

  constructor(total: number, tell: ((done: number, total: number) => void) | undefined) {
    this.#total = total;
    this.#tell = tell;
  }

  /** Counts `bytes` more that were read. */
  count(bytes: number): void {
    this.#done += bytes;
    if (this.#done < this.#total && this.#done - this.#told < this.#total / 100) return;
    this.#told = this.#done;
    this.#tell?.(this.#done, Math.max(this.#done, this.#total));
  }

  /** Adds bytes to the total that will be read, or takes some off. */
  expect(bytes: number): void {
    this.#total = Math.max(this.#done, this.#total + bytes);
  }
}

/** A file's bytes from `start` to `end`. @throws DataError if they can no longer be read */
export async function readRange(
  { path, file }: SourceFile,
  start: number,
  end: number,
  { progress, signal }: Counted,
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  const bytes = await file
    .slice(start, end)
    .arrayBuffer()
    .catch((fault: unknown) => {
      throw new DataError(
        `${path} cannot be read: ${fault instanceof Error ? fault.message : fault}. If it was moved or changed, choose it again.`,
      );
    });
  signal?.throwIfAborted();
  if (bytes.byteLength !== end - start) {
    throw new DataError(
      `${path} changed while it was read: expected ${end} bytes, got ${start + bytes.byteLength}. Choose it again.`,
    );
  }
  progress.count(bytes.byteLength);
  signal?.throwIfAborted();
  return new Uint8Array(bytes);
}

/**
 * A whole file, read in pieces so that progress is shown and an abort is noticed.
 * @throws DataError as `readRange`
 */
export async function readWhole(source: SourceFile, reading: Counted): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = source.file;
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += PIECE) {
    bytes.set(await readRange(source, at, Math.min(size, at + PIECE), reading), at);
  }
  return bytes;
}

const PIECE = 8 * 2 ** 20;

/**
 * The chunks of a stream (Safari's streams are no async iterables). Leaving the loop cancels the stream. The
 * signal is also checked here, at the stream's end, because Node's DecompressionStream waits for ever for a
 * source that fails.
 */
export async function* chunks(
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
      // A failed stream cannot be cancelled. The caller already gets its error.
    });
  }
}

/**
 * A file's bytes as they arrive, unpacked if it is a gzip. Progress counts the bytes on the disk.
 * @throws DataError if they cannot be read or unpacked to their end; the signal's reason when aborted
 */
export async function* unpacked(
  { path, file }: SourceFile,
  gzip: boolean,
  { progress, signal }: Counted,
): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = counted(chunks(file.stream(), path, signal), progress);
  if (!gzip) {
    yield* packed;
    return;
  }
  try {
    yield* gunzip(packed);
  } catch (fault) {
    if (!(fault instanceof PackingError)) throw fault;
    throw new DataError(
      `${path} is truncated or damaged: expected a gzip to its end, got ${fault.message}. Download or copy the file again.`,
    );
  }
}

async function* counted(
  parts: AsyncIterable<Uint8Array>,
  progress: Counter,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    progress.count(part.length);
    yield part;
  }
}

/** A data set's images at another side. @throws DataError if the side is not allowed */
export function resized(dataset: Dataset, side: number | null): Dataset {
  checkSide(side);
  const { size, count, name } = dataset;
  if (side === null || side === size) return dataset;
  const pixels = allocatePixels(name, count, side);
  const scratch = resampleScratch(size, side);
  const crop = { top: 0, left: 0, width: size, height: size };
  const from = 3 * size * size;
  const to = 3 * side * side;
  for (let i = 0; i < count; i++) {
    const target = pixels.subarray(i * to, (i + 1) * to);
    cropResize(dataset.pixels, i * from, size, crop, target, side, scratch);
  }
  return { ...dataset, size: side, pixels };
}

/** Compares names so that the numbers in them are in counting order. */
export function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** A path's last part. */
export function baseName(path: string): string {
  return path.split('/').at(-1)!;
}

/** A path's folders, with the slash behind them; empty if it lies in none. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Names of the folders in which all of some paths lie. */
export function sharedFolders(paths: readonly string[]): readonly string[] {
  const [first = '', ...others] = new Set(paths.map(folderOf));
  return first
    .split('/')
    .filter((name) => name !== '' && others.every((path) => path.split('/').includes(name)));
}
