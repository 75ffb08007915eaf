import { decodeRecords, RECORD_BYTES } from '../formats/cifar.ts';
import type { Arrival, Portion } from './arrival.ts';
import { BrokenOffError, CIFAR10_CLASSES, DataError, type Dataset, type TrainAndTest } from './dataset.ts';
import { fingerprintOf } from './imagesFile.ts';

/** A file of CIFAR-10 records. */
export interface PartFile {
  /** From the site's root. */
  readonly path: string;
  /** Records that it holds. */
  readonly count: number;
}

/** A data set that the site has in several files of CIFAR-10 records. */
export interface PartedSet {
  readonly name: string;
  /** In the order of the set. All but the last hold equally many. */
  readonly train: readonly PartFile[];
  readonly test: PartFile;
  /** `fingerprintOf` the whole set, which the images that come are held to. Without it, they are taken. */
  readonly fingerprint?: string;
}

export interface Fetching {
  /** The site's root. */
  readonly base: string | URL;
  /** The browser's `fetch`, or one that reads files. */
  readonly fetch: (url: string) => Promise<Response>;
  /**
   * The waits before a fetch that broke off is tried again, milliseconds. Without it, none is. That of the
   * first file never is, so that whoever begins hears of it at once.
   */
  readonly waitsMs?: readonly number[];
  /** Called when bytes have come, with the number of all that have. */
  readonly onBytes?: (bytes: number) => void;
}

const SIDE = 32;
const IMAGE = 3 * SIDE * SIDE;

interface Waiter {
  /** Files that must be there. */
  readonly files: number;
  readonly done: () => void;
  readonly failed: (fault: unknown) => void;
}

/**
 * Fetches a data set file after file: the first training images, the test images, and the other training
 * images. Once it was asked for any, it goes on until all are there.
 */
export class PartedImages implements Arrival {
  readonly total: number;
  /** The images, as far as they are there. */
  readonly images: Pick<TrainAndTest, 'train' | 'test'>;
  private readonly files: readonly (PartFile & { readonly target: Dataset; readonly from: number })[];
  /** Number of files that are there. */
  private fetched = 0;
  /** Bytes of the next file that have come. */
  private bytes = 0;
  private waiters: Waiter[] = [];
  private underWay: Promise<void> | null = null;

  constructor(
    private readonly set: PartedSet,
    private readonly fetching: Fetching,
  ) {
    const [first, ...others] = set.train;
    const count = set.train.reduce((sum, file) => sum + file.count, 0);
    const train = { ...emptySet(set.name, count), part: first!.count };
    const test = emptySet(set.name, set.test.count);
    this.images = { train, test };
    this.total = count + test.count;
    let from = first!.count;
    this.files = [
      { ...first!, target: train, from: 0 },
      { ...set.test, target: test, from: 0 },
      ...others.map((file) => {
        from += file.count;
        return { ...file, target: train, from: from - file.count };
      }),
    ];
  }

  get there(): Portion {
    const { fetched, files, images } = this;
    const next = files.slice(fetched).find(({ target }) => target === images.train);
    return { train: next?.from ?? images.train.count, test: fetched > 1 };
  }

  get received(): number {
    return Math.floor(this.receivedBytes / RECORD_BYTES);
  }

  private get receivedBytes(): number {
    const before = this.files.slice(0, this.fetched).reduce((sum, { count }) => sum + count, 0);
    return before * RECORD_BYTES + this.bytes;
  }

  until(needed: Portion): Promise<void> {
    const files = this.filesOf(needed);
    if (this.fetched >= files) return Promise.resolve();
    return new Promise((done, failed) => {
      this.waiters.push({ files, done, failed });
      this.underWay ??= this.fetchRest();
    });
  }

  /** Number of files, from the first on, that hold this much. */
  private filesOf({ train, test }: Portion): number {
    const last = this.files.findLastIndex(({ target, from }) => target === this.images.train && from < train);
    return Math.max(last + 1, test ? 2 : 0);
  }

  /** Never rejects: a failure reaches those who wait. */
  private async fetchRest(): Promise<void> {
    try {
      while (this.fetched < this.files.length) {
        await this.fetchNext();
        if (this.fetched + 1 === this.files.length) await this.check();
        this.fetched++;
        this.bytes = 0;
        for (const { files, done } of this.waiters) if (files <= this.fetched) done();
        this.waiters = this.waiters.filter(({ files }) => files > this.fetched);
      }
    } catch (fault) {
      const { waiters } = this;
      this.waiters = [];
      for (const { failed } of waiters) failed(fault);
    } finally {
      this.underWay = null;
    }
  }

  /** Whether somebody uses the first images already, and waits for others. */
  private get isUnderWay(): boolean {
    return this.fetching.waitsMs !== undefined && this.fetched > 0;
  }

  /** What to do when a fetch broke off. */
  private get again(): string {
    return this.isUnderWay ? 'Resume asks for it again.' : 'Load the page again.';
  }

  private async fetchNext(): Promise<void> {
    const { waitsMs = [] } = this.fetching;
    for (const wait of this.isUnderWay ? waitsMs : []) {
      try {
        return await this.tryNext();
      } catch (fault) {
        if (!(fault instanceof BrokenOffError)) throw fault;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return this.tryNext();
  }

  private async tryNext(): Promise<void> {
    const { path, count, target, from } = this.files[this.fetched]!;
    this.bytes = 0;
    const bytes = await this.read(await this.request(path), path);
    if (bytes.length !== count * RECORD_BYTES) {
      throw new BrokenOffError(
        `${this.set.name}: ${path} broke off while it was loaded: it must have ${count * RECORD_BYTES} bytes, got ${bytes.length}. ${this.again}`,
      );
    }
    const { pixels, labels } = decodeRecords(this.set.name, [{ name: path, bytes }]);
    target.pixels.set(pixels, from * IMAGE);
    target.labels.set(labels, from);
  }

  private async request(path: string): Promise<Response> {
    const url = new URL(path, this.fetching.base).href;
    const missing = (got: string) =>
      new BrokenOffError(
        `${this.set.name} is not there: expected its records at ${url}, got ${got}. ${this.isUnderWay ? this.again : 'Build them with “npm run data” and load the page again.'}`,
      );
    const response = await this.fetching.fetch(url).catch((fault: unknown) => {
      throw missing(wordsOf(fault));
    });
    if (!response.ok) throw missing(`status ${response.status}`);
    // A development server answers an unknown path with the page itself.
    if (response.headers.get('content-type')?.startsWith('text/html')) throw missing('a web page');
    return response;
  }

  private async read({ body }: Response, path: string): Promise<Uint8Array> {
    const counted = body!.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          this.bytes += chunk.length;
          this.fetching.onBytes?.(this.receivedBytes);
          controller.enqueue(chunk);
        },
      }),
    );
    const blob = await new Response(counted).blob().catch((fault: unknown) => {
      throw new BrokenOffError(
        `${this.set.name}: ${path} broke off while it was loaded: ${wordsOf(fault)}. ${this.again}`,
      );
    });
    return new Uint8Array(await blob.arrayBuffer());
  }

  /** Whether the images are those of the set, now that the last have come. */
  private async check(): Promise<void> {
    const { name, fingerprint } = this.set;
    if (fingerprint === undefined) return;
    const got = await fingerprintOf(this.images);
    if (got === fingerprint) return;
    throw new DataError(
      `${name}: these are not its images: their fingerprint must be ${fingerprint.slice(0, 12)}…, got ${got.slice(0, 12)}…. Build them with “npm run data” and load the page again.`,
    );
  }
}

/** Images of CIFAR-10's form that have not come yet: all zeros. */
function emptySet(name: string, count: number): Dataset {
  return {
    ...{ name, count, size: SIDE, classes: CIFAR10_CLASSES, recipe: 'cifar10' },
    ...{ pixels: new Uint8Array(count * IMAGE), labels: new Uint8Array(count) },
  };
}

function wordsOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
