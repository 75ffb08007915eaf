import { bankOf, type Dataset, type TrainAndTest } from '../data/images/dataset.ts';
import type { BlockUsage, Branch, MacCount, PerBranch, Ranks, SampleSize } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { encoderMacs } from '../network/macs.ts';
import { branchFeatures } from '../network/slim.ts';
import { packBits, rightOnes } from '../statistics/bitset.ts';
import { denseMacCount, gateUsage } from '../statistics/gateUsage.ts';
import { accuracyWithChance, type Chances, chancesOf } from './chance.ts';
import { chunkOf, EncodedSample, type Encoder } from './encoding.ts';
import { accuracy, KNN20, knn } from './knn.ts';
import { moments } from './moments.ts';
import { classify, ridgeProbe } from './ridge.ts';
import { featureRows, type Rows } from './rows.ts';
import { type SampleOrder, sampleOf, smallestSample } from './sample.ts';
import { featureRanks, RANKED } from './spectrum/featureRanks.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Called after every piece of work; it may yield, and throws to cancel. */
export type OnProgress = (done: number, total: number) => Promise<void>;

/** `OnProgress` throws it to end an evaluation that is worth something already: see `evaluate`. */
export class Enough extends Error {
  override readonly name = 'Enough';
}

/** Once `Enough` was thrown, no more images than these are measured: about a second of searching. */
const QUICK: SampleSize = { bank: 5000, test: 1000 };

/** What an evaluation measures. */
export interface Extent {
  /** The order in which it takes the images. */
  readonly order: SampleOrder;
  /** How many of them it takes. */
  readonly size: SampleSize;
  /** Whether it measures the ridge probe too. */
  readonly probe: boolean;
}

export interface Evaluation {
  /** How many images it was measured on. */
  readonly size: SampleSize;
  /** Accuracies of 20-NN; no numbers if there are no labels. */
  readonly knn20: PerBranch;
  /** Accuracy of the closed-form ridge probe (evaluate/ridge.ts); null without labels, or if unasked. */
  readonly ridge: PerBranch | null;
  /** Of the first images of the order: those to learn from, then test images. */
  readonly ranks: Ranks;
  /**
   * For each branch, which test images 20-NN gets right (statistics/bitset.ts); a draw decides where chance
   * does. Empty if not all images were measured.
   */
  readonly correct: Readonly<Partial<Record<Branch, string>>>;
  readonly macs: MacCount;
  readonly channelUsage: readonly BlockUsage[];
  /** Eval-mode features of the test images per branch, f32 [test, F], in the order of the test set. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
  /** Hard gates of the test images, per block u8 [test, C]; empty without a gated branch. */
  readonly gates: readonly Uint8Array[];
  /** u32 [test]: the row of features and gates that the i-th test image of the order has. */
  readonly places: Uint32Array;
}

/** MACs of an evaluation of so many images: encoding them, and comparing them. */
export function evaluationMacs(network: Network, branches: readonly Branch[], size: SampleSize): number {
  const { bank, test } = size;
  return branches.reduce(
    (sum, branch) =>
      sum + (bank + test) * encoderMacs(network, branch) + bank * test * branchFeatures(network, branch),
    0,
  );
}

/**
 * k-NN (and ridge probe) of every branch, learnt from labelled training images, and the gates' use over the
 * test images. Without labels, it gives only the features and the gates.
 * @param onProgress may throw `Enough`: the images that are encoded by then are measured, or the smallest
 *   sample if they are fewer
 */
export async function evaluate(
  engine: Encoder,
  network: Network,
  branches: readonly Branch[],
  data: TrainAndTest,
  { order, size, probe }: Extent,
  onProgress: OnProgress,
): Promise<Evaluation> {
  const bank = bankOf(data);
  const total = branches.length * (size.bank + size.test);
  let done = 0;
  let enough = false;
  const advance = async (images: number) => {
    done += images;
    await onProgress(done, total).catch((reason: unknown) => {
      if (!(reason instanceof Enough)) throw reason;
      enough = true;
    });
  };
  const tests = new EncodedSample(network, data.test, order.test, size.test);
  const learnt = bank && new EncodedSample(network, bank, order.bank, size.bank);
  const least = smallestSample(size);
  let reached: SampleSize = { bank: 0, test: 0 };
  const isLeft = () => reached.bank < size.bank || reached.test < size.test;
  const isSmall = () => reached.bank < least.bank || reached.test < least.test;
  // All branches take the same images before the next ones come, so that they can be compared at any time.
  while (isLeft() && (!enough || isSmall())) {
    const next = sampleOf(size, reached.bank + reached.test + ROUND * chunkOf(network));
    for (const branch of branches) {
      await tests.encode(engine, branch, reached.test, next.test, advance);
      await learnt?.encode(engine, branch, reached.bank, next.bank, advance);
    }
    reached = next;
  }
  const measure = (of: SampleSize, onChunk: OnProgress) =>
    measured(network, branches, data, { tests, learnt, size: of, probe }, onChunk);
  const quick = {
    bank: Math.min(reached.bank, QUICK.bank),
    test: Math.min(reached.test, QUICK.test),
  };
  const without: OnProgress = async () => {};
  if (enough) return measure(quick, without);
  try {
    return await measure(reached, () => onProgress(done, total));
  } catch (reason) {
    if (!(reason instanceof Enough)) throw reason;
    return measure(quick, without);
  }
}

/** Chunks of images that every branch takes before the next branch does. */
const ROUND = 3;

interface Encodings {
  readonly tests: EncodedSample;
  /** null without labels. */
  readonly learnt: EncodedSample | null;
  readonly size: SampleSize;
  readonly probe: boolean;
}

async function measured(
  network: Network,
  branches: readonly Branch[],
  data: TrainAndTest,
  { tests, learnt, size, probe }: Encodings,
  onChunk: OnProgress,
): Promise<Evaluation> {
  const knn20: Writable<PerBranch> = { gated: null, dense: null };
  const ridge: Writable<PerBranch> = { gated: null, dense: null };
  const correct: Partial<Record<Branch, string>> = {};
  const features: Partial<Record<Branch, Float32Array>> = {};
  const isWhole = size.test === data.test.count && size.bank === (learnt?.images.count ?? 0);
  const labels = tests.labels(size.test);
  for (const branch of branches) {
    features[branch] = tests.features(branch, size.test);
    if (learnt === null) continue;
    const rows = (values: Float32Array) => featureRows(values, branchFeatures(network, branch));
    const bank = rows(learnt.features(branch, size.bank));
    const asked = rows(features[branch]);
    const known = { labels: learnt.labels(size.bank), classes: learnt.images.classes };
    const { predictions, chances } = await knn20Answers(bank, known, asked, onChunk);
    knn20[branch] = accuracyWithChance(predictions, labels, chances);
    if (isWhole) correct[branch] = packBits(rightOnes(predictions, labels));
    if (!probe) continue;
    const spread = await moments(bank, known.labels, known.classes.length, onChunk);
    ridge[branch] = accuracy(classify(ridgeProbe(spread), asked, spread), labels);
  }
  const gates = tests.gates(size.test);
  const usage =
    gates.length > 0 ? gateUsage(network, gates) : { macs: denseMacCount(network), channelUsage: [] };
  const { macs, channelUsage } = usage;
  const places = tests.places(size.test);
  const measuredRidge = learnt && probe ? ridge : null;
  const ranks = ranksOf(network, branches, { tests, learnt, size });
  return { size, knn20, ridge: measuredRidge, ranks, correct, macs, channelUsage, features, gates, places };
}

function ranksOf(
  network: Network,
  branches: readonly Branch[],
  { tests, learnt, size }: Omit<Encodings, 'probe'>,
): Ranks {
  const bank = learnt === null ? 0 : Math.min(RANKED, size.bank);
  const test = Math.min(RANKED - bank, size.test);
  const measured = branches.map((branch) => {
    const dimension = branchFeatures(network, branch);
    const features = new Float32Array((bank + test) * dimension);
    if (learnt !== null && bank > 0) features.set(learnt.features(branch, bank));
    if (test > 0) features.set(tests.features(branch, test), bank * dimension);
    return [branch, featureRanks(features, dimension)] as const;
  });
  return { images: bank + test, branches: Object.fromEntries(measured) };
}

async function knn20Answers(
  bank: Rows,
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  queries: Rows,
  onChunk: OnProgress,
): Promise<{ readonly predictions: Uint8Array; readonly chances: Chances }> {
  const { predictions, nearest } = await knn(
    { ...KNN20, bank, bankLabels: labels, queries, classes: classes.length },
    onChunk,
  );
  return { predictions, chances: chancesOf(nearest, KNN20.k, bank, labels, classes.length) };
}
