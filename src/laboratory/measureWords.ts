import type { Comparison } from '../evaluate/comparison.ts';
import { AUTHORS_KNN, type KnnChoice, knnSettings } from '../evaluate/knn.ts';
import { PROBE_TRAINING } from '../evaluate/linearProbe.ts';
import { RIDGE_PENALTY } from '../evaluate/ridge.ts';
import { WHITENING_SHRINKAGE } from '../evaluate/whitening.ts';
import type { MeasureResult } from './door/measuresOrder.ts';

/** Multiply-adds that the engine does in the time of one in a plain loop. */
export const PLAIN_LOOP = 40;
/** Seed of the order of images in the trained probe's passes. It is the same in every run. */
export const PROBE_SEED = 0;

/** A measure's name, and how it is done. */
type Words = Pick<MeasureResult, 'id' | 'label' | 'recipe'>;

/** How features are compared, in the labels of measures. */
const COMPARISON_NAMES = {
  cosine: 'cosine',
  euclidean: 'Euclidean',
  whitened: 'whitened',
} as const satisfies Record<Comparison, string>;

const WHITENED = `Features are whitened before, by the bank’s mean and covariance + λ; λ = ${WHITENING_SHRINKAGE} of its mean eigenvalue. Not the paper’s k-NN.`;

export function knnWords(choice: KnnChoice): Words {
  const { k, distance: comparison } = choice;
  const { distance, temperature } = knnSettings(choice);
  const cosine = distance === 'cosine';
  const vote =
    k === 1
      ? 'The nearest training image decides.'
      : `Votes weigh ${cosine ? `exp(cosine / ${temperature})` : '1 / (distance + 1e-5)'}.`;
  const authors = k === AUTHORS_KNN.k && comparison === AUTHORS_KNN.distance;
  return {
    id: `knn${k}-${comparison}`,
    label: `${k}-NN, ${COMPARISON_NAMES[comparison]}`,
    recipe: `${vote} Bank: all training images, not augmented.${comparison === 'whitened' ? ` ${WHITENED}` : ''}${authors ? ' The setting of the authors’ logs.' : ''}`,
  };
}

export const RIDGE_WORDS: Words = {
  id: 'ridge',
  label: 'Ridge probe',
  recipe: `Closed form: least squares of one-hot labels on standardised features, with a bias; λ = ${RIDGE_PENALTY} of the mean eigenvalue. A probe for each branch.`,
};

export const SHARED_WORDS: Words = {
  id: 'ridge-shared',
  label: 'Ridge probe, shared',
  recipe:
    'One ridge probe for all widths, of which narrow ones read the first rows; beside the ridge probe of each width, it shows why probes are switched.',
};

const { passes, steps, batch, learningRate, weightDecay } = PROBE_TRAINING;

export const LINEAR_WORDS: Words = {
  id: 'linear',
  label: 'Linear probe',
  recipe: `Logistic regression on cached, standardised features: Adam, learning rate ${learningRate} falling by a cosine, at least ${passes} passes and ${steps} steps of ${batch}, weight decay ${weightDecay}, no augmentation. A probe for each branch.`,
};
