import * as tf from '@tensorflow/tfjs';
import type { ObjectiveSettings } from '../engine.ts';
import type { System } from '../network/systems.ts';
import { boundLoss, budgetLoss, macRatio } from './budget.ts';
import { denseBranch, type GatedFeatures, gatedBranch, type Weights } from './encoder.ts';
import { project } from './projector.ts';
import { type VicregTerms, vicreg } from './vicreg.ts';

/** What a step is held to, beside the images. */
export interface Objective extends ObjectiveSettings {
  /** t_d, share of the dense MACs. */
  readonly budget: number;
  /** p, 1 → 0. */
  readonly corridor: number;
  /** How the budget terms of several gated passes join: summed (Krishna et al. 2022) or averaged. */
  readonly gatedPasses: 'sum' | 'mean';
}

/** What one pass gave: features [N, F], embedding [N, D], and the gates where it had some. */
export interface PassResult {
  readonly features: tf.Tensor2D;
  readonly embedding: tf.Tensor2D;
  readonly gated: GatedFeatures | null;
}

export interface StepLosses {
  readonly loss: tf.Scalar;
  readonly vicreg: VicregTerms;
  /** Budget terms over all gated passes; null for a system without gates. */
  readonly cost: { readonly ratio: tf.Scalar; readonly budget: tf.Scalar; readonly bound: tf.Scalar } | null;
  readonly passes: readonly [PassResult, PassResult];
}

/**
 * The loss of one step. For dual gating: view 1 goes through the gated branch, view 2 through the dense one, both
 * share weights and projector, and gradients flow through both (method §3).
 * @param views the two views of the same images, [N, H, W, 3] each.
 * @param noise logistic gate noise per pass and block, [N, C]; unused for dense passes.
 */
export function stepLosses(
  weights: Weights,
  system: System,
  views: readonly [tf.Tensor4D, tf.Tensor4D],
  noise: readonly [readonly tf.Tensor2D[], readonly tf.Tensor2D[]],
  objective: Objective,
): StepLosses {
  // Both encoders before both projections: shared BatchNorms see the passes in this order.
  const encoded = system.passes.map((pass, i) =>
    pass.branch === 'gated'
      ? gatedBranch(weights, views[pass.view], noise[i]!, objective.temperature)
      : denseBranch(weights, views[pass.view]),
  );
  const [first, second] = encoded.map((result) => projected(weights, result)) as [PassResult, PassResult];
  const vic = vicreg(first.embedding, second.embedding, objective);
  const cost = gateCost(weights, [first, second], objective);
  const loss = cost === null ? vic.total : (tf.addN([vic.total, cost.budget, cost.bound]) as tf.Scalar);
  return { loss, vicreg: vic, cost, passes: [first, second] };
}

function projected(weights: Weights, encoded: GatedFeatures | tf.Tensor2D): PassResult {
  const gated = encoded instanceof tf.Tensor ? null : encoded;
  const features = encoded instanceof tf.Tensor ? encoded : encoded.features;
  return { features, embedding: project(weights, features), gated };
}

function gateCost(weights: Weights, passes: readonly PassResult[], objective: Objective): StepLosses['cost'] {
  const gates = passes.flatMap((pass) => (pass.gated === null ? [] : [pass.gated.gates]));
  if (gates.length === 0) return null;
  const share = objective.gatedPasses === 'mean' ? 1 / gates.length : 1;
  const { budget, budgetWeight, corridor, boundWeight } = objective;
  const ratios = gates.map((pass) => macRatio(weights.network, pass));
  const budgets = ratios.map((ratio) => budgetLoss(ratio, budget, budgetWeight * share));
  const bounds = gates.map((pass) => boundLoss(pass, budget, corridor, boundWeight * share));
  return { ratio: mean(ratios), budget: sum(budgets), bound: sum(bounds) };
}

function sum(scalars: tf.Scalar[]): tf.Scalar {
  return tf.addN(scalars) as tf.Scalar;
}

function mean(scalars: tf.Scalar[]): tf.Scalar {
  return tf.div(sum(scalars), scalars.length) as tf.Scalar;
}
