import type { RunConfig } from './config.ts';

export interface Preset {
  readonly id: string;
  readonly label: string;
  /** The data that it was measured on, and is chosen for by itself. */
  readonly data: 'emoji10' | 'files';
  /** One sentence: what it is for and why these numbers. */
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

const PHOTOS: RunConfig = {
  ...EMOJI,
  steps: 300,
  larsTrust: 0.008,
  minCrop: 0.2,
  jitter: 1,
  grayscale: 0.2,
  evaluateEvery: 1,
};

/** The authors' run of CIFAR-10, 500 epochs of 50,000 images at batch 256 (method §5, §6). */
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

export const PRESETS: readonly Preset[] = [
  {
    id: 'emoji',
    label: 'Emoji, minutes',
    data: 'emoji10',
    why: 'Width 8 for five epochs of Emoji-10: a few minutes on a laptop without a GPU. Steps of LARS are shorter than the paper’s and augmentation is gentler: a short run has no time to calm down, and these colours mean something.',
    config: EMOJI,
  },
  {
    id: 'photos',
    label: 'CIFAR-10, minutes',
    data: 'files',
    why: 'Width 8 for 300 steps of CIFAR-10 photos, with the paper’s crops: enough to meet the budget and leave the untrained floor behind, not to beat raw pixels by much.',
    config: PHOTOS,
  },
  {
    id: 'paper',
    label: 'CIFAR-10, the paper',
    data: 'files',
    why: 'The authors’ numbers at width 64: 500 epochs of 50,000 images. Days without a fast GPU; here for reference.',
    config: PAPER,
  },
];

/** What the page starts from. */
export const DEFAULT_CONFIG: RunConfig = EMOJI;

/** The first preset that was made for this kind of data. */
export function presetFor(data: Preset['data']): Preset {
  return PRESETS.find((preset) => preset.data === data)!;
}
