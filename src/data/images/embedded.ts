import { decodeRecords, RECORD_BYTES } from '../formats/cifar.ts';
import { DataError, type Dataset, type TrainAndTest } from './dataset.ts';

/**
 * Emoji-10's test sets: a drawing style that training never sees, or new compositions in the styles of
 * training.
 */
export type Emoji10Test = 'unseen-style' | 'same-styles';

/** Images of each file. The maker of the data set takes its numbers from here. */
export const EMOJI10_COUNTS = { train: 5000, 'test-unseen-style': 1000, 'test-same-styles': 1000 } as const;
/**
 * 20-NN on raw pixels, for each test set: the accuracy that an encoder must exceed. It took six seconds of
 * comparing; a test beside the maker of the data set (datasets/emoji10) measures it again.
 */
export const EMOJI10_RAW_PIXELS: Readonly<Record<Emoji10Test, number>> = {
  'unseen-style': 0.336,
  'same-styles': 0.599,
};

export interface Emoji10Options {
  /** Keeps only the first images of each part. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Bytes that were read, of bytes to read. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly test: Emoji10Test;
  /** The site's root, which has the files in its folder `emoji10/`. */
  readonly base: string | URL;
  /** The browser's `fetch`, or one that reads files. */
  readonly fetch: (url: string, init: { readonly signal?: AbortSignal }) => Promise<Response>;
}

/**
 * Loads the embedded data set. Its files are CIFAR-10 records, and the reader of the user's files reads them.
 * Progress is in bytes; the total is 0 if the server does not tell it.
 * @throws DataError if files are missing or incomplete; the signal's reason when aborted
 */
export async function loadEmoji10(options: Emoji10Options): Promise<TrainAndTest> {
  const names = ['train', `test-${options.test}`] as const;
  const responses = await Promise.all(names.map((name) => request(`emoji10/${name}.bin`, options)));
  const lengths = responses.map((response, i) => length(response, names[i]!));
  const total = lengths.every((bytes) => bytes > 0) ? lengths.reduce((sum, bytes) => sum + bytes, 0) : 0;
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    options.onProgress?.(done, total);
  };
  const [train, test] = await Promise.all(
    responses.map((response, i) => read(`${names[i]}.bin`, response, count, options)),
  );
  const isWhole = options.limit === undefined;
  return { train: train!, test: test!, ...(isWhole && { rawPixels: EMOJI10_RAW_PIXELS[options.test] }) };
}

async function request(path: string, { fetch, base, signal }: Emoji10Options): Promise<Response> {
  const url = new URL(path, base).href;
  const response = await fetch(url, { ...(signal && { signal }) }).catch((fault: unknown) => {
    signal?.throwIfAborted();
    throw missing(url, fault instanceof Error ? fault.message : String(fault));
  });
  if (!response.ok) throw missing(url, `status ${response.status}`);
  // A development server answers an unknown path with the page itself.
  if (response.headers.get('content-type')?.startsWith('text/html')) throw missing(url, 'a web page');
  return response;
}

function missing(url: string, got: string): DataError {
  return new DataError(
    `Emoji-10 is not there: expected its records at ${url}, got ${got}. Build them with “npm run data” and load the page again.`,
  );
}

/**
 * Bytes that the body will have; 0 if unknown. Under a content encoding the server tells how many it sends,
 * not how many they become.
 */
function length(response: Response, name: keyof typeof EMOJI10_COUNTS): number {
  if (response.headers.has('content-encoding')) return EMOJI10_COUNTS[name] * RECORD_BYTES;
  return Number(response.headers.get('content-length') ?? 0);
}

async function read(
  name: string,
  response: Response,
  count: (bytes: number) => void,
  { signal, limit }: Emoji10Options,
): Promise<Dataset> {
  const counted = response.body!.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        count(chunk.length);
        controller.enqueue(chunk);
      },
    }),
  );
  const body = await new Response(counted).blob().catch((fault: unknown) => {
    signal?.throwIfAborted();
    throw new DataError(
      `Emoji-10: ${name} broke off while it was loaded: ${fault instanceof Error ? fault.message : fault}. Load the page again.`,
    );
  });
  return decodeRecords('Emoji-10', [{ name, bytes: new Uint8Array(await body.arrayBuffer()) }], limit);
}
