import * as tf from '@tensorflow/tfjs';
import type { Branch } from '../metrics.ts';
import type { System } from '../network/systems.ts';
import { boundLoss, budgetLoss, macRatio } from './budget.ts';
import { type GatedFeatures, gatedBranch, ungatedBranch, type Weights } from './encoder.ts';
import { type Objective, weightsOfTerms } from './objective.ts';
import { project } from './projector.ts';
import { type TermLoss, termLoss } from './terms.ts';

/** What one pass gave: features [N, F], embedding [N, D], and gates if it has some. */
export interface PassResult {
  readonly features: tf.Tensor2D;
  readonly embedding: tf.Tensor2D;
  readonly gated: GatedFeatures | null;
}

export interface StepLosses {
  readonly loss: tf.Scalar;
  /** Per term of the system; null if its weight is 0. */
  readonly terms: readonly (TermLoss | null)[];
  /** Budget terms over all gated passes; null for a system without gates. */
  readonly cost: { readonly ratio: tf.Scalar; readonly budget: tf.Scalar; readonly bound: tf.Scalar } | null;
  /** Per pass of the system; null if no term needs it. */
  readonly passes: readonly (PassResult | null)[];
}

/**
 * The loss of one step. In dual gating, view 1 goes through the gated branch and view 2 through the dense
 * one. Both share weights and projector, and gradients flow through both (method §3).
 * @param views the two views of the same images, [N, H, W, 3] each.
 * @param noise logistic gate noise per pass and block, [N, C]; unused for passes without gates.
 */
export function stepLosses(
  weights: Weights,
  system: System,
  views: readonly [tf.Tensor4D, tf.Tensor4D],
  noise: readonly (readonly tf.Tensor2D[])[],
  objective: Objective,
): StepLosses {
  const { temperature } = objective;
  const termWeights = weightsOfTerms(system, objective);
  if (termWeights.length !== system.terms.length) {
    throw new Error(
      `step: must have a weight for each of the ${system.terms.length} terms, got ${termWeights.length}`,
    );
  }
  const live = system.terms.filter((_, i) => termWeights[i] !== 0);
  const needed = new Set(live.flatMap(({ passes, teacher }) => [...passes, ...(teacher ?? [])]));
  // All encoders run before all projections, so that shared BatchNorms see the passes in this order.
  const encoded = system.passes.map(({ view, branch }, i) => {
    if (!needed.has(i)) return null;
    return branch === 'gated'
      ? gatedBranch(weights, views[view], noise[i]!, temperature)
      : ungatedBranch(weights, views[view], branch);
  });
  const passes = encoded.map((result, i) =>
    result === null ? null : projected(weights, result, system.passes[i]!.branch),
  );
  const terms = system.terms.map((term, i) =>
    termWeights[i] === 0 ? null : termLoss(term, (pass) => passes[pass]!.embedding, objective),
  );
  const cost = gateCost(weights, passes, objective);
  const parts = terms.flatMap((term, i) => (term === null ? [] : [weighted(term.value, termWeights[i]!)]));
  if (cost !== null) parts.push(cost.budget, cost.bound);
  return { loss: sum(parts), terms, cost, passes };
}

function weighted(value: tf.Scalar, weight: number): tf.Scalar {
  return weight === 1 ? value : (tf.mul(value, weight) as tf.Scalar);
}

function projected(weights: Weights, encoded: GatedFeatures | tf.Tensor2D, branch: Branch): PassResult {
  const gated = encoded instanceof tf.Tensor ? null : encoded;
  const features = encoded instanceof tf.Tensor ? encoded : encoded.features;
  return { features, embedding: project(weights, features, branch), gated };
}

function gateCost(
  weights: Weights,
  passes: readonly (PassResult | null)[],
  objective: Objective,
): StepLosses['cost'] {
  const gates = passes.flatMap((pass) => (pass?.gated ? [pass.gated.gates] : []));
  if (gates.length === 0) return null;
  const share = objective.gatedLoss === 'mean' ? 1 / gates.length : 1;
  const { aim, budgetWeight, boundWidth, boundWeight } = objective;
  const ratios = gates.map((pass) => macRatio(weights.network, pass));
  const budgets = ratios.map((ratio) => budgetLoss(ratio, aim, budgetWeight * share));
  const bounds = gates.map((pass) => boundLoss(pass, aim, boundWidth, boundWeight * share));
  return { ratio: mean(ratios), budget: sum(budgets), bound: sum(bounds) };
}

/** Sum in pairs: tf.addN of many reads more buffers at once than WebGPU guarantees. */
function sum(scalars: readonly tf.Scalar[]): tf.Scalar {
  return scalars.reduce((total, scalar) => tf.add(total, scalar));
}

function mean(scalars: readonly tf.Scalar[]): tf.Scalar {
  return tf.div(sum(scalars), scalars.length) as tf.Scalar;
}
