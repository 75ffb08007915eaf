import { isThere } from '../data/images/arrival.ts';
import { bankOf, type Dataset, type TrainAndTest } from '../data/images/dataset.ts';
import type { Branch } from '../metrics.ts';
import { relativeSpread } from './coincide.ts';
import { sharedImages } from './sharedImages.ts';
import { COLLAPSED } from './spectrum/collapse.ts';

// Words beside accuracies that say less than they seem to say.

/** UMAP needs so many images. With fewer, an accuracy moves in steps of a third or more, too. */
const FEW = 4;
/** A smaller share of copies among the test images is not worth a caution. */
const COPIES = 0.01;
/** Bytes of an image that are looked at before whole images are compared. */
const SAMPLED = 64;
/** Share of the shared images in one class, from which on the class is named. */
const CONCENTRATED = 0.75;

/** Notes on images that were looked at before: every evaluation of a run has the same images. */
const KNOWN = new WeakMap<TrainAndTest, string[]>();

/**
 * All that makes the numbers of an evaluation say less than they seem to, one sentence each. Equal images
 * have equal features in any network, so collapse is then not said.
 * @param encoded features of some test images, per branch f32 [images, F]; null for a network that is not
 *   trained: it has not collapsed yet, whatever its features are
 */
export function evaluationCautions(
  data: TrainAndTest,
  encoded: {
    readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
    readonly images: number;
  } | null,
): string[] {
  const { test } = data;
  // Images that are still on their way are all zeros. What is wrong with them is said once they are there.
  const isWhole = isThere(data, { train: data.train.count, test: true });
  const known = KNOWN.get(data);
  const cautions = known ?? (isWhole ? dataCautions(data) : []);
  if (known === undefined && isWhole) KNOWN.set(data, cautions);
  if (encoded === null || copiesIn(test) === test.count - 1) return cautions;
  return [...cautions, ...collapseCautions(encoded.features, encoded.images)];
}

/** What is wrong with the images of an evaluation, one sentence each; empty for ordinary images. */
export function dataCautions(data: TrainAndTest): string[] {
  const { test } = data;
  const cautions: string[] = [];
  if (test.count < FEW) {
    const step = Math.round(100 / test.count);
    cautions.push(
      `Few test images: there ${test.count === 1 ? 'is 1' : `are ${test.count}`}, so one image is ${step} % of an accuracy, and UMAP, which needs ${FEW}, draws no map.`,
    );
  }
  const bank = bankOf(data);
  if (bank !== null) {
    const only = (set: Dataset) => set.labels.every((label) => label === set.labels[0]);
    const named = (set: Dataset) => `“${set.classes[set.labels[0]!]}”`;
    if (only(bank)) {
      cautions.push(
        `One class: all images that k-NN learns from are of the class ${named(bank)}, so no other answer is possible.`,
      );
    } else if (only(test)) {
      cautions.push(
        `One class: all test images are of the class ${named(test)}. An answer that is always the same would get 100 % or 0 %.`,
      );
    }
  }
  const copies = copiesIn(test);
  if (test.count > 1 && copies === test.count - 1) {
    cautions.push(
      `Equal images: all ${test.count} test images have the same pixels. Their accuracies are chance, and their map is one point.`,
    );
  } else if (copies > COPIES * test.count) {
    cautions.push(
      `Duplicates: ${copies} of ${test.count} test images have the same pixels as another one, so they are counted again.`,
    );
  }
  // Copies of one image are chance, wherever they are.
  const shared = test.count > 1 && copies === test.count - 1 ? null : sharedCaution(data);
  return shared === null ? cautions : [...cautions, shared];
}

/** Says how many test images are training images as well; null if none is. */
function sharedCaution({ train, bank, test }: TrainAndTest): string | null {
  const isShared = sharedImages(bank ? [train, bank] : [train], test);
  const count = isShared.reduce((sum, flag) => sum + flag, 0);
  if (count === 0) return null;
  const said =
    count === 1
      ? 'is also a training image: it has the same pixels'
      : 'are also training images: they have the same pixels';
  const number = (value: number) => value.toLocaleString('en');
  const most = mostFrequent(test, isShared);
  const inClass =
    most === null || count === 1 ? '' : ` ${number(most.count)} of them are of the class “${most.label}”.`;
  return `Seen in training: ${number(count)} of ${number(test.count)} test images ${said}, so accuracies say more than they should.${inClass}`;
}

/**
 * The class to which most of the flagged images belong, if they are concentrated in it and it is not most of
 * the test.
 */
function mostFrequent(
  { labels, classes }: Dataset,
  flags: Uint8Array,
): { readonly label: string; readonly count: number } | null {
  const flagged = new Uint32Array(classes.length);
  const all = new Uint32Array(classes.length);
  for (const [i, flag] of flags.entries()) {
    if (classes.length === 0) return null;
    flagged[labels[i]!]! += flag;
    all[labels[i]!]!++;
  }
  const count = Math.max(...flagged);
  const label = flagged.indexOf(count);
  const total = flagged.reduce((sum, each) => sum + each, 0);
  const isMost = 2 * all[label]! > labels.length;
  return count >= CONCENTRATED * total && !isMost ? { label: classes[label]!, count } : null;
}

/**
 * Says of each branch whether its features collapsed to one place. The threshold is that of the alarm in
 * Evaluate.
 * @param features per branch f32 [images, F]
 */
export function collapseCautions(
  features: Readonly<Partial<Record<Branch, Float32Array>>>,
  images: number,
): string[] {
  if (images < 2) return [];
  return Object.entries(features).flatMap(([branch, values]) => {
    if (values === undefined) return [];
    const spread = relativeSpread(values, values.length / images);
    if (spread >= COLLAPSED) return [];
    const far = spread === 0 ? 'not at all' : `by ${(100 * spread).toPrecision(2)} % of their length`;
    return [
      `Collapsed (${branch}): features of different test images differ ${far} (alarm below ${100 * COLLAPSED} %). Accuracies and maps of this branch show noise.`,
    ];
  });
}

/** How many images have the same pixels as an earlier one. */
function copiesIn({ count, size, pixels }: Pick<Dataset, 'count' | 'size' | 'pixels'>): number {
  const length = 3 * size * size;
  const stride = Math.max(1, Math.floor(length / SAMPLED));
  const alike = new Map<number, number[]>();
  let copies = 0;
  for (let image = 0; image < count; image++) {
    const from = image * length;
    let hash = 0;
    for (let at = 0; at < length; at += stride) hash = (Math.imul(hash, 31) + pixels[from + at]!) | 0;
    const earlier = alike.get(hash);
    if (earlier === undefined) alike.set(hash, [image]);
    else if (earlier.some((other) => areEqual(pixels, other * length, from, length))) copies++;
    else earlier.push(image);
  }
  return copies;
}

function areEqual(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
