import { type Random, shuffled } from '../random.ts';
import { type Moments, standardise } from './moments.ts';
import type { LinearProbe } from './ridge.ts';
import type { Rows } from './rows.ts';

// N images, D dimensions, C classes.

/**
 * How a linear probe is trained on cached features (the recipe of dkobak's simclr-cifar10, with fewer
 * passes).
 */
export interface ProbeTraining {
  /** The fewest passes and the fewest steps: a small set gets more passes. */
  readonly passes: number;
  readonly steps: number;
  readonly batch: number;
  /** Adam's learning rate, which falls to 0 by a cosine over all steps. */
  readonly learningRate: number;
  /** L2 penalty, added to the gradient of the weights; the bias has none. */
  readonly weightDecay: number;
}

export const PROBE_TRAINING: ProbeTraining = {
  passes: 100,
  steps: 2000,
  batch: 256,
  learningRate: 0.01,
  weightDecay: 5e-6,
};

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/**
 * Multinomial logistic regression on standardised features, trained by Adam from zero weights. It is the
 * papers' linear evaluation on features that are computed only once. The same `random` gives the same probe.
 * @param known moments of these same rows
 * @param onPass called after each pass; may wait, and throws to cancel
 */
export async function linearProbe(
  features: Rows,
  labels: Uint8Array,
  known: Moments,
  random: Random,
  onPass: (done: number, total: number) => Promise<void> | void = () => {},
  training: ProbeTraining = PROBE_TRAINING,
): Promise<LinearProbe> {
  const { count, dimension } = features;
  const { classes } = known;
  const { batch, learningRate } = training;
  const stepsPerPass = Math.ceil(count / batch);
  const passes = Math.max(training.passes, Math.ceil(training.steps / stepsPerPass));
  const weights = new Adam(dimension * classes, training.weightDecay);
  const bias = new Adam(classes, 0);
  const steps = passes * stepsPerPass;
  let step = 0;
  for (let pass = 1; pass <= passes; pass++) {
    const order = shuffled(count, random);
    for (let from = 0; from < count; from += batch) {
      const chosen = order.subarray(from, Math.min(count, from + batch));
      addGradient(features, labels, known, chosen, weights, bias);
      const rate = (learningRate * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      step++;
      weights.descend(rate, step);
      bias.descend(rate, step);
    }
    await onPass(pass, passes);
  }
  return { classes, dimension, weight: weights.values, bias: bias.values };
}

/**
 * Adds the gradient of the mean cross-entropy over the chosen rows: (softmax − one-hot) times the feature.
 */
function addGradient(
  features: Rows,
  labels: Uint8Array,
  known: Moments,
  chosen: Uint32Array,
  weights: Adam,
  bias: Adam,
): void {
  const { dimension, classes } = known;
  const scores = new Float64Array(classes);
  // They are looked up once, because this loop takes most of a probe's time.
  const { values, gradient } = weights;
  for (const n of chosen) {
    const row = standardise(features.read(n, n + 1), known);
    scores.set(bias.values);
    for (let d = 0, at = 0; d < dimension; d++) {
      const value = row[d]!;
      for (let c = 0; c < classes; c++, at++) scores[c]! += value * values[at]!;
    }
    toErrors(scores, labels[n]!, chosen.length);
    for (let c = 0; c < classes; c++) bias.gradient[c]! += scores[c]!;
    for (let d = 0, at = 0; d < dimension; d++) {
      const value = row[d]!;
      for (let c = 0; c < classes; c++, at++) gradient[at]! += value * scores[c]!;
    }
  }
}

/** Turns scores into (softmax − one-hot) / rows, in place. */
function toErrors(scores: Float64Array, label: number, rows: number): void {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) sum += scores[c] = Math.exp(scores[c]! - largest);
  for (let c = 0; c < scores.length; c++) scores[c] = (scores[c]! / sum - (c === label ? 1 : 0)) / rows;
}

/** Adam (Kingma and Ba 2015), with L2 in the gradient as in PyTorch. */
class Adam {
  readonly values: Float64Array;
  /** Gradient of the next step; each step sets it back to zero. */
  readonly gradient: Float64Array;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  readonly #weightDecay: number;

  constructor(size: number, weightDecay: number) {
    this.values = new Float64Array(size);
    this.gradient = new Float64Array(size);
    this.#mean = new Float64Array(size);
    this.#square = new Float64Array(size);
    this.#weightDecay = weightDecay;
  }

  /** @param step counted from 1 */
  descend(rate: number, step: number): void {
    const meanScale = 1 / (1 - BETA_1 ** step);
    const squareScale = 1 / (1 - BETA_2 ** step);
    for (let i = 0; i < this.values.length; i++) {
      const gradient = this.gradient[i]! + this.#weightDecay * this.values[i]!;
      const mean = BETA_1 * this.#mean[i]! + (1 - BETA_1) * gradient;
      const square = BETA_2 * this.#square[i]! + (1 - BETA_2) * gradient ** 2;
      this.#mean[i] = mean;
      this.#square[i] = square;
      this.values[i]! -= (rate * mean * meanScale) / (Math.sqrt(square * squareScale) + EPSILON);
    }
    this.gradient.fill(0);
  }
}
