import type { SourceFile } from '../../formats/files.ts';
import type { ReadOptions } from '../../formats/reading.ts';
import { readTrainAndTest } from '../../formats/trainAndTest.ts';
import { DataError, type Dataset } from '../../images/dataset.ts';
import { LayoutQuestion, type LayoutReading } from './layoutQuestion.ts';

/** One image of a reading, small. */
export interface SampleImage {
  readonly role: 'train' | 'test';
  /** The class that this reading gives it; null if it gives none. */
  readonly label: string | null;
  /** u8 [size, size, 3]. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

/** A possible reading of folders, with a few of the images as it reads them. */
export interface ShownReading extends LayoutReading {
  readonly samples: readonly SampleImage[];
  /** Why a run cannot use this reading, in words; null if it can. */
  readonly refusal: string | null;
}

/** What the user must be asked about folders. */
export interface ShownQuestion {
  readonly readings: readonly ShownReading[];
  /** What makes the reading doubtful, a sentence; empty if the readings tell enough. */
  readonly doubt: string;
}

/** Images that are shown of each reading, and their side in pixels. */
const SHOWN = { train: 6, test: 3 } as const;
const SIDE = 48;

/**
 * The question that files of pictures raise, with images of every reading; null if they can be read in one
 * way only, or in none. Pictures are decoded only where there is a question.
 * @throws DataError if files cannot be read, the signal's reason when aborted
 */
export async function shownQuestion(
  train: readonly SourceFile[],
  test: readonly SourceFile[],
  options: Pick<ReadOptions, 'name' | 'decode' | 'signal'>,
): Promise<ShownQuestion | null> {
  const question = await questionOf(train, test, options);
  if (question === null) return null;
  const readings: ShownReading[] = [];
  for (const reading of question.readings) {
    readings.push({ ...reading, ...(await samplesOf(train, test, reading, options)) });
  }
  return { readings, doubt: question.doubt };
}

type Options = Pick<ReadOptions, 'name' | 'decode' | 'signal'>;

// Both readings below use what can be read, however much is left out. Whether that is enough is a question of
// its own, which the run asks, and a damaged picture weighs more among the few that are shown.

/** Ends a reading as soon as the layout is known: when the first picture would be decoded. */
const KNOWN = 'the layout is known';

async function questionOf(
  train: readonly SourceFile[],
  test: readonly SourceFile[],
  { signal, ...options }: Options,
): Promise<LayoutQuestion | null> {
  const decode = () => Promise.reject(new Error(KNOWN));
  const limits = { train: 2, test: 2 };
  try {
    await readTrainAndTest(train, test, {
      ...options,
      decode,
      side: null,
      limits,
      useTheRest: true,
      ...(signal && { signal }),
    });
  } catch (fault) {
    signal?.throwIfAborted();
    if (fault instanceof LayoutQuestion) return fault;
    if (!(fault instanceof DataError)) throw fault;
    // Files that cannot be read are refused in words when they are needed.
  }
  return null;
}

async function samplesOf(
  train: readonly SourceFile[],
  test: readonly SourceFile[],
  { layout, test: tests }: LayoutReading,
  options: Options,
): Promise<Pick<ShownReading, 'samples' | 'refusal'>> {
  try {
    const sampling = { side: SIDE, limits: SHOWN, layout, useTheRest: true };
    const read = await readTrainAndTest(train, test, { ...options, ...sampling });
    // Without a test set, those that are held out are training images of the folders like all others.
    const isHeldOut = tests === 0 && test.length === 0;
    const shown = [...samples(read.train, 'train'), ...samples(read.test, isHeldOut ? 'train' : 'test')];
    return { samples: shown, refusal: null };
  } catch (fault) {
    options.signal?.throwIfAborted();
    if (!(fault instanceof DataError)) throw fault;
    return { samples: [], refusal: fault.message };
  }
}

function samples({ count, size, pixels, labels, classes }: Dataset, role: 'train' | 'test'): SampleImage[] {
  const bytes = 3 * size * size;
  return Array.from({ length: Math.min(count, SHOWN[role]) }, (_, i) => ({
    role,
    label: classes[labels[i]!] ?? null,
    pixels: new Uint8Array(pixels.subarray(i * bytes, (i + 1) * bytes)),
    size,
  }));
}
