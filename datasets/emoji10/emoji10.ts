import { encodeRecord, RECORD_BYTES } from '../../src/data/formats/cifar.ts';
import { CIFAR10_CLASSES } from '../../src/data/images/dataset.ts';
import { EMOJI10_COUNTS } from '../../src/data/images/embedded.ts';
import { shuffled, stream } from '../../src/random.ts';
import { CLEAN, compose, type Difficulty, SIDE } from './compose.ts';
import { type RasterSet, rasterise, type Style, TRAINING_STYLES, UNSEEN_STYLE } from './icons.ts';

/** One file of the set. */
export interface Part {
  readonly name: string;
  readonly count: number;
  /** Two parts never share a seed, so no part has a composition of another. */
  readonly seed: number;
  readonly styles: readonly Style[];
  readonly about: string;
}

/** The parts of Emoji-10, in CIFAR-10's classes and record format. */
export const PARTS: readonly Part[] = [
  { name: 'train', count: EMOJI10_COUNTS.train, seed: 1001, styles: TRAINING_STYLES, about: 'to train on' },
  {
    name: 'test-unseen-style',
    count: EMOJI10_COUNTS['test-unseen-style'],
    seed: 1002,
    styles: [UNSEEN_STYLE],
    about: 'the drawing style that training never sees',
  },
  {
    name: 'test-same-styles',
    count: EMOJI10_COUNTS['test-same-styles'],
    seed: 1003,
    styles: TRAINING_STYLES,
    about: 'the training styles, in compositions never seen',
  },
];

/**
 * The records of a part: u8 [count · 3073]. Classes are balanced, the seed decides the order, and every image
 * has a random style and a random icon of its class. The same part and difficulty give the same bytes
 * everywhere.
 */
export async function makePart(part: Part, difficulty: Difficulty = CLEAN): Promise<Uint8Array> {
  const styles: RasterSet[] = [];
  for (const style of part.styles) styles.push(await rasterise(style));
  const random = stream(part.seed, 'augment');
  const records = new Uint8Array(part.count * RECORD_BYTES);
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  const order = shuffled(part.count, stream(part.seed, 'order'));
  for (let i = 0; i < part.count; i++) {
    const label = order[i]! % CIFAR10_CLASSES.length;
    const icons = styles[random.below(styles.length)]![label]!;
    compose(icons[random.below(icons.length)]!, difficulty, random, pixels, 0);
    encodeRecord(label, pixels, records, i * RECORD_BYTES);
  }
  return records;
}
