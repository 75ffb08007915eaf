import type { Dataset } from '../data/dataset.ts';
import { RAW_PIXELS } from '../data/recipe.ts';
import type { Engine } from '../engine.ts';
import { packBits, rightOnes } from '../evaluate/bitset.ts';
import { accuracy, KNN20, knn } from '../evaluate/knn.ts';
import { moments } from '../evaluate/moments.ts';
import { classify, ridgeProbe } from '../evaluate/ridge.ts';
import { featureRows, pixelRows, type Rows } from '../evaluate/rows.ts';
import { denseMacCount, gateUsage } from '../evaluate/usage.ts';
import type { BlockUsage, Branch, MacCount, PerBranch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { branchFeatures } from '../network/slim.ts';

/** Images of one forward pass in evaluation. */
const CHUNK = 100;

/** The part of an engine that an evaluation needs. */
export type Encoder = Pick<Engine, 'encode'>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Told after every piece of work; may yield, and throws to cancel. */
export type OnProgress = (done: number, total: number) => Promise<void>;

export interface Evaluation {
  readonly knn20: PerBranch;
  /** Accuracy of the closed-form ridge probe (evaluate/ridge.ts). */
  readonly ridge: PerBranch;
  /** Per branch which test images 20-NN gets right (evaluate/bitset.ts). */
  readonly correct: Readonly<Partial<Record<Branch, string>>>;
  readonly macs: MacCount;
  readonly channelUsage: readonly BlockUsage[];
  /** Eval-mode features of the test set per branch, f32 [test, F]. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
  /** Hard gates of the test set, per block u8 [test, C]; none without a gated branch. */
  readonly gates: readonly Uint8Array[];
}

/** k-NN and ridge probe of every branch on the whole training set, and the gates' work over the test set. */
export async function evaluate(
  engine: Encoder,
  network: Network,
  branches: readonly Branch[],
  train: Dataset,
  test: Dataset,
  onProgress: OnProgress,
): Promise<Evaluation> {
  const total = branches.length * (train.count + test.count);
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
    const bank = await encodeAll(engine, network, train, branch, advance);
    const rows = (encoded: { features: Float32Array }) =>
      featureRows(encoded.features, branchFeatures(network, branch));
    const [learnt, asked] = [rows(bank), rows(queries)];
    const onChunk = () => onProgress(done, total);
    const predictions = await knn20Predictions(learnt, train, asked, onChunk);
    knn20[branch] = accuracy(predictions, test.labels);
    correct[branch] = packBits(rightOnes(predictions, test.labels));
    const known = await moments(learnt, train.labels, train.classes.length, onChunk);
    ridge[branch] = accuracy(classify(ridgeProbe(known), asked, known), test.labels);
    features[branch] = queries.features;
    if (branch === 'gated') gates = queries.gates;
  }
  const usage =
    gates.length > 0 ? gateUsage(network, gates) : { macs: denseMacCount(network), channelUsage: [] };
  return { knn20, ridge, correct, macs: usage.macs, channelUsage: usage.channelUsage, features, gates };
}

/**
 * 20-NN on the pixels as they are stored, by the same cosine vote: what an encoder must beat. Centring the pixels first
 * would be a little learning of its own, and a higher floor.
 */
export async function rawPixelAccuracy(
  train: Dataset,
  test: Dataset,
  onChunk: () => Promise<void>,
): Promise<number> {
  const rows = (data: Dataset) => pixelRows(data, RAW_PIXELS);
  return accuracy(await knn20Predictions(rows(train), train, rows(test), onChunk), test.labels);
}

async function knn20Predictions(
  bank: Rows,
  train: Dataset,
  queries: Rows,
  onChunk: () => Promise<void>,
): Promise<Uint8Array> {
  const { predictions } = await knn(
    { ...KNN20, bank, bankLabels: train.labels, queries, classes: train.classes.length },
    onChunk,
  );
  return predictions;
}

/** What a branch makes of a set of images. */
export interface EncodedSet {
  /** Eval-mode features, f32 [count, F of the branch]. */
  readonly features: Float32Array;
  /** Hard gates, per block u8 [count, C]; none but for the gated branch. */
  readonly gates: readonly Uint8Array[];
}

/** Encodes all images of a set. @param advance told the number of images after each piece of work; may wait or throw */
export async function encodeAll(
  engine: Encoder,
  network: Network,
  images: Dataset,
  branch: Branch,
  advance: (images: number) => Promise<void>,
): Promise<EncodedSet> {
  const dimension = branchFeatures(network, branch);
  const features = new Float32Array(images.count * dimension);
  const gates =
    branch === 'gated' ? network.blocks.map(({ channels }) => new Uint8Array(images.count * channels)) : [];
  for (let from = 0; from < images.count; from += CHUNK) {
    const to = Math.min(from + CHUNK, images.count);
    const encoded = await engine.encode(images, from, to, branch);
    features.set(encoded.features, from * dimension);
    gates.forEach((block, l) => {
      block.set(encoded.gates[l]!, from * network.blocks[l]!.channels);
    });
    await advance(to - from);
  }
  return { features, gates };
}
