/**
 * Mean and standard deviation per channel, on the 0–1 scale (method §6): pretraining and evaluation differ.
 */
export interface Normalisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** Bytes are scaled to 0–1, and nothing else is done. */
export const RAW_PIXELS: Normalisation = { mean: [0, 0, 0], std: [1, 1, 1] };

/**
 * The data set whose recipe images get: one of the paper's four (method §6). The user's own pictures get
 * ImageNet's.
 */
export type RecipeId = 'cifar10' | 'cifar100' | 'stl10' | 'imagenet100';

/** What the authors do with the images of one data set and not with all of them. */
export interface Recipe {
  readonly id: RecipeId;
  readonly label: string;
  readonly training: Normalisation;
  /** The constants of evaluation. For both CIFARs they differ from those of training. */
  readonly evaluation: Normalisation;
  /** Probability of blur in view 1 and in view 2. */
  readonly blur: readonly [number, number];
}

/** The authors evaluate both CIFARs with CIFAR-10's means. */
const CIFAR_EVALUATION: Normalisation = { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.243, 0.261] };
const STL10: Normalisation = { mean: [0.4914, 0.4823, 0.4466], std: [0.247, 0.243, 0.261] };
const IMAGENET: Normalisation = { mean: [0.485, 0.456, 0.406], std: [0.228, 0.224, 0.225] };

export const RECIPES: Readonly<Record<RecipeId, Recipe>> = {
  cifar10: {
    id: 'cifar10',
    label: 'CIFAR-10',
    training: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
    evaluation: CIFAR_EVALUATION,
    blur: [0, 0],
  },
  cifar100: {
    id: 'cifar100',
    label: 'CIFAR-100',
    training: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
    evaluation: CIFAR_EVALUATION,
    blur: [0, 0.2],
  },
  stl10: { id: 'stl10', label: 'STL-10', training: STL10, evaluation: STL10, blur: [0, 0] },
  imagenet100: {
    id: 'imagenet100',
    label: 'ImageNet-100',
    training: IMAGENET,
    evaluation: IMAGENET,
    blur: [0, 0],
  },
};
