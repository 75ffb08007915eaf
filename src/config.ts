/** What a run is: one flat record. FIELDS describes every number once, for the page, the checks and the README. */
export interface RunConfig {
  /** Which system trains (network/systems.ts). */
  readonly system: SystemId;
  readonly seed: number;
  /** t_d, the share of the dense MACs that the gated branch may use. */
  readonly budget: number;
  /** Channels of the first stage, c0; the stages have c0, 2c0, 4c0, 8c0. */
  readonly width: number;
  /** Zero padding of the 3×3 stem: 2 as the authors ran it (32 → 34), or 1. */
  readonly stemPadding: number;
  /** Each branch has its own BatchNorms inside the blocks (the paper's row). */
  readonly separateBn: boolean;
  /** Hidden and output dimension of the projector. */
  readonly projector: number;
  readonly batch: number;
  readonly steps: number;
  /** Peak learning rate of the LARS-wrapped SGD. */
  readonly learningRate: number;
  /** Share of the steps over which the learning rate rises. */
  readonly warmup: number;
  readonly weightDecay: number;
  /** η of LARS: a tensor moves by at most η times its own norm in a step, before momentum. */
  readonly larsTrust: number;
  /** λ, weight of (MAC ratio − t_d)². */
  readonly budgetWeight: number;
  /** γ, weight of the corridor that keeps each block's density near √t_d at first. */
  readonly boundWeight: number;
  /** The corridor decays as exp(−boundDecay · progress), progress from 0 to 1. */
  readonly boundDecay: number;
  readonly invarianceWeight: number;
  readonly varianceWeight: number;
  readonly covarianceWeight: number;
  /** τ of the Gumbel gate. */
  readonly temperature: number;
  /** Smallest area of the random crop, as a share of the image. */
  readonly minCrop: number;
  /** Colour jitter over the authors': 1 is brightness and contrast ±.4, saturation ±.2, hue ±.1. */
  readonly jitter: number;
  /** Probability that a view loses its colours. */
  readonly grayscale: number;
  /** Evaluations are made at the end of every n-th epoch, and at the end of the run. */
  readonly evaluateEvery: number;
  /** Test images on the maps. */
  readonly mapPoints: number;
  /** How the budget terms of two gated views join: summed as in Krishna et al. 2022, or averaged. */
  readonly gatedLoss: 'sum' | 'mean';
  /** The aim that the budget loss is given follows until the evaluated MAC ratio meets t_d. */
  readonly exactBudget: boolean;
  /** Fewest hidden units of a gate; 1 leaves the paper's quarter of the block's input. */
  readonly minBottleneck: number;
  /** Slimmable: one narrow width beside the full one, as dual gating does; or SlimCLR's widths all at once. */
  readonly slimForm: 'dual' | 'slimclr';
  /** Share of every layer's channels that the narrow network of form `dual` has. */
  readonly slimWidth: number;
  readonly slimObjective: 'vicreg' | 'contrastive';
  /** SlimCLR trains only the full width in the first half of the run. */
  readonly slowStart: boolean;
  /** SlimCLR's narrow networks learn from the full one's output too. */
  readonly distillation: boolean;
  /** SlimCLR's full width weighs as much as 1 plus all narrow widths. */
  readonly reweighting: boolean;
  /** Temperature of the contrastive softmax. */
  readonly contrastTemperature: number;
  /** Steps between two measurements of the widths' gradients; 0: never. */
  readonly gradientsEvery: number;
}

export type SystemId = 'dual-gating' | 'vicreg-gating' | 'vicreg' | 'slimmable';

type NumberKey = { [K in keyof RunConfig]: RunConfig[K] extends number ? K : never }[keyof RunConfig];

export interface NumberField {
  readonly key: NumberKey;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Smallest sensible change; whole numbers have 1. */
  readonly step: number;
  readonly unit: string;
  readonly help: string;
  /** basic: shown at once; advanced: behind a fold; budget: has its own slider. */
  readonly group: 'basic' | 'advanced' | 'budget' | 'system';
  /** Systems that it matters to; all when missing. */
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
    4,
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
    'Length of the run. Learning rate and corridor are annealed over it.',
  ),
  field(
    'learningRate',
    'Learning rate',
    0.0001,
    1,
    0.0001,
    '',
    'basic',
    'Peak rate of LARS-wrapped SGD. The authors’ rule is .3 · batch / 256; .3 at batch 64 diverges in long runs.',
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
    'Weight of the corridor around √t_d that each block’s density is held in at first.',
  ),
  field(
    'boundDecay',
    'Bound decay',
    0,
    50,
    0.1,
    '',
    'advanced',
    'The corridor widens as exp(−decay · progress). 10 is the authors’ .02 per epoch over 500 epochs.',
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
    'Evaluations pause training; there is always one at the end.',
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

type ChoiceKey = 'gatedLoss' | 'slimForm' | 'slimObjective';
type SwitchKey = { [K in keyof RunConfig]: RunConfig[K] extends boolean ? K : never }[keyof RunConfig];

/** One of a few words. */
export interface ChoiceField<K extends ChoiceKey = ChoiceKey> {
  readonly key: K;
  readonly label: string;
  readonly options: readonly { readonly value: RunConfig[K]; readonly label: string }[];
  readonly help: string;
  readonly systems: readonly SystemId[];
}

/** On or off. */
export interface SwitchField {
  readonly key: SwitchKey;
  readonly label: string;
  readonly help: string;
  readonly systems: readonly SystemId[];
  /** The form of a slimmable network that it matters to. */
  readonly slimForm?: RunConfig['slimForm'];
}

/** Every choice of a RunConfig but the system. */
export const CHOICES: readonly ChoiceField[] = [
  {
    key: 'slimForm',
    label: 'Form',
    options: [
      { value: 'dual', label: 'Dual slim: one narrow width against the full one' },
      { value: 'slimclr', label: 'SlimCLR: widths 1, .75, .5, .25 at once' },
    ],
    help: 'Dual slim differs from dual gating only in its sub-network: a fixed prefix of the channels instead of gates.',
    systems: SLIM,
  },
  {
    key: 'slimObjective',
    label: 'Objective',
    options: [
      { value: 'vicreg', label: 'VICReg' },
      { value: 'contrastive', label: 'Contrastive (NT-Xent in the batch)' },
    ],
    help: 'What draws the two views together: VICReg as in the other systems, or SimCLR’s contrastive loss.',
    systems: SLIM,
  },
  {
    key: 'gatedLoss',
    label: 'Budget terms of two gated views',
    options: [
      { value: 'sum', label: 'Summed' },
      { value: 'mean', label: 'Averaged' },
    ],
    help: 'The 2022 code sums them, so that they weigh twice as much as in dual gating; averaged they weigh the same.',
    systems: ['vicreg-gating'],
  },
];

/** Every switch of a RunConfig. */
export const SWITCHES: readonly SwitchField[] = [
  {
    key: 'separateBn',
    label: 'BatchNorms of their own for each branch',
    help: 'Inside the blocks; the paper’s row.',
    systems: ['dual-gating'],
  },
  {
    key: 'exactBudget',
    label: 'Exact budget',
    help: 'Moves the aim of the budget loss every ten steps until the MACs of evaluated images meet t_d: systems can then be compared at equal MACs.',
    systems: GATED,
  },
  {
    key: 'slowStart',
    label: 'Slow start',
    help: 'Only the full width learns in the first half of the run.',
    systems: SLIM,
    slimForm: 'slimclr',
  },
  {
    key: 'distillation',
    label: 'Online distillation',
    help: 'Half of a narrow width’s loss is its distance from the full width’s output.',
    systems: SLIM,
    slimForm: 'slimclr',
  },
  {
    key: 'reweighting',
    label: 'Loss re-weighting',
    help: 'The full width’s loss weighs 1 plus the sum of the narrow widths: 2.5.',
    systems: SLIM,
    slimForm: 'slimclr',
  },
];

const WHOLE: ReadonlySet<NumberKey> = new Set(FIELDS.filter((f) => f.step === 1).map((f) => f.key));

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
  if (config.width % 4 !== 0)
    faults.push(
      `Width c0 must be a multiple of 4 (the gate's bottleneck is a quarter of it), got ${config.width}`,
    );
  if (config.system === 'slimmable' && config.slimForm === 'dual' && config.width * config.slimWidth < 1)
    faults.push(
      `Narrow width must leave the first stage at least one of its ${config.width} channels, got ${config.slimWidth}`,
    );
  return faults;
}
