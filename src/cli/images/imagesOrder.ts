import { LAYOUTS, type LayoutChoice } from '../../data/formats/files.ts';
import { readTrainAndTest } from '../../data/formats/trainAndTest.ts';
import { firstImages, type TrainAndTest } from '../../data/images/dataset.ts';
import type { Emoji10Test } from '../../data/images/embedded.ts';
import { oneOf, wholeNumber } from '../argumentValues.ts';
import { UsageError } from '../usageError.ts';
import { decodePicture } from './decodePicture.ts';
import { loadEmoji10FromDisk } from './embeddedFiles.ts';
import { folderName, localFiles } from './localFiles.ts';
import { OPTION_ADVICE, withAdvice } from './readingAdvice.ts';

/** The images that a command uses. */
export interface ImagesOrder {
  /** Paths of files and directories in any format that data/ reads; empty for the embedded Emoji-10. */
  readonly data: readonly string[];
  readonly test: readonly string[];
  /** The test set of Emoji-10. */
  readonly testSet: Emoji10Test;
  /** Number of images to keep of each set; null for all. */
  readonly limit: number | null;
  /** Number of training images to keep, whatever `limit` is; null to use `limit`. */
  readonly images: number | null;
  /** The same as `Sampling.side`. */
  readonly side: number | null;
  /** Whether folders are classes or splits; null if their names tell it. */
  readonly layout: LayoutChoice | null;
  /** Whether to use what can be read, however much is left out. */
  readonly useTheRest: boolean;
}

export const IMAGES_USAGE =
  '[--data emoji10|PATH…] [--test PATH…] [--test-set unseen-style|same-styles] [--limit N] [--images N] [--side N] [--layout classes|splits] [--use-the-rest]';

export const IMAGES_FLAGS = {
  data: { type: 'string', multiple: true },
  test: { type: 'string', multiple: true },
  'test-set': { type: 'string' },
  limit: { type: 'string' },
  images: { type: 'string' },
  side: { type: 'string' },
  layout: { type: 'string' },
  'use-the-rest': { type: 'boolean' },
} as const;

/** The values that `parseArgs` gives for these flags. */
export interface ImagesValues {
  readonly data?: string[] | undefined;
  readonly test?: string[] | undefined;
  readonly 'test-set'?: string | undefined;
  readonly limit?: string | undefined;
  readonly images?: string | undefined;
  readonly side?: string | undefined;
  readonly layout?: string | undefined;
  readonly 'use-the-rest'?: boolean | undefined;
}

/**
 * `--data a b` means `--data a --data b`: the words after a path option belong to it.
 * @throws UsageError for a path option without a path
 */
export function spreadPaths(args: readonly string[]): string[] {
  const spreadOut: string[] = [];
  let list: { readonly flag: string; paths: number } | null = null;
  const close = () => {
    if (list?.paths === 0) throw new UsageError(`${list.flag} must be followed by a path, got none`);
    list = null;
  };
  for (const arg of args) {
    if (arg === '--data' || arg === '--test') {
      close();
      list = { flag: arg, paths: 0 };
    } else if (arg.startsWith('--')) {
      close();
      spreadOut.push(arg);
    } else {
      if (list !== null) {
        list.paths++;
        spreadOut.push(list.flag);
      }
      spreadOut.push(arg);
    }
  }
  close();
  return spreadOut;
}

/** @throws UsageError */
export function imagesOrder(values: ImagesValues): ImagesOrder {
  const { data = ['emoji10'], test = [] } = values;
  if ([...data, ...test].includes('')) throw new UsageError('--data and --test must name a path, got ""');
  const embedded = data.length === 1 && data[0] === 'emoji10';
  if (embedded && test.length > 0)
    throw new UsageError('--test goes with --data PATH; for emoji10 choose --test-set');
  const side = wholeNumber('--side', values.side);
  if (embedded && side !== null)
    throw new UsageError('--side goes with --data PATH; emoji10 has 32 × 32 pixels');
  const { layout } = values;
  if (embedded && layout !== undefined)
    throw new UsageError('--layout goes with --data PATH; emoji10 has no folders');
  const useTheRest = values['use-the-rest'] === true;
  if (embedded && useTheRest)
    throw new UsageError('--use-the-rest goes with --data PATH; emoji10 is always whole');
  return {
    data: embedded ? [] : data,
    test,
    testSet: oneOf('--test-set', values['test-set'] ?? 'unseen-style', ['unseen-style', 'same-styles']),
    limit: wholeNumber('--limit', values.limit),
    images: wholeNumber('--images', values.images),
    side,
    layout: layout === undefined ? null : oneOf('--layout', layout, LAYOUTS),
    useTheRest,
  };
}

/** The images of an order. Builds Emoji-10 first if it is missing. */
export async function loadImages(
  { data, test, testSet, limit, images, side, layout, useTheRest }: ImagesOrder,
  say: (line: string) => void,
): Promise<TrainAndTest> {
  const limits = { train: images ?? limit, test: limit };
  if (data.length > 0) {
    const name = test.length > 0 ? undefined : await folderName(data);
    const options = {
      side,
      limits,
      layout,
      useTheRest,
      decode: decodePicture,
      ...(name !== undefined && { name }),
    };
    const reading = readTrainAndTest(await localFiles(data), await localFiles(test), options);
    const read = await withAdvice(reading, OPTION_ADVICE);
    for (const notice of read.notices ?? []) say(`note    ${notice}`);
    return read;
  }
  const found = await loadEmoji10FromDisk({ test: testSet }, say);
  // What is known of the whole sets does not hold for parts of them.
  if (limits.train === null && limits.test === null) return found;
  return {
    train: firstImages(found.train, limits.train ?? found.train.count),
    test: firstImages(found.test, limits.test ?? found.test.count),
  };
}
