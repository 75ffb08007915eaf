import type { RunConfig } from '../../config.ts';
import { LAYOUTS } from '../../data/formats/files.ts';
import { HUB_SETS } from '../../data/hub/catalogue.ts';
import type { GradientRow, PerBranch } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { z } from '../zod.ts';

/**
 * A ratio, a rate or a number of MACs. It is never below 0, but the cost of gates can raise a ratio above 1.
 */
const amount = z.number().check(z.minimum(0));
/** An accuracy, or a share of channels. */
const share = amount.check(z.maximum(1));
const count = z.int().check(z.minimum(0));
/** JSON has no NaN. A file has null for a value that was not finite. */
const measured = z.pipe(
  z.nullable(z.number()),
  z.transform((value) => value ?? Number.NaN),
);
const slim = z.templateLiteral(['slim', z.int().check(z.minimum(1), z.maximum(99))]);
export const branchSchema = z.union([z.enum(['gated', 'dense']), slim]);
/** An entry that older files lack, or that a run can lack. */
const nullByDefault = <Entry extends z.ZodMiniType>(entry: Entry) => z._default(z.nullable(entry), null);
/** A list that older files lack. */
const listed = <Entry extends z.ZodMiniType>(entry: Entry) => z._default(z.readonly(z.array(entry)), []);
/** The accuracies of the branches among an object's keys. */
const perBranch = z.pipe(
  z.catchall(z.object({ gated: z.nullable(share), dense: z.nullable(share) }), z.unknown()),
  z.transform(({ gated, dense, ...others }, context): PerBranch => {
    const narrow = Object.entries(others).flatMap(([key, value]) => {
      const known = branchSchema.safeParse(key);
      if (!known.success || typeof value !== 'number') return [];
      if (!share.safeParse(value).success) {
        const message = `must be from 0 to 1, got ${value}`;
        context.issues.push({ code: 'custom', path: [key], input: value, message });
      }
      return [[known.data, value] as const];
    });
    return { gated, dense, ...Object.fromEntries(narrow) };
  }),
);

/** A file may lack settings that a later version has added. They then have their defaults. */
export const configSchema: z.ZodMiniType<RunConfig> = z.object({
  system: z.enum(['dual-gating', 'vicreg-gating', 'vicreg', 'slimmable']),
  seed: z.number(),
  budget: z.number(),
  width: z.int().check(z.minimum(2)),
  batch: z.number(),
  steps: z.number(),
  learningRate: z.number(),
  // Versions before this setting knew LARS alone.
  optimizer: z._default(z.enum(['lars', 'sgd']), 'lars'),
  stem: z._default(z.enum(['auto', 'cifar', 'imagenet']), DEFAULT_CONFIG.stem),
  stemPadding: z._default(z.number(), DEFAULT_CONFIG.stemPadding),
  separateBn: z._default(z.boolean(), DEFAULT_CONFIG.separateBn),
  projector: z._default(z.number(), DEFAULT_CONFIG.projector),
  warmup: z._default(z.number(), DEFAULT_CONFIG.warmup),
  weightDecay: z._default(z.number(), DEFAULT_CONFIG.weightDecay),
  larsTrust: z._default(z.number(), DEFAULT_CONFIG.larsTrust),
  budgetWeight: z._default(z.number(), DEFAULT_CONFIG.budgetWeight),
  boundWeight: z._default(z.number(), DEFAULT_CONFIG.boundWeight),
  boundDecay: z._default(z.number(), DEFAULT_CONFIG.boundDecay),
  invarianceWeight: z._default(z.number(), DEFAULT_CONFIG.invarianceWeight),
  varianceWeight: z._default(z.number(), DEFAULT_CONFIG.varianceWeight),
  covarianceWeight: z._default(z.number(), DEFAULT_CONFIG.covarianceWeight),
  temperature: z._default(z.number(), DEFAULT_CONFIG.temperature),
  minCrop: z._default(z.number(), DEFAULT_CONFIG.minCrop),
  jitter: z._default(z.number(), DEFAULT_CONFIG.jitter),
  grayscale: z._default(z.number(), DEFAULT_CONFIG.grayscale),
  evaluateEvery: z._default(z.number(), DEFAULT_CONFIG.evaluateEvery),
  // Versions before this setting measured on all images.
  evaluationShare: z._default(z.number(), 1),
  mapPoints: z._default(z.number(), DEFAULT_CONFIG.mapPoints),
  gatedLoss: z._default(z.enum(['sum', 'mean']), DEFAULT_CONFIG.gatedLoss),
  exactBudget: z._default(z.boolean(), DEFAULT_CONFIG.exactBudget),
  minBottleneck: z._default(z.number(), DEFAULT_CONFIG.minBottleneck),
  slimForm: z._default(z.enum(['dual', 'slimclr']), DEFAULT_CONFIG.slimForm),
  slimWidth: z._default(z.number(), DEFAULT_CONFIG.slimWidth),
  slimObjective: z._default(z.enum(['vicreg', 'contrastive']), DEFAULT_CONFIG.slimObjective),
  slowStart: z._default(z.boolean(), DEFAULT_CONFIG.slowStart),
  distillation: z._default(z.boolean(), DEFAULT_CONFIG.distillation),
  reweighting: z._default(z.boolean(), DEFAULT_CONFIG.reweighting),
  contrastTemperature: z._default(z.number(), DEFAULT_CONFIG.contrastTemperature),
  gradientsEvery: z._default(z.number(), DEFAULT_CONFIG.gradientsEvery),
});

const ofPasses = z.readonly(z.tuple([measured, measured]));

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
  budget: z.exactOptional(z.number()),
  lr: amount,
  ms: amount,
  terms: listed(measured),
  /** Absent in files from before it was recorded, and where the first term is not VICReg. */
  byPass: z.exactOptional(z.object({ variance: ofPasses, covariance: ofPasses })),
  /** Absent in files from before it was recorded. */
  gradientNorms: z.exactOptional(
    z.object({ encoder: measured, projector: measured, gates: z.exactOptional(measured) }),
  ),
});

const usage = z.object({
  block: z.string(),
  off: count,
  on: count,
  dependent: count,
  open: nullByDefault(share),
});

/** The images that accuracies were measured on. Absent: the whole sets. */
const sample = z.exactOptional(z.object({ bank: count, test: count, standardError: perBranch }));

/** Absent in files from before they were measured. */
const ranks = z.exactOptional(
  z.object({
    images: count,
    branches: z.partialRecord(
      branchSchema,
      z.object({ dimension: count, rankMe: amount, effectiveRank: amount, alpha: z.nullable(z.number()) }),
    ),
  }),
);

const epoch = z.object({
  epoch: count,
  step: z.exactOptional(count),
  knn20: perBranch,
  macRatio: z.nullable(amount),
  channelUsage: z.array(usage),
  sample,
  ranks,
});

const gradientRow: z.ZodMiniType<GradientRow> = z.object({
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
  /** Absent in files from before it was measured, and without labels. */
  pixels: z.exactOptional(z.object({ centred: share, perImage: share, components: share })),
  /** Absent: the whole sets. */
  samples: z.exactOptional(z.object({ rawPixels: size, untrained: size })),
  ranks,
});

const final = z.object({
  knn20: z.intersection(perBranch, floorsSchema),
  ridge: nullByDefault(perBranch),
  correct: z._default(z.partialRecord(branchSchema, z.string()), {}),
  macs: z.object({
    dense: amount,
    gated: z.nullable(amount),
    ratio: z.nullable(amount),
    reduction: z.nullable(z.number()),
  }),
  sample,
  imagesPerSecond: amount,
});

const tensor = z.object({ shape: z.readonly(z.array(count)), dtype: z.literal('float32'), data: z.string() });
const triple = z.readonly(z.tuple([z.number(), z.number(), z.number()]));

const bytes = z.object({ shape: z.readonly(z.array(count)), dtype: z.literal('uint8'), data: z.string() });

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
  slim: listed(slim),
  slimProjector: z._default(z.boolean(), false),
  minBottleneck: z._default(count, 1),
  branches: z.readonly(z.array(branchSchema)),
  mean: triple,
  std: triple,
  bnEpsilon: z.number(),
  inner: z.exactOptional(z.readonly(z.array(count))),
  gateShift: z.exactOptional(z.number()),
});

/** Budgets that weights were calibrated at. network/weightsCheck.ts checks which values are possible. */
export const budgetPointsSchema = z.readonly(
  z.array(z.object({ budget: z.number(), shift: z.number(), calibrated: z.number(), macRatio: z.number() })),
);

/** A network's weights as a file of their own. */
export const weightsSchema = z.object({
  format: z.literal('dualgate-weights'),
  version: z.literal(1),
  architecture: architectureSchema,
  tensors: z.record(z.string(), tensor),
  parity: z.exactOptional(
    z.object({
      images: bytes,
      features: z.partialRecord(branchSchema, tensor),
      gates: z.exactOptional(z.record(z.string(), bytes)),
    }),
  ),
  budgets: z.exactOptional(budgetPointsSchema),
});

const engine = z.object({
  name: z.enum(['wasm', 'cpu', 'webgpu']),
  reason: z.string(),
  details: z.record(z.string(), z.string()),
  kernels: z.exactOptional(z.object({ fused: z.boolean(), threads: count })),
  selfTest: z.object({ worstError: z.number(), ms: z.number() }),
});

const data = z.object({
  name: z.string(),
  train: count,
  test: count,
  bank: nullByDefault(count),
  size: count,
  classes: z.readonly(z.array(z.string())),
  recipe: z._default(z.enum(['cifar10', 'cifar100', 'stl10', 'imagenet100']), 'cifar10'),
  stepsPerEpoch: count,
  part: z.exactOptional(count.check(z.minimum(1))),
  fingerprint: z.exactOptional(z.string()),
});

const map = z.object({
  branch: branchSchema,
  epoch: count,
  step: count,
  projection: z.enum(['pca', 'umap']),
  /** n_neighbors of a UMAP. */
  neighbours: nullByDefault(count),
  /** Present if the map shows only so many of the map images, the first ones. */
  count: z.exactOptional(count),
  /** x and y of each map image, one image after another. */
  xy: z.readonly(z.array(z.number())),
});

/** The nearest of the map images to each by the features of a branch, as nearestText.ts packs them. */
const nearestSchema = z.object({ branch: branchSchema, nearest: z.string() });

const layout = z.object({
  branch: branchSchema,
  projection: z.enum(['pca', 'umap']),
  neighbours: z.nullable(count),
  box: z.readonly(z.tuple([z.number(), z.number(), z.number()])),
  xy: z.string(),
});

/** What maps and gates showed after an evaluation, packed by quantised.ts. */
export const momentSchema = z.object({
  epoch: count,
  step: count,
  maps: z.readonly(z.array(layout)),
  /** Per block the gates of the map images; null without a gated branch. */
  gates: z.nullable(z.readonly(z.array(z.string()))),
  /** Neighbours by features. Missing in files of versions that did not look for them. */
  nearest: z.exactOptional(z.readonly(z.array(nearestSchema))),
});

/** A moment as it stands in a file. */
export type StoredMoment = z.output<typeof momentSchema>;

const limit = z.nullable(count);
/** Where the images came from, without the names of the user's files. */
const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('emoji10'), test: z.enum(['unseen-style', 'same-styles']) }),
  z.object({
    kind: z.literal('files'),
    side: z.nullable(count),
    limits: z.object({ train: limit, test: limit }),
    layout: z.exactOptional(z.enum(LAYOUTS)),
    useTheRest: z.exactOptional(z.boolean()),
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

const curvePoint = {
  budget: share,
  setting: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('shift'), shift: z.number() }),
    z.object({ kind: z.literal('width'), width: z.number() }),
  ]),
  reach: z.enum(['met', 'smallest', 'largest', 'jumped']),
  calibrated: amount,
  macRatio: amount,
  knn20: z.nullable(share),
  standardError: z.nullable(share),
};

/** What results of many runs keep of a dial (run/dial.ts). */
export const curveSchema = z.object({ sample: size, points: z.readonly(z.array(z.object(curvePoint))) });

/** The table of a dial (run/dial.ts), without what was drawn of its points. */
const dial = z.object({
  step: count,
  images: count,
  sample: size,
  points: z.readonly(
    z.array(
      z.object({
        ...curvePoint,
        nestedness: z.nullable(share),
        channelUsage: z.array(usage),
      }),
    ),
  ),
});

/** A run file, version 1. Unknown keys are dropped. Keys after `weights` may be missing. */
export const runSchema = z.object({
  format: z.literal('dualgate-run'),
  version: z.literal(1),
  config: configSchema,
  steps: z.readonly(z.array(step)),
  diverged: z.exactOptional(step),
  epochs: z.readonly(z.array(epoch)),
  /** null if the run was saved before its end. */
  final: nullByDefault(final),
  weights: nullByDefault(weightsSchema),
  engine: nullByDefault(engine),
  data: nullByDefault(data),
  floors: nullByDefault(floorsSchema),
  budgets: listed(z.object({ step: count, budget: z.number() })),
  gradients: listed(gradientRow),
  stoppedEarly: z._default(z.boolean(), false),
  maps: listed(map),
  /** Class of each map image. */
  mapLabels: listed(count),
  /**
   * Hard gates of the map images: per block one bit per image and channel, as statistics/bitset.ts packs
   * them. `count` is there if only the first map images were evaluated.
   */
  mapGates: nullByDefault(
    z.object({
      epoch: count,
      step: count,
      count: z.exactOptional(count),
      blocks: z.readonly(z.array(z.string())),
    }),
  ),
  /**
   * The map images that are nearest to each by the features of each branch, as nearestText.ts packs them.
   * `count` as in `mapGates`. Missing in files of versions that did not look for them.
   */
  mapNearest: nullByDefault(
    z.object({
      epoch: count,
      step: count,
      count: z.exactOptional(count),
      branches: z.readonly(z.array(nearestSchema)),
    }),
  ),
  /** What maps and gates showed after earlier evaluations, in the order of their steps. */
  moments: listed(momentSchema),
  /** The run at other budgets than its own; null if nobody measured it. Missing in older files. */
  dial: nullByDefault(dial),
  /** What links know the run by. No other run has it. */
  id: z.exactOptional(z.string().check(z.regex(/^[0-9a-z-]{1,64}$/))),
  /** null if it was not recorded, or if another version wrote it in another form. */
  source: z.catch(nullByDefault(source), null),
  /** Base64 of a checkpoint (run/checkpoint/checkpointFile.ts). The run can continue from it exactly. */
  checkpoint: nullByDefault(z.string()),
});

/** A run as it stands in its file. */
export type RunFile = z.output<typeof runSchema>;
