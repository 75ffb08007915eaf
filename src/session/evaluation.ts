import { type Dataset, RAW_PIXELS } from '../data/dataset.ts';
import type { Engine } from '../engine.ts';
import { accuracy, KNN20, knn } from '../evaluate/knn.ts';
import { featureRows, pixelRows, type Rows } from '../evaluate/rows.ts';
import { denseMacCount, gateUsage } from '../evaluate/usage.ts';
import type { BlockUsage, Branch, MacCount, PerBranch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';

/** Images of one forward pass in evaluation. */
const CHUNK = 100;

/** The part of an engine that an evaluation needs. */
export type Encoder = Pick<Engine, 'encode'>;

/** Told after every piece of work; may yield, and throws to cancel. */
export type OnProgress = (done: number, total: number) => Promise<void>;

export interface Evaluation {
  readonly knn20: PerBranch;
  readonly macs: MacCount;
  readonly channelUsage: readonly BlockUsage[];
  /** Eval-mode features of the test set per branch, f32 [test, F]. */
  readonly features: Readonly<Partial<Record<Branch, Float32Array>>>;
}

/** k-NN of every branch with the whole training set as bank, and the gates' work over the test set. */
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
  const knn20: { -readonly [B in keyof PerBranch]: PerBranch[B] } = { gated: null, dense: null };
  const features: Partial<Record<Branch, Float32Array>> = {};
  let gates: readonly Uint8Array[] = [];
  for (const branch of branches) {
    const queries = await encodeAll(engine, network, test, branch, advance);
    const bank = await encodeAll(engine, network, train, branch, advance);
    const rows = (encoded: { features: Float32Array }) => featureRows(encoded.features, network.features);
    knn20[branch] = await knn20Accuracy(rows(bank), train, rows(queries), test, () =>
      onProgress(done, total),
    );
    features[branch] = queries.features;
    if (branch === 'gated') gates = queries.gates;
  }
  const usage =
    gates.length > 0 ? gateUsage(network, gates) : { macs: denseMacCount(network), channelUsage: [] };
  return { knn20, macs: usage.macs, channelUsage: usage.channelUsage, features };
}

/**
 * 20-NN on the pixels as they are stored, by the same cosine vote: what an encoder must beat. Centring the pixels first
 * would be a little learning of its own, and a higher floor.
 */
export function rawPixelAccuracy(
  train: Dataset,
  test: Dataset,
  onChunk: () => Promise<void>,
): Promise<number> {
  const rows = (data: Dataset) => pixelRows(data, RAW_PIXELS);
  return knn20Accuracy(rows(train), train, rows(test), test, onChunk);
}

async function knn20Accuracy(
  bank: Rows,
  train: Dataset,
  queries: Rows,
  test: Dataset,
  onChunk: () => Promise<void>,
): Promise<number> {
  const { predictions } = await knn(
    { ...KNN20, bank, bankLabels: train.labels, queries, classes: train.classes.length },
    onChunk,
  );
  return accuracy(predictions, test.labels);
}

/** Eval-mode features [count, F] and gates (per block [count, C]) of all images of a set. */
async function encodeAll(
  engine: Encoder,
  network: Network,
  images: Dataset,
  branch: Branch,
  advance: (images: number) => Promise<void>,
): Promise<{ features: Float32Array; gates: readonly Uint8Array[] }> {
  const features = new Float32Array(images.count * network.features);
  const gates =
    branch === 'gated' ? network.blocks.map(({ channels }) => new Uint8Array(images.count * channels)) : [];
  for (let from = 0; from < images.count; from += CHUNK) {
    const to = Math.min(from + CHUNK, images.count);
    const encoded = await engine.encode(images, from, to, branch);
    features.set(encoded.features, from * network.features);
    gates.forEach((block, l) => {
      block.set(encoded.gates[l]!, from * network.blocks[l]!.channels);
    });
    await advance(to - from);
  }
  return { features, gates };
}
