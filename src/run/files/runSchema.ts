import type { RunConfig } from '../../config.ts';
import { LAYOUTS } from '../../data/formats/files.ts';
import { HUB_SETS } from '../../data/hub/catalogue.ts';
import type { GradientRow, PerBranch } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { z } from '../zod.ts';

/**
 * A ratio, a rate or a number of MACs. It is never below 0, but the cost of gates can raise a ratio above 1.
 */
const amount = z.number().min(0);
/** An accuracy, or a share of channels. */
const share = amount.max(1);
const count = z.number().int().min(0);
/** JSON has no NaN. A file has null for a value that was not finite. */
const measured = z.nullable(z.number()).transform((value) => value ?? Number.NaN);
const slim = z.templateLiteral(['slim', z.int().min(1).max(99)]);
export const branchSchema = z.union([z.enum(['gated', 'dense']), slim]);
/** The accuracies of the branches among an object's keys. */
const perBranch = z
  .object({ gated: z.nullable(share), dense: z.nullable(share) })
  .catchall(z.unknown())
  .transform(({ gated, dense, ...others }, context): PerBranch => {
    const narrow = Object.entries(others).flatMap(([key, value]) => {
      const known = branchSchema.safeParse(key);
      if (!known.success || typeof value !== 'number') return [];
      if (!share.safeParse(value).success) {
        context.addIssue({ code: 'custom', path: [key], message: `must be from 0 to 1, got ${value}` });
      }
      return [[known.data, value] as const];
    });
    return { gated, dense, ...Object.fromEntries(narrow) };
  });

/** A file may lack settings that a later version has added. They then have their defaults. */
export const configSchema: z.ZodType<RunConfig> = z.object({
  system: z.enum(['dual-gating', 'vicreg-gating', 'vicreg', 'slimmable']),
  seed: z.number(),
  budget: z.number(),
  width: z.number().int().min(4).multipleOf(4),
  batch: z.number(),
  steps: z.number(),
  learningRate: z.number(),
  stem: z.enum(['auto', 'cifar', 'imagenet']).default(DEFAULT_CONFIG.stem),
  stemPadding: z.number().default(DEFAULT_CONFIG.stemPadding),
  separateBn: z.boolean().default(DEFAULT_CONFIG.separateBn),
  projector: z.number().default(DEFAULT_CONFIG.projector),
  warmup: z.number().default(DEFAULT_CONFIG.warmup),
  weightDecay: z.number().default(DEFAULT_CONFIG.weightDecay),
  larsTrust: z.number().default(DEFAULT_CONFIG.larsTrust),
  budgetWeight: z.number().default(DEFAULT_CONFIG.budgetWeight),
  boundWeight: z.number().default(DEFAULT_CONFIG.boundWeight),
  boundDecay: z.number().default(DEFAULT_CONFIG.boundDecay),
  invarianceWeight: z.number().default(DEFAULT_CONFIG.invarianceWeight),
  varianceWeight: z.number().default(DEFAULT_CONFIG.varianceWeight),
  covarianceWeight: z.number().default(DEFAULT_CONFIG.covarianceWeight),
  temperature: z.number().default(DEFAULT_CONFIG.temperature),
  minCrop: z.number().default(DEFAULT_CONFIG.minCrop),
  jitter: z.number().default(DEFAULT_CONFIG.jitter),
  grayscale: z.number().default(DEFAULT_CONFIG.grayscale),
  evaluateEvery: z.number().default(DEFAULT_CONFIG.evaluateEvery),
  // Versions before this setting measured on all images.
  evaluationShare: z.number().default(1),
  mapPoints: z.number().default(DEFAULT_CONFIG.mapPoints),
  gatedLoss: z.enum(['sum', 'mean']).default(DEFAULT_CONFIG.gatedLoss),
  exactBudget: z.boolean().default(DEFAULT_CONFIG.exactBudget),
  minBottleneck: z.number().default(DEFAULT_CONFIG.minBottleneck),
  slimForm: z.enum(['dual', 'slimclr']).default(DEFAULT_CONFIG.slimForm),
  slimWidth: z.number().default(DEFAULT_CONFIG.slimWidth),
  slimObjective: z.enum(['vicreg', 'contrastive']).default(DEFAULT_CONFIG.slimObjective),
  slowStart: z.boolean().default(DEFAULT_CONFIG.slowStart),
  distillation: z.boolean().default(DEFAULT_CONFIG.distillation),
  reweighting: z.boolean().default(DEFAULT_CONFIG.reweighting),
  contrastTemperature: z.number().default(DEFAULT_CONFIG.contrastTemperature),
  gradientsEvery: z.number().default(DEFAULT_CONFIG.gradientsEvery),
});

const step = z.object({
  step: count,
  epoch: count,
  loss: measured,
  invariance: measured,
  variance: measured,
  covariance: measured,
  budgetLoss: measured,
  boundLoss: measured,
  macRatio: z.nullable(amount),
  /** t_d at this step. */
  budget: z.number().exactOptional(),
  lr: amount,
  ms: amount,
  terms: z.array(measured).readonly().default([]),
});

const usage = z.object({
  block: z.string(),
  off: count,
  on: count,
  dependent: count,
  open: z.nullable(share).default(null),
});

/** The images that accuracies were measured on. Absent: the whole sets. */
const sample = z.object({ bank: count, test: count, standardError: perBranch }).exactOptional();

const epoch = z.object({
  epoch: count,
  step: count.exactOptional(),
  knn20: perBranch,
  macRatio: z.nullable(amount),
  channelUsage: z.array(usage),
  sample,
});

const gradientRow: z.ZodType<GradientRow> = z.object({
  step: count,
  full: measured,
  rest: measured,
  even: z.object({ full: z.number(), rest: z.number() }),
  cosines: z.record(slim, measured),
});

const size = z.object({ bank: count, test: count });

export const floorsSchema = z.object({
  rawPixels: z.nullable(share),
  untrained: perBranch,
  /** Absent: the whole sets. */
  samples: z.object({ rawPixels: size, untrained: size }).exactOptional(),
});

const final = z.object({
  knn20: z.intersection(perBranch, floorsSchema),
  ridge: z.nullable(perBranch).default(null),
  correct: z.partialRecord(branchSchema, z.string()).default({}),
  macs: z.object({
    dense: amount,
    gated: z.nullable(amount),
    ratio: z.nullable(amount),
    reduction: z.nullable(z.number()),
  }),
  sample,
  imagesPerSecond: amount,
});

const tensor = z.object({ shape: z.array(count).readonly(), dtype: z.literal('float32'), data: z.string() });
const triple = z.tuple([z.number(), z.number(), z.number()]).readonly();

const bytes = z.object({ shape: z.array(count).readonly(), dtype: z.literal('uint8'), data: z.string() });

/** What a weights file tells about its network. network/weightsCheck.ts checks which values are possible. */
export const architectureSchema = z.object({
  name: z.literal('resnet18-gated'),
  input: count,
  width: count,
  stem: z.enum(['cifar', 'imagenet']),
  stemPadding: count,
  gated: z.boolean(),
  bn: z.enum(['separate', 'shared']),
  projector: z.object({ hidden: count, output: count }),
  slim: z.array(slim).readonly().default([]),
  slimProjector: z.boolean().default(false),
  minBottleneck: count.default(1),
  branches: z.array(branchSchema).readonly(),
  mean: triple,
  std: triple,
  bnEpsilon: z.number(),
  inner: z.array(count).readonly().exactOptional(),
});

/** A network's weights as a file of their own. */
export const weightsSchema = z.object({
  format: z.literal('dualgate-weights'),
  version: z.literal(1),
  architecture: architectureSchema,
  tensors: z.record(z.string(), tensor),
  parity: z
    .object({
      images: bytes,
      features: z.partialRecord(branchSchema, tensor),
      gates: z.record(z.string(), bytes).exactOptional(),
    })
    .exactOptional(),
});

const engine = z.object({
  name: z.enum(['wasm', 'cpu', 'webgpu']),
  reason: z.string(),
  details: z.record(z.string(), z.string()),
  selfTest: z.object({ worstError: z.number(), ms: z.number() }),
});

const data = z.object({
  name: z.string(),
  train: count,
  test: count,
  bank: z.nullable(count).default(null),
  size: count,
  classes: z.array(z.string()).readonly(),
  recipe: z.enum(['cifar10', 'cifar100', 'stl10', 'imagenet100']).default('cifar10'),
  stepsPerEpoch: count,
  fingerprint: z.string().exactOptional(),
});

const map = z.object({
  branch: branchSchema,
  epoch: count,
  step: count,
  projection: z.enum(['pca', 'umap']),
  /** n_neighbors of a UMAP. */
  neighbours: z.nullable(count).default(null),
  /** Present if the map shows only so many of the map images, the first ones. */
  count: count.exactOptional(),
  /** x and y of each map image, one image after another. */
  xy: z.array(z.number()).readonly(),
});

const limit = z.nullable(count);
/** Where the images came from, without the names of the user's files. */
const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('emoji10'), test: z.enum(['unseen-style', 'same-styles']) }),
  z.object({
    kind: z.literal('files'),
    side: z.nullable(count),
    limits: z.object({ train: limit, test: limit }),
    layout: z.enum(LAYOUTS).exactOptional(),
    useTheRest: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('hub'),
    set: z.enum(HUB_SETS.map(({ id }) => id)),
    side: z.nullable(count),
    limits: z.object({ train: limit, test: limit }),
    // A file never makes a run use the network: the user downloads the images first.
    kept: z.literal(true),
  }),
]);

/** A run file, version 1. Unknown keys are dropped. Keys after `weights` may be missing. */
export const runSchema = z.object({
  format: z.literal('dualgate-run'),
  version: z.literal(1),
  config: configSchema,
  steps: z.array(step).readonly(),
  diverged: step.exactOptional(),
  epochs: z.array(epoch).readonly(),
  /** null if the run was saved before its end. */
  final: z.nullable(final).default(null),
  weights: z.nullable(weightsSchema).default(null),
  engine: z.nullable(engine).default(null),
  data: z.nullable(data).default(null),
  floors: z.nullable(floorsSchema).default(null),
  budgets: z
    .array(z.object({ step: count, budget: z.number() }))
    .readonly()
    .default([]),
  gradients: z.array(gradientRow).readonly().default([]),
  stoppedEarly: z.boolean().default(false),
  maps: z.array(map).readonly().default([]),
  /** Class of each map image. */
  mapLabels: z.array(count).readonly().default([]),
  /**
   * Hard gates of the map images: per block one bit per image and channel, as statistics/bitset.ts packs
   * them. `count` is there if only the first map images were evaluated.
   */
  mapGates: z
    .nullable(
      z.object({
        epoch: count,
        step: count,
        count: count.exactOptional(),
        blocks: z.array(z.string()).readonly(),
      }),
    )
    .default(null),
  /** null if it was not recorded, or if another version wrote it in another form. */
  source: z.nullable(source).default(null).catch(null),
  /** Base64 of a checkpoint (run/checkpoint/checkpointFile.ts). The run can continue from it exactly. */
  checkpoint: z.nullable(z.string()).default(null),
});

/** A run as it stands in its file. */
export type RunFile = z.output<typeof runSchema>;
