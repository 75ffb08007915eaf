/**
 * What a run is, as one flat record. fields.ts describes every entry once, for the page, the command line and
 * the checks.
 */
export interface RunConfig {
  /** Which system trains (network/systems.ts). */
  readonly system: SystemId;
  readonly seed: number;
  /** t_d, the share of the dense MACs that the gated branch may use. */
  readonly budget: number;
  /** Channels of the first stage, c0; the stages have c0, 2c0, 4c0, 8c0. */
  readonly width: number;
  /**
   * First layers: as for CIFAR (3×3), as for ImageNet (7×7 stride 2, max-pool), or chosen by the side of the
   * images.
   */
  readonly stem: 'auto' | 'cifar' | 'imagenet';
  /** Zero padding of the 3×3 stem: 2 as the authors ran it (32 → 34), or 1. */
  readonly stemPadding: number;
  /** Each branch has its own BatchNorms inside the blocks (the paper's row). */
  readonly separateBn: boolean;
  /** Hidden and output dimension of the projector. */
  readonly projector: number;
  readonly batch: number;
  readonly steps: number;
  /** What moves the weights: SGD with momentum wrapped by LARS, or without it. */
  readonly optimizer: 'lars' | 'sgd';
  /** Peak learning rate of the optimiser. */
  readonly learningRate: number;
  /** Share of the steps over which the learning rate rises. */
  readonly warmup: number;
  readonly weightDecay: number;
  /**
   * η of LARS: a tensor moves by at most η times its own norm in a step, before momentum. Plain SGD has none.
   */
  readonly larsTrust: number;
  /** λ, weight of (MAC ratio − t_d)². */
  readonly budgetWeight: number;
  /** γ, weight of the bound that keeps each block's density near √t_d at first. */
  readonly boundWeight: number;
  /** The bound's width p decays as exp(−boundDecay · progress), progress from 0 to 1. */
  readonly boundDecay: number;
  readonly invarianceWeight: number;
  readonly varianceWeight: number;
  readonly covarianceWeight: number;
  /** τ of the Gumbel gate. */
  readonly temperature: number;
  /** Smallest area of the random crop, as a share of the image. */
  readonly minCrop: number;
  /**
   * Strength of the colour jitter relative to the authors': 1 is brightness and contrast ±.4, saturation ±.2,
   * hue ±.1.
   */
  readonly jitter: number;
  /** Probability that a view loses its colours. */
  readonly grayscale: number;
  /** Evaluations are made at the end of every n-th epoch, and at the end of the run. */
  readonly evaluateEvery: number;
  /**
   * Most that an evaluation may cost, as a share of the arithmetic of training since the one before. 1: no
   * limit, so that every evaluation measures on all images, and there are only the regular ones.
   */
  readonly evaluationShare: number;
  /** Test images on the maps. */
  readonly mapPoints: number;
  /** How the budget terms of two gated views join: summed as in Krishna et al. 2022, or averaged. */
  readonly gatedLoss: 'sum' | 'mean';
  /** Whether the aim of the budget loss moves until the evaluated MAC ratio meets t_d. */
  readonly exactBudget: boolean;
  /** Fewest hidden units of a gate; 1 leaves the paper's quarter of the block's input. */
  readonly minBottleneck: number;
  /**
   * `dual` trains one narrow width beside the full one, as dual gating does; `slimclr` trains SlimCLR's
   * widths all at once.
   */
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
