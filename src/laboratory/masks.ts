import type { Dataset } from '../data/images/dataset.ts';
import { chunkOf } from '../evaluate/encoding.ts';
import { accuracy, KNN20, knn } from '../evaluate/knn.ts';
import { moments } from '../evaluate/moments.ts';
import { classify, ridgeProbe } from '../evaluate/ridge.ts';
import { featureRows } from '../evaluate/rows.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import type { Gates } from '../network/masks.ts';
import { rightOnes } from '../statistics/bitset.ts';
import { mcnemar, standardError } from '../statistics/confidence.ts';
import {
  MASK_KINDS,
  MASK_MEASURES,
  MASK_TEXTS,
  type MaskKind,
  type MaskMeasure,
  type MaskResult,
  type MaskScore,
  type MasksOrder,
  type MasksOutcome,
} from './door/masksOrder.ts';
import { doJobs, type Job, type JobProgress } from './jobs.ts';
import { hasLabels, type Laboratory, type OnWork } from './laboratory.ts';
import { type Masked, MaskPlans } from './maskPlans.ts';
import { dataFacts } from './measure.ts';
import { recalibrated } from './recalibrated.ts';

/** For each measure, which test images one mask gets right, u8 [test]. */
type Right = Readonly<Record<MaskMeasure, Uint8Array>>;

/**
 * Carries out an order of masks. Every mask encodes both sets anew, and is scored like the real gates.
 * @param tell may wait, and throws to cancel
 */
export async function performMasks(
  laboratory: Laboratory,
  order: MasksOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<MasksOutcome> {
  const began = performance.now();
  const { network, data } = laboratory;
  const gated = network.spec.gated;
  const reference = gated ? 'gated' : 'dense';
  const images = data.train.count + data.test.count;
  const right = new Map<MaskKind, Right>();
  const results: MaskResult[] = [];
  let plans: MaskPlans | null = null;
  const keep = async (mask: MaskKind, masked: Masked, features: Features, onWork: OnWork) => {
    const { macs, ratio, density } = masked;
    let scores: readonly MaskScore[] = [];
    if (hasLabels(data)) {
      const answers = await answersOf(laboratory, features, onWork);
      right.set(mask, answers);
      scores = scoresOf(answers, mask === 'real' ? null : right.get('real')!);
    }
    results.push({ mask, macs, ratio, density, scores });
  };
  const real: Job = {
    task: 'Real gates',
    unit: 'images',
    cost: images,
    work: async (onWork) => {
      const sets = await laboratory.encoded(reference, onWork);
      const gates = { train: sets.train.gates, test: sets.test.gates };
      plans = new MaskPlans(laboratory, gates, order.ratio);
      const features = { train: sets.train.features, test: sets.test.features };
      await keep('real', plans.real(), features, silently(onWork));
    },
  };
  const others = MASK_KINDS.filter(
    (mask): mask is Exclude<MaskKind, 'real'> =>
      mask !== 'real' && order.masks.includes(mask) && (gated || !NEEDS_GATES.includes(mask)),
  ).map(
    (mask): Job => ({
      task: MASK_TEXTS[mask].label,
      unit: 'images',
      cost: images,
      work: async (onWork) => {
        const plan = plans!.plan(mask);
        const masked =
          mask === 'l1-recalibrated'
            ? { ...plan, frozen: await recalibrated(plan.frozen, laboratory, () => onWork(0, 1)) }
            : plan;
        await keep(mask, masked, await encodeMasked(masked, laboratory, onWork), silently(onWork));
      },
    }),
  );
  await doJobs([real, ...others], tell);
  return {
    kind: 'masks',
    data: dataFacts(data),
    gated,
    blocks: network.blocks.map(({ name }) => name),
    denseMacs: network.denseMacs,
    masks: results,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Masks that are made from gates' decisions. */
const NEEDS_GATES: readonly MaskKind[] = ['frozen', 'always-on', 'shuffled', 'random'];

interface Features {
  readonly train: Float32Array;
  readonly test: Float32Array;
}

/** Reports no progress of the work, but lets it be cancelled. */
function silently(onWork: OnWork): OnWork {
  return () => onWork(1, 1);
}

async function encodeMasked(
  { frozen, forced }: Masked,
  { data, network, weights }: Laboratory,
  onWork: OnWork,
): Promise<Features> {
  const { mean, std } = weights.architecture;
  const encoder = new FrozenEncoder(frozen, { mean, std });
  const total = data.train.count + data.test.count;
  const chunk = chunkOf(network);
  let done = 0;
  const encode = async (images: Dataset, gates: Gates | null) => {
    const features = new Float32Array(images.count * network.features);
    for (let from = 0; from < images.count; from += chunk) {
      const to = Math.min(from + chunk, images.count);
      const part = gates?.map((block, l) => {
        const channels = frozen.inner[l]!;
        return block.subarray(from * channels, to * channels);
      });
      const encoded = await encoder.encode(images, from, to, part ? { forced: part } : {});
      features.set(encoded.features, from * network.features);
      done += to - from;
      await onWork(done, total);
    }
    return features;
  };
  try {
    return {
      train: await encode(data.train, forced?.train ?? null),
      test: await encode(data.test, forced?.test ?? null),
    };
  } finally {
    encoder.dispose();
  }
}

async function answersOf(
  { network, data: { train, test } }: Laboratory,
  features: Features,
  onWork: OnWork,
): Promise<Right> {
  const classes = train.classes.length;
  const bank = featureRows(features.train, network.features);
  const queries = featureRows(features.test, network.features);
  const onChunk = () => onWork(1, 1);
  const nearest = await knn({ ...KNN20, bank, bankLabels: train.labels, queries, classes }, onChunk);
  const known = await moments(bank, train.labels, classes, onChunk);
  return {
    knn20: rightOnes(nearest.predictions, test.labels),
    ridge: rightOnes(classify(ridgeProbe(known), queries, known), test.labels),
  };
}

/**
 * Scores of the answers.
 * @param real answers of the real gates to compare with; null: the answers are the real gates' own
 */
function scoresOf(answers: Right, real: Right | null): MaskScore[] {
  return MASK_MEASURES.map((measure) => {
    const flags = answers[measure];
    const share = accuracy(flags, new Uint8Array(flags.length).fill(1));
    return {
      measure,
      accuracy: share,
      standardError: standardError(share, flags.length),
      comparison: real && mcnemar(real[measure], flags),
    };
  });
}
