import type { RunConfig, SystemId } from './config.ts';

const GATED: readonly SystemId[] = ['dual-gating', 'vicreg-gating'];
const SLIM: readonly SystemId[] = ['slimmable'];
const ALL: readonly SystemId[] = ['dual-gating', 'vicreg-gating', 'vicreg', 'slimmable'];

type ChoiceKey = 'optimizer' | 'stem' | 'gatedLoss' | 'slimForm' | 'slimObjective';
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
  /** Only this form of a slimmable network uses the switch. */
  readonly slimForm?: RunConfig['slimForm'];
}

/** Every choice of a RunConfig but the system. */
export const CHOICES: readonly ChoiceField[] = [
  {
    key: 'slimForm',
    label: 'Form',
    options: [
      { value: 'dual', label: 'Dual slim: full against narrow' },
      { value: 'slimclr', label: 'SlimCLR: 1, .75, .5, .25 at once' },
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
  {
    key: 'stem',
    label: 'Stem',
    options: [
      { value: 'auto', label: 'By image size: 7×7 from 96 pixels' },
      { value: 'cifar', label: '3×3, stride 1' },
      { value: 'imagenet', label: '7×7, stride 2, max-pool' },
    ],
    help: 'The authors give 32-pixel images a 3×3 stem, and those of 96 and 224 pixels ImageNet’s.',
    systems: ALL,
  },
  {
    key: 'optimizer',
    label: 'Optimiser',
    options: [
      { value: 'lars', label: 'SGD wrapped by LARS' },
      { value: 'sgd', label: 'Plain SGD' },
    ],
    help: 'Both have momentum .9. The paper wraps SGD by LARS, which holds each step of a weight tensor to a share of its norm; plain SGD takes the learning rate as it is.',
    systems: ALL,
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
