import type { PixelFloors } from '../../metrics.ts';
import { RECORD_BYTES } from '../formats/cifar.ts';
import type { TrainAndTest } from './dataset.ts';
import { type Fetching, PartedImages, type PartedSet } from './partedSet.ts';

/**
 * Emoji-10's test sets: a drawing style that training never sees, or new compositions in the styles of
 * training.
 */
export type Emoji10Test = 'unseen-style' | 'same-styles';

/** Images of each set. The maker of the data set takes its numbers from here. */
export const EMOJI10_COUNTS = { train: 5000, 'test-unseen-style': 1000, 'test-same-styles': 1000 } as const;

/**
 * Training images in a file. A run begins with those of the first: about 2.7 MB when they are compressed.
 * Their order is that of the set, which has no order of classes.
 */
export const EMOJI10_PART = 1000;

/**
 * 20-NN on pixels, for each test set: accuracies that an encoder must exceed. They took many seconds of
 * comparing; a test beside the maker of the data set (datasets/emoji10) measures them again.
 */
export const EMOJI10_PIXEL_FLOORS: Readonly<Record<Emoji10Test, PixelFloors>> = {
  'unseen-style': { rawPixels: 0.336, centred: 0.547, perImage: 0.575, components: 0.596 },
  'same-styles': { rawPixels: 0.599, centred: 0.8, perImage: 0.778, components: 0.981 },
};

/** `fingerprintOf` the training images with each test set, known before they have come. */
export const EMOJI10_FINGERPRINTS: Readonly<Record<Emoji10Test, string>> = {
  'unseen-style': '0e55955158cffc21defc1e16c558773c03760b794a3abc422549542f0192566c',
  'same-styles': '247ecbd154ea856e77c7369b3dc2f4fa6d784c059e05fc89a60180e6419c602a',
};

/** The files of the training images below `emoji10/`, in their order. */
export const EMOJI10_TRAIN_FILES: readonly string[] = Array.from(
  { length: EMOJI10_COUNTS.train / EMOJI10_PART },
  (_, part) => `train-${part + 1}.bin`,
);

export interface Emoji10Options extends Pick<Fetching, 'base' | 'fetch'> {
  readonly test: Emoji10Test;
  /** Bytes that were read, of bytes to read, before the images are given. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The waits of a run before its images are asked for again, milliseconds. */
const WAITS_MS = [1000, 4000] as const;

/**
 * Loads the embedded data set. Its files are CIFAR-10 records.
 * @throws DataError if files are missing, incomplete, or of other images
 */
export async function loadEmoji10(options: Emoji10Options): Promise<TrainAndTest> {
  const set = emoji10(options.test);
  const parts = new PartedImages(set, fetchingOf(options, [...set.train, set.test]));
  await parts.until({ train: EMOJI10_COUNTS.train, test: true });
  return { ...parts.images, ...knownOf(options) };
}

/**
 * Loads the first training images of the embedded data set. Its other images come while they are used.
 * @param waitsMs the waits before other images are asked for again that broke off, milliseconds
 * @throws DataError if the file of the first images is missing or incomplete
 */
export async function beginEmoji10(
  options: Emoji10Options,
  waitsMs: readonly number[] = WAITS_MS,
): Promise<TrainAndTest> {
  const set = emoji10(options.test);
  const parts = new PartedImages(set, { ...fetchingOf(options, [set.train[0]!]), waitsMs });
  await parts.until({ train: EMOJI10_PART, test: false });
  return { ...parts.images, arrival: parts, ...knownOf(options) };
}

function emoji10(test: Emoji10Test): PartedSet {
  const path = (file: string) => `emoji10/${file}`;
  return {
    name: 'Emoji-10',
    train: EMOJI10_TRAIN_FILES.map((file) => ({ path: path(file), count: EMOJI10_PART })),
    test: { path: path(`test-${test}.bin`), count: EMOJI10_COUNTS[`test-${test}`] },
    fingerprint: EMOJI10_FINGERPRINTS[test],
  };
}

/** What is known of the whole set without its images. */
function knownOf({ test }: Emoji10Options): Pick<TrainAndTest, 'fingerprint' | 'pixelFloors'> {
  return { fingerprint: EMOJI10_FINGERPRINTS[test], pixelFloors: EMOJI10_PIXEL_FLOORS[test] };
}

/** @param awaited the files whose bytes `onProgress` counts */
function fetchingOf(
  { base, fetch, onProgress }: Emoji10Options,
  awaited: readonly { readonly count: number }[],
): Fetching {
  const total = awaited.reduce((sum, { count }) => sum + count, 0) * RECORD_BYTES;
  const onBytes = (bytes: number) => {
    if (bytes <= total) onProgress?.(bytes, total);
  };
  return { base, fetch, onBytes };
}
