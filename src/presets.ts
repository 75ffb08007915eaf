import type { RunConfig } from './config.ts';

/** Emoji-10, or images with the recipe of one of the paper's data sets (data/images/recipe.ts). */
export type PresetData = 'emoji10' | 'cifar10' | 'cifar100' | 'stl10' | 'imagenet100';

export interface Preset {
  readonly id: string;
  readonly label: string;
  /** The data that the preset was made for. The first preset of each kind of data is its default. */
  readonly data: PresetData;
  /** short: a run of minutes; paper: the authors' numbers, for reference. */
  readonly kind: 'short' | 'paper';
  /** The purpose of the preset, the reason for its numbers, and whether anybody measured them. */
  readonly why: string;
  readonly config: RunConfig;
}

const EMOJI: RunConfig = {
  system: 'dual-gating',
  seed: 1,
  budget: 0.3,
  width: 8,
  stem: 'auto',
  stemPadding: 2,
  separateBn: true,
  projector: 256,
  batch: 64,
  steps: 390,
  optimizer: 'lars',
  learningRate: 0.1,
  warmup: 0.08,
  weightDecay: 1e-4,
  larsTrust: 0.006,
  budgetWeight: 30,
  boundWeight: 1,
  boundDecay: 10,
  invarianceWeight: 25,
  varianceWeight: 25,
  covarianceWeight: 1,
  temperature: 0.66667,
  minCrop: 0.4,
  jitter: 0.7,
  grayscale: 0.05,
  evaluateEvery: 2,
  evaluationShare: 0.1,
  mapPoints: 1000,
  gatedLoss: 'sum',
  exactBudget: false,
  minBottleneck: 1,
  slimForm: 'dual',
  slimWidth: 0.55,
  slimObjective: 'vicreg',
  slowStart: true,
  distillation: true,
  reweighting: true,
  contrastTemperature: 0.2,
  gradientsEvery: 25,
};

/** A run so small that a laptop without a GPU trains and evaluates it in a quarter of a minute. */
const SECONDS: RunConfig = {
  ...EMOJI,
  width: 4,
  projector: 64,
  batch: 16,
  steps: 30,
  learningRate: 0.02,
};

const PHOTOS: RunConfig = {
  ...EMOJI,
  steps: 300,
  larsTrust: 0.008,
  minCrop: 0.2,
  jitter: 1,
  grayscale: 0.2,
  evaluateEvery: 1,
};

/**
 * With the 7×7 stem a narrow network cannot have a small budget: the stem, the shortcuts and the gates alone
 * are .23 of the dense MACs at width 16, and .37 at width 8 (method §4).
 */
const STL10: RunConfig = { ...PHOTOS, width: 16, budget: 0.5 };

/** The authors' run of CIFAR-10 and CIFAR-100, 500 epochs of 50,000 images at batch 256 (method §5, §6). */
const PAPER: RunConfig = {
  ...PHOTOS,
  width: 64,
  projector: 2048,
  batch: 256,
  steps: 97_500,
  learningRate: 0.3,
  warmup: 0.02,
  larsTrust: 0.02,
  budgetWeight: 5,
  evaluateEvery: 10,
};

/** 500 epochs of the 100,000 unlabelled images; one epoch has 390 batches. */
const PAPER_STL10: RunConfig = { ...PAPER, steps: 195_000 };

/** 500 epochs of 126,689 images; one epoch has 494 batches. */
const PAPER_IMAGENET100: RunConfig = { ...PAPER, steps: 247_000 };

export const PRESETS: readonly Preset[] = [
  {
    id: 'emoji',
    label: 'Emoji, minutes',
    data: 'emoji10',
    kind: 'short',
    why: 'Width 8 for five epochs of Emoji-10: a few minutes on a laptop without a GPU. Steps of LARS are shorter than the paper’s and augmentation is gentler: a short run has no time to calm down, and these colours mean something.',
    config: EMOJI,
  },
  {
    id: 'seconds',
    label: 'Emoji, 30 seconds',
    data: 'emoji10',
    kind: 'short',
    why: 'Width 4 for 30 steps of 16 images: two such runs, dense and gated, take about half a minute. It shows how training and comparing go. The network has not learned anything yet that is worth comparing.',
    config: SECONDS,
  },
  {
    id: 'photos',
    label: 'CIFAR-10, minutes',
    data: 'cifar10',
    kind: 'short',
    why: 'Width 8 for 300 steps of CIFAR-10 photos, with the paper’s crops: enough to meet the budget and leave the untrained floor behind, not to beat raw pixels by much.',
    config: PHOTOS,
  },
  {
    id: 'cifar100',
    label: 'CIFAR-100, minutes',
    data: 'cifar100',
    kind: 'short',
    why: 'The short run of CIFAR-10 on CIFAR-100, whose second view is also blurred now and then. As quick, but not measured on these images: with a hundred classes expect small accuracies.',
    config: PHOTOS,
  },
  {
    id: 'stl10',
    label: 'STL-10, minutes',
    data: 'stl10',
    kind: 'short',
    why: 'Width 16 for 300 steps of 96-pixel images through the 7×7 stem, at t_d .5: with every gate closed this network still spends .23 of its dense MACs, and one of width 8 .37. Not measured to its end; about twice the arithmetic of the short CIFAR-10 run.',
    config: STL10,
  },
  {
    id: 'pictures',
    label: 'Pictures, minutes',
    data: 'imagenet100',
    kind: 'short',
    why: 'The short run of CIFAR-10 for ImageNet-100 or pictures of one’s own. At a side of 64 pixels each step costs almost four times as much as at 32; from 96 the 7×7 stem is taken, which needs a greater width and t_d. Not measured on any such set.',
    config: PHOTOS,
  },
  {
    id: 'paper',
    label: 'CIFAR-10, the paper',
    data: 'cifar10',
    kind: 'paper',
    why: 'The authors’ numbers at width 64: 500 epochs of 50,000 images. Days without a fast GPU; here for reference. They reached 85.7 % (1-NN, gated) at t_d .3.',
    config: PAPER,
  },
  {
    id: 'paper-cifar100',
    label: 'CIFAR-100, the paper',
    data: 'cifar100',
    kind: 'paper',
    why: 'The authors’ numbers, as for CIFAR-10: 500 epochs of 50,000 images. Days without a fast GPU; here for reference. They reached 55.5 % (1-NN, gated) at t_d .3.',
    config: PAPER,
  },
  {
    id: 'paper-stl10',
    label: 'STL-10, the paper',
    data: 'stl10',
    kind: 'paper',
    why: 'The authors’ numbers: 500 epochs of all 100,000 unlabeled images at 96 pixels. For reference: the images alone take 2.8 GB, more than a page can hold. They reached 78.8 % (1-NN, gated) at t_d .3.',
    config: PAPER_STL10,
  },
  {
    id: 'paper-imagenet100',
    label: 'ImageNet-100, the paper',
    data: 'imagenet100',
    kind: 'paper',
    why: 'The authors’ numbers: 500 epochs of 126,689 images at 224 pixels, a side that must be set with the data. For reference: the images alone take 19 GB, more than a page can hold. They reached 65.5 % (1-NN, gated) at t_d .3.',
    config: PAPER_IMAGENET100,
  },
];

/** The configuration that the page starts with. */
export const DEFAULT_CONFIG: RunConfig = EMOJI;

/** The first preset that was made for this kind of data. */
export function presetFor(data: PresetData): Preset {
  return PRESETS.find((preset) => preset.data === data)!;
}

/**
 * Peak learning rate by the authors' rule for LARS-wrapped SGD, .3 · batch / 256, in steps of .0001. Runs
 * with a much higher rate diverge: with batches of 16 from 108 images, five of six seeds diverged within 400
 * steps at .1, and none of three at .02.
 */
export function authorsRate(batch: number): number {
  return Math.max(1, Math.round((0.3 * batch * 1e4) / 256)) / 1e4;
}
