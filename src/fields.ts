import type { RunConfig, SystemId } from './config.ts';

type NumberKey = { [K in keyof RunConfig]: RunConfig[K] extends number ? K : never }[keyof RunConfig];

export interface NumberField {
  readonly key: NumberKey;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Smallest change that makes sense; 1 for whole numbers. */
  readonly step: number;
  readonly unit: string;
  readonly help: string;
  /**
   * `basic` fields are shown at once, `advanced` ones in a section that unfolds; `budget` has its own slider.
   */
  readonly group: 'basic' | 'advanced' | 'budget' | 'system';
  /** Systems that use the number; if missing, all do. */
  readonly systems?: readonly SystemId[];
}

const GATED: readonly SystemId[] = ['dual-gating', 'vicreg-gating'];
const SLIM: readonly SystemId[] = ['slimmable'];

/** Every number of a RunConfig: label, range, unit, help. */
export const FIELDS: readonly NumberField[] = [
  field(
    'budget',
    'Budget t_d',
    0.05,
    1,
    0.01,
    '× dense MACs',
    'budget',
    'Share of the dense MACs that the gated branch may use, on average over images (paper §3, t_d).',
  ),
  field(
    'width',
    'Width c0',
    2,
    64,
    1,
    'channels',
    'basic',
    'Channels of the first stage; the stages have c0, 2c0, 4c0 and 8c0. The paper uses 64.',
  ),
  field(
    'batch',
    'Batch',
    4,
    512,
    1,
    'images',
    'basic',
    'Images of a step; each gives two views. The paper uses 2 × 256.',
  ),
  field(
    'steps',
    'Steps',
    1,
    1000000,
    1,
    'steps',
    'basic',
    'Length of the run. Learning rate and bound are annealed over it.',
  ),
  field(
    'learningRate',
    'Learning rate',
    0.0001,
    1,
    0.0001,
    '',
    'basic',
    'Peak rate of the optimiser. The authors’ rule for LARS is .3 · batch / 256; .3 at batch 64 diverges in long runs.',
  ),
  field(
    'seed',
    'Seed',
    0,
    4294967295,
    1,
    '',
    'basic',
    'The same seed gives the same run: initial weights, order, augmentation, gate noise and maps each have their own stream of it.',
  ),
  field(
    'budgetWeight',
    'Budget weight λ',
    0,
    1000,
    0.1,
    '',
    'basic',
    'Weight of (MAC ratio − t_d)². The paper uses 5; short runs need about 30 to reach the budget.',
  ),
  field(
    'minCrop',
    'Smallest crop',
    0.05,
    1,
    0.01,
    '× image area',
    'basic',
    'Smallest area of the random resized crop. The paper uses .2; short runs learn more from .5.',
  ),
  field(
    'jitter',
    'Colour jitter',
    0,
    2.5,
    0.1,
    '× the authors’',
    'advanced',
    'Strength of the colour jitter: 1 is brightness and contrast ±.4, saturation ±.2, hue ±.1.',
  ),
  field(
    'grayscale',
    'Grayscale',
    0,
    1,
    0.05,
    'probability',
    'advanced',
    'How often a view loses its colours. The paper uses .2.',
  ),
  field(
    'stemPadding',
    'Stem padding',
    1,
    2,
    1,
    'pixels',
    'advanced',
    'Zero padding of the 3×3 stem. The authors ran 2 (32 → 34 pixels); 1 keeps 32.',
  ),
  field(
    'projector',
    'Projector',
    8,
    8192,
    1,
    'dimensions',
    'advanced',
    'Hidden and output dimension of the projector. The paper uses 2048.',
  ),
  field(
    'warmup',
    'Warm-up',
    0,
    0.5,
    0.01,
    '× run',
    'advanced',
    'Share of the run over which the learning rate rises linearly. The paper uses 10 of 500 epochs.',
  ),
  field(
    'weightDecay',
    'Weight decay',
    0,
    1,
    0.00001,
    '',
    'advanced',
    'L2 penalty of convolution and linear weights; never of gates, biases and BatchNorms.',
  ),
  field(
    'larsTrust',
    'LARS trust η',
    0.0001,
    0.1,
    0.0001,
    '× weight norm',
    'advanced',
    'Longest step of a weight tensor over its norm, before momentum. Most convolutions are held by it, not by the learning rate. The paper uses .02.',
  ),
  field(
    'boundWeight',
    'Bound weight γ',
    0,
    1000,
    0.1,
    '',
    'advanced',
    'Weight of the bound around √t_d that each block’s density is held in at first.',
  ),
  field(
    'boundDecay',
    'Bound decay',
    0,
    50,
    0.1,
    '',
    'advanced',
    'The bound widens as exp(−decay · progress). 10 is the authors’ .02 per epoch over 500 epochs.',
  ),
  field(
    'invarianceWeight',
    'Invariance weight',
    0,
    1000,
    0.1,
    '',
    'advanced',
    'Weight of the mean squared distance between the two views’ embeddings.',
  ),
  field(
    'varianceWeight',
    'Variance weight',
    0,
    1000,
    0.1,
    '',
    'advanced',
    'Weight of the hinge that keeps every embedding dimension’s standard deviation above 1.',
  ),
  field(
    'covarianceWeight',
    'Covariance weight',
    0,
    1000,
    0.1,
    '',
    'advanced',
    'Weight of the squared off-diagonal covariances of the embeddings.',
  ),
  field(
    'temperature',
    'Gate temperature τ',
    0.05,
    10,
    0.00001,
    '',
    'advanced',
    'Temperature of the Gumbel gate’s soft sample, which carries its gradient.',
  ),
  field(
    'evaluateEvery',
    'Evaluate every',
    1,
    1000,
    1,
    'epochs',
    'advanced',
    'Evaluations pause training. Early ones come after 20, 40, 80 … steps, and there is always one at the end.',
  ),
  field(
    'evaluationShare',
    'Evaluation share',
    0.01,
    1,
    0.01,
    '× training',
    'advanced',
    'Most that an evaluation may cost, as a share of the arithmetic of training since the one before: it measures on as many images as that allows. The last one measures on all images. 1: no limit and no early ones, so that each measures on all images.',
  ),
  field(
    'mapPoints',
    'Map points',
    50,
    2000,
    1,
    'test images',
    'advanced',
    'Test images drawn on the two maps.',
  ),
  {
    ...field(
      'minBottleneck',
      'Smallest gate bottleneck',
      1,
      64,
      1,
      'hidden units',
      'system',
      'A gate has a quarter of its block’s input channels as hidden units: 2 at width 8. This keeps it from being narrower.',
    ),
    systems: GATED,
  },
  {
    ...field(
      'slimWidth',
      'Narrow width',
      0.05,
      0.95,
      0.01,
      '× channels',
      'system',
      'Share of every layer’s channels that the narrow network has; its MACs are about the square of it.',
    ),
    systems: SLIM,
  },
  {
    ...field(
      'contrastTemperature',
      'Contrast temperature',
      0.01,
      1,
      0.01,
      '',
      'system',
      'Temperature of the contrastive softmax over the batch. SimCLR’s authors use .1 at large batches.',
    ),
    systems: SLIM,
  },
  {
    ...field(
      'gradientsEvery',
      'Measure gradients every',
      0,
      10000,
      1,
      'steps',
      'system',
      'How often the widths’ gradients are compared; each time costs one backward pass per width. 0: never.',
    ),
    systems: SLIM,
  },
];

function field(
  key: NumberKey,
  label: string,
  min: number,
  max: number,
  step: number,
  unit: string,
  group: NumberField['group'],
  help: string,
): NumberField {
  return { key, label, min, max, step, unit, group, help };
}

const WHOLE: ReadonlySet<NumberKey> = new Set(FIELDS.filter((f) => f.step === 1).map((f) => f.key));

/** The narrowest network of SlimCLR is a quarter of the full one. */
const LEAST_SLIMCLR = 4;

/** What is wrong with a configuration, one sentence per field; empty when it can run. */
export function checkConfig(config: RunConfig): string[] {
  const faults: string[] = [];
  for (const { key, label, min, max, unit } of FIELDS) {
    const value = config[key];
    const range = `from ${min} to ${max}${unit ? ` ${unit}` : ''}`;
    if (!Number.isFinite(value) || value < min || value > max) {
      faults.push(`${label} must be ${range}, got ${value}`);
    } else if (WHOLE.has(key) && !Number.isInteger(value)) {
      faults.push(`${label} must be a whole number ${range}, got ${value}`);
    }
  }
  if (config.system === 'slimmable' && config.slimForm === 'slimclr' && config.width < LEAST_SLIMCLR)
    faults.push(
      `Width c0 must be at least ${LEAST_SLIMCLR}, so that a quarter of the first stage has a channel, got ${config.width}`,
    );
  if (config.system === 'slimmable' && config.slimForm === 'dual' && config.width * config.slimWidth < 1)
    faults.push(
      `Narrow width must leave the first stage at least one of its ${config.width} channels, got ${config.slimWidth}`,
    );
  return faults;
}
