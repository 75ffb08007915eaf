/** The rows a run produces. Accuracies, ratios and shares are fractions 0–1; times are milliseconds. */

/** A sub-network of a slimmable network: `slim50` has the first 50 % of every layer's channels. */
export type SlimBranch = `slim${number}`;

/** The gated network; the dense one (of a slimmable network, its full width); or a narrow sub-network. */
export type Branch = 'gated' | 'dense' | SlimBranch;

/** One number per branch; null (or, for sub-networks, nothing) where the system has no such branch. */
export interface PerBranch {
  readonly gated: number | null;
  readonly dense: number | null;
  readonly [slim: SlimBranch]: number;
}

/** The branches that have a number, with it: dense, gated, then the narrow ones as they come. */
export function measuredBranches(values: PerBranch): (readonly [Branch, number])[] {
  const branches: Branch[] = ['dense', 'gated', ...Object.keys(values).filter(isSlimKey)];
  return branches.flatMap((branch) => {
    const value = values[branch];
    return value === null || value === undefined ? [] : [[branch, value] as const];
  });
}

/** The branches that have a value, with it, as they come. */
export function branchEntries<T>(values: Readonly<Partial<Record<Branch, T>>>): (readonly [Branch, T])[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const isBranch = key === 'dense' || key === 'gated' || isSlimKey(key);
    return isBranch && value !== undefined ? [[key, value] as const] : [];
  });
}

function isSlimKey(key: string): key is SlimBranch {
  return /^slim\d+$/.test(key);
}

/**
 * VICReg's variance and covariance of each of the two embeddings that it compares, unweighted, in the order
 * of the system's passes: in dual gating the gated branch's, then the dense one's. Their sums are the terms
 * of the step. The invariance compares both embeddings, so it has no parts.
 */
export interface TermsByPass {
  readonly variance: readonly [number, number];
  readonly covariance: readonly [number, number];
}

/**
 * Euclidean norms of the gradient of a step's loss, each over all tensors of a part: before weight decay,
 * LARS and momentum.
 */
export interface GradientNorms {
  /** The encoder without its gates. */
  readonly encoder: number;
  readonly projector: number;
  /** Absent in a system without gates. */
  readonly gates?: number;
}

/**
 * Whether a setting was found that spends a share of the MACs, within MET_WITHIN. Else the share is smaller
 * than the smallest that can be reached or larger than the largest, or all settings jump over it.
 */
export type Reach = 'met' | 'smallest' | 'largest' | 'jumped';

/** A share of the MACs is met by one that is as near as this. */
export const MET_WITHIN = 0.01;

/** One training step. VICReg's terms are unweighted; `loss` is the weighted sum of all five terms. */
export interface StepRow {
  /** 1 after the first step. */
  readonly step: number;
  /** Passes over the training set begun, from 0. */
  readonly epoch: number;
  readonly loss: number;
  readonly invariance: number;
  readonly variance: number;
  readonly covariance: number;
  /** budgetWeight · (macRatio − t_d)², as added to the loss (method §3, "rloss"). */
  readonly budgetLoss: number;
  /** boundWeight · bound penalty, as added to the loss ("bloss"). */
  readonly boundLoss: number;
  /**
   * Train-time MACs of the gated branch (noisy gates, batch mean) over the dense MACs; null without gates.
   */
  readonly macRatio: number | null;
  /** Value of each of the system's terms before its weight; NaN where that is 0. Empty in old run files. */
  readonly terms: readonly number[];
  /** Absent where the system's first term is not VICReg, and in files from before it was recorded. */
  readonly byPass?: TermsByPass;
  /** Absent in files from before it was recorded. */
  readonly gradientNorms?: GradientNorms;
  /** t_d at this step. */
  readonly budget: number;
  readonly lr: number;
  readonly ms: number;
}

/**
 * Channels of one gated block over the test set: never open, always open, or decided by the image. Counts.
 */
export interface BlockUsage {
  readonly block: string;
  readonly channels: number;
  readonly off: number;
  readonly on: number;
  readonly dependent: number;
  /** Mean share of open channels, 0–1; null when the run file does not contain it. */
  readonly open: number | null;
}

/**
 * How the widths of a slimmable network share the gradient, measured after `step` steps (Zhao et al. 2024,
 * §3.1).
 */
export interface GradientRow {
  readonly step: number;
  /**
   * G(1) / G(narrowest). It is 4 when the gradient is spread evenly over the parameters and the narrowest
   * width is .25.
   */
  readonly full: number;
  /** The same for the parameters outside of the narrowest width. It is √15 in the same case. */
  readonly rest: number;
  /**
   * Values of both when the gradient is spread evenly, for this network's narrowest width w:
   * 1 / w and √(1 / w² − 1).
   */
  readonly even: { readonly full: number; readonly rest: number };
  /**
   * Cosine between a narrow width's gradient and the full one's on their shared weights; empty when one loss
   * couples the widths.
   */
  readonly cosines: Readonly<Record<SlimBranch, number>>;
}

/** Number of labelled images that k-NN learns from, and of test images. */
export interface SampleSize {
  /** 0 without labels. */
  readonly bank: number;
  readonly test: number;
}

/** The images that accuracies were measured on. */
export interface Sample extends SampleSize {
  /** √(p (1 − p) / test) of each accuracy p, 0–1; null without labels. */
  readonly standardError: PerBranch;
}

/** How many directions the features of a branch use. No labels are read. */
export interface FeatureRanks {
  /** Number of features, which no rank exceeds. */
  readonly dimension: number;
  /** exp of the entropy of the shares of the features' singular values, not centred (RankMe). */
  readonly rankMe: number;
  /** The same of the centred features (Roy and Vetterli 2007). */
  readonly effectiveRank: number;
  /** Exponent of the law that the covariance's eigenvalues fall by (α-ReQ); null if too few can be fitted. */
  readonly alpha: number | null;
}

/** The ranks of every branch's features. */
export interface Ranks {
  /** Number of images that they were measured on. */
  readonly images: number;
  readonly branches: Readonly<Partial<Record<Branch, FeatureRanks>>>;
}

/** The ranks by name, in the order in which they are shown. */
export const RANK_NAMES = {
  rankMe: 'RankMe',
  effectiveRank: 'effective rank',
  alpha: 'α-ReQ',
} as const satisfies Record<Exclude<keyof FeatureRanks, 'dimension'>, string>;

export type Rank = keyof typeof RANK_NAMES;

export const RANKS = ['rankMe', 'effectiveRank', 'alpha'] as const satisfies readonly Rank[];

/** The branches that have ranks: dense, gated, then the narrow ones as they come. */
export function rankedBranches({ branches }: Ranks): Branch[] {
  const order = ['dense', 'gated'];
  const found = branchEntries(branches).map(([branch]) => branch);
  const place = (branch: Branch) => (order.includes(branch) ? order.indexOf(branch) : order.length);
  return found.toSorted((a, b) => place(a) - place(b));
}

/** One evaluation: early in the run, at the end of an epoch, or at the end of the run. */
export interface EpochRow {
  readonly epoch: number;
  readonly step: number;
  /** 20-NN accuracy on the test images, cosine, T = .07; null without labels. */
  readonly knn20: PerBranch;
  /**
   * Eval-time MACs of the gated branch (hard gates, mean over the test images) over the dense MACs; null
   * without gates.
   */
  readonly macRatio: number | null;
  readonly channelUsage: readonly BlockUsage[];
  /** Absent in files from before evaluations took samples: it was measured on the whole sets. */
  readonly sample?: Sample;
  /** Absent in files from before they were measured. */
  readonly ranks?: Ranks;
}

/**
 * What the hard gates open over some images between evaluations: of training images, or, at step 0, of those
 * test images on which the untrained network is evaluated.
 */
export interface UsageRow {
  readonly step: number;
  /** Number of images. */
  readonly images: number;
  /** MACs of the gated branch over the dense MACs, mean over the images. */
  readonly macRatio: number;
  readonly channelUsage: readonly BlockUsage[];
  /** Per block f32 [C]: share of the images that open each channel, 0–1. */
  readonly open: readonly Float32Array[];
}

/** Accuracies of 20-NN on pixels that were prepared by what the bank shows without its labels. */
export interface PreparedPixels {
  /** The bank's mean image was taken away. */
  readonly centred: number;
  /** The mean of all of an image's values was taken away from each image. */
  readonly perImage: number;
  /** The first principal components of reduced images, each divided by its deviation. */
  readonly components: number;
}

/** Accuracies of 20-NN on pixels, as they are stored and prepared. */
export interface PixelFloors extends PreparedPixels {
  readonly rawPixels: number;
}

/** What any method must beat: 20-NN on pixels, and on the untrained network's features. */
export interface Floors {
  /**
   * null when the images have no labels, because no answer is then right or wrong; `untrained` has no numbers
   * either.
   */
  readonly rawPixels: number | null;
  readonly untrained: PerBranch;
  /**
   * Measured on the same images as raw pixels. Absent without labels, and in files from before it was
   * measured.
   */
  readonly pixels?: PreparedPixels;
  /** What each was measured on. Absent in files from before they were measured on samples: the whole sets. */
  readonly samples?: { readonly rawPixels: SampleSize; readonly untrained: SampleSize };
  /** Those of the untrained network. Absent if there was none, and in older files. */
  readonly ranks?: Ranks;
}

/** The floors of pixels by name, in the order in which they are shown. */
export const PIXEL_FLOORS = {
  rawPixels: 'raw pixels',
  centred: 'centred pixels',
  perImage: 'pixels less their image’s mean',
  components: 'whitened components',
} as const satisfies Record<keyof PixelFloors, string>;

export type PixelFloor = keyof typeof PIXEL_FLOORS;

/** The floors of pixels that were measured, with their accuracies; none without labels. */
export function measuredPixels({
  rawPixels,
  pixels,
}: Pick<Floors, 'rawPixels' | 'pixels'>): (readonly [PixelFloor, number])[] {
  if (rawPixels === null) return [];
  const raw = ['rawPixels', rawPixels] as const;
  if (pixels === undefined) return [raw];
  const { centred, perImage, components } = pixels;
  return [raw, ['centred', centred], ['perImage', perImage], ['components', components]];
}

/** A floor in words, with its accuracy. */
export interface NamedFloor {
  readonly name: string;
  readonly share: number;
}

/** The best of all floors that were measured, of equal ones the first; null without labels. */
export function bestFloor(floors: Floors): NamedFloor | null {
  const named = [
    ...measuredPixels(floors).map(([floor, share]) => ({ name: PIXEL_FLOORS[floor], share })),
    ...measuredBranches(floors.untrained).map(([branch, share]) => ({ name: `untrained ${branch}`, share })),
  ];
  return named.reduce<NamedFloor | null>(
    (best, floor) => (best === null || floor.share > best.share ? floor : best),
    null,
  );
}

/** The best of all floors; null without labels, and in older files, which have raw pixels only. */
export function lineToBeat(floors: Floors): NamedFloor | null {
  return floors.pixels === undefined ? null : bestFloor(floors);
}

/** What the engine of a run holds in memory between two steps, bytes. */
export interface MemoryUse {
  /**
   * Sizes of the buffers that the engine has created on the GPU and not destroyed, added up; null for an
   * engine that has none of its own. What the driver takes beside them cannot be known.
   */
  readonly gpu: number | null;
  /** Size of the memory of the engine's own WASM kernels, laid out before the run; null without them. */
  readonly kernels: number | null;
  /**
   * Size of the WASM memory that tfjs computes in, as it stands. It grows with the largest step so far and
   * never shrinks. Null where nothing is computed in WASM.
   */
  readonly wasm: number | null;
  /** tfjs's tensors, and their bytes. Both grow without end where something is never freed. */
  readonly tensors: number;
  readonly tensorBytes: number;
}

/** MACs of one image: convolutions of the encoder, counted as in method §3 (the paper's "FLOPs"). */
export interface MacCount {
  readonly dense: number;
  readonly gated: number | null;
  readonly ratio: number | null;
  readonly reduction: number | null;
}

export interface FinalRow {
  readonly knn20: PerBranch & Floors;
  /**
   * Test accuracy of a linear probe in closed form: ridge regression of one-hot labels on the training set's
   * standardised eval-mode features, with a bias. null without labels, and in files from before it was
   * measured.
   */
  readonly ridge: PerBranch | null;
  /**
   * Per branch which test images 20-NN gets right: base64, eight images to a byte, the first in the lowest
   * bit. Empty if not all test images were evaluated.
   */
  readonly correct: Readonly<Partial<Record<Branch, string>>>;
  readonly macs: MacCount;
  /**
   * Smaller than the whole sets if the user ended the evaluation. Absent in files from before evaluations
   * took samples: it was measured on the whole sets.
   */
  readonly sample?: Sample;
  /** Training images (each seen as two views) per second of training time, evaluation not counted. */
  readonly imagesPerSecond: number;
}
