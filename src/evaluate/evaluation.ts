import { bankOf, type Dataset, type TrainAndTest } from '../data/images/dataset.ts';
import { RAW_PIXELS } from '../data/images/recipe.ts';
import type { Engine } from '../engine.ts';
import type { BlockUsage, Branch, MacCount, PerBranch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { branchFeatures } from '../network/slim.ts';
import { packBits, rightOnes } from '../statistics/bitset.ts';
import { accuracyWithChance, type Chances, chancesOf } from './chance.ts';
import { accuracy, KNN20, knn } from './knn.ts';
import { moments } from './moments.ts';
import { classify, ridgeProbe } from './ridge.ts';
import { featureRows, pixelRows, type Rows } from './rows.ts';
import { denseMacCount, gateUsage } from './usage.ts';

/** Images of one forward pass in evaluation. So many are allowed if the stem's map has at most this side. */
const CHUNK = { images: 100, side: 34 } as const;

/**
 * Images of one forward pass in evaluation. For large images it is fewer (50 of 96 pixels), so that memory
 * does not grow.
 */
export function chunkOf({ stem }: Pick<Network, 'stem'>): number {
  return Math.max(1, Math.floor(CHUNK.images * Math.min(1, (CHUNK.side / stem.size) ** 2)));
}

/** The part of an engine that an evaluation needs. */
export type Encoder = Pick<Engine, 'encode'>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Called after every piece of work; it may yield, and throws to cancel. */
export type OnProgress = (done: number, total: number) => Promise<void>;

export interface Evaluation {
  /** Accuracies of 20-NN; no numbers if there are no labels. */
  readonly knn20: PerBranch;
  /** Accuracy of the closed-form ridge probe (evaluate/ridge.ts); null without labels. */
  readonly ridge: PerBranch | null;
  /**
   * For each branch, which test images 20-NN gets right (statistics/bitset.ts); a draw decides where chance
   * does.
   */
  readonly correct: Readonly<Partial<Record<Branch, string>>>;
  readonly macs: MacCount;
  readonly channelUsage: readonly BlockUsage[];
  /** Eval-mode features of the test set per branch, f32 [test, F]. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
  /** Hard gates of the test set, per block u8 [test, C]; empty without a gated branch. */
  readonly gates: readonly Uint8Array[];
}

/**
 * k-NN and ridge probe of every branch, learnt from all labelled training images, and the gates' use over the
 * test set. Without labels, it gives only the features and the gates.
 */
export async function evaluate(
  engine: Encoder,
  network: Network,
  branches: readonly Branch[],
  data: TrainAndTest,
  onProgress: OnProgress,
): Promise<Evaluation> {
  const { test } = data;
  const bank = bankOf(data);
  const total = branches.length * ((bank?.count ?? 0) + test.count);
  let done = 0;
  const advance = async (images: number) => {
    done += images;
    await onProgress(done, total);
  };
  const knn20: Writable<PerBranch> = { gated: null, dense: null };
  const ridge: Writable<PerBranch> = { gated: null, dense: null };
  const correct: Partial<Record<Branch, string>> = {};
  const features: Partial<Record<Branch, Float32Array>> = {};
  let gates: readonly Uint8Array[] = [];
  for (const branch of branches) {
    const queries = await encodeAll(engine, network, test, branch, advance);
    features[branch] = queries.features;
    if (branch === 'gated') gates = queries.gates;
    if (bank === null) continue;
    const rows = (encoded: EncodedSet) => featureRows(encoded.features, branchFeatures(network, branch));
    const learnt = rows(await encodeAll(engine, network, bank, branch, advance));
    const asked = rows(queries);
    const onChunk = () => onProgress(done, total);
    const { predictions, chances } = await knn20Answers(learnt, bank, asked, onChunk);
    knn20[branch] = accuracyWithChance(predictions, test.labels, chances);
    correct[branch] = packBits(rightOnes(predictions, test.labels));
    const known = await moments(learnt, bank.labels, bank.classes.length, onChunk);
    ridge[branch] = accuracy(classify(ridgeProbe(known), asked, known), test.labels);
  }
  const usage =
    gates.length > 0 ? gateUsage(network, gates) : { macs: denseMacCount(network), channelUsage: [] };
  const { macs, channelUsage } = usage;
  return { knn20, ridge: bank && ridge, correct, macs, channelUsage, features, gates };
}

/**
 * 20-NN on the pixels as they are stored, with the same cosine vote. An encoder must be better than this.
 * Centring the pixels first would already be a little learning, and would raise this floor. null without
 * labels.
 */
export async function rawPixelAccuracy(data: TrainAndTest, onProgress: OnProgress): Promise<number | null> {
  const bank = bankOf(data);
  if (bank === null) return null;
  const rows = (images: Dataset) => pixelRows(images, RAW_PIXELS);
  const { predictions, chances } = await knn20Answers(rows(bank), bank, rows(data.test), onProgress);
  return accuracyWithChance(predictions, data.test.labels, chances);
}

async function knn20Answers(
  bank: Rows,
  { labels, classes }: Dataset,
  queries: Rows,
  onChunk: OnProgress,
): Promise<{ readonly predictions: Uint8Array; readonly chances: Chances }> {
  const { predictions, nearest } = await knn(
    { ...KNN20, bank, bankLabels: labels, queries, classes: classes.length },
    onChunk,
  );
  return { predictions, chances: chancesOf(nearest, KNN20.k, bank, labels, classes.length) };
}

/** The error for a branch whose features are no longer finite, because its run diverged. */
export class FeatureFault extends Error {
  override readonly name = 'FeatureFault';

  constructor(readonly branch: Branch) {
    super(
      `The ${branch} branch’s features are not finite numbers: its weights are those of a run that diverged.`,
    );
  }
}

/** A branch's outputs for a set of images. */
export interface EncodedSet {
  /** Eval-mode features, f32 [count, F of the branch]. */
  readonly features: Float32Array;
  /** Hard gates, per block u8 [count, C]; only the gated branch has some. */
  readonly gates: readonly Uint8Array[];
}

/**
 * Encodes all images of a set.
 * @param advance called with the number of images after each piece of work; may wait or throw
 * @throws FeatureFault if a feature is not a finite number
 */
export async function encodeAll(
  engine: Encoder,
  network: Network,
  images: Dataset,
  branch: Branch,
  advance: (images: number) => Promise<void>,
): Promise<EncodedSet> {
  const dimension = branchFeatures(network, branch);
  const features = new Float32Array(images.count * dimension);
  let gates: Uint8Array[] = [];
  const chunk = chunkOf(network);
  for (let from = 0; from < images.count; from += chunk) {
    const to = Math.min(from + chunk, images.count);
    const encoded = await engine.encode(images, from, to, branch);
    if (!encoded.features.every(Number.isFinite)) throw new FeatureFault(branch);
    features.set(encoded.features, from * dimension);
    const channels = encoded.gates.map((block) => block.length / (to - from));
    if (from === 0) gates = channels.map((count) => new Uint8Array(images.count * count));
    encoded.gates.forEach((block, l) => {
      gates[l]!.set(block, from * channels[l]!);
    });
    await advance(to - from);
  }
  return { features, gates };
}
