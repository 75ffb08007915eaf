// The loss of a step from the terms of pairs of passes, and its gradient.

import { numberOf, termWeightOf } from './step';
import { sumLanes } from './sums';

const QUAD: i32 = 16;
const NONE: i32 = -1;
/** Terms that there is room for. */
const MOST: i32 = 8;

/**
 * Quads [from, to) of columns of dz [rows][quads], the gradient of a pair's own term: it gets the term's
 * weight of this step.
 * @param teacher embeddings that the pair's are drawn to, laid out as z, or 0: they count as constants, and
 * weight · slope / 2 · Σ (z − teacher)² has its gradient added
 * @param distances [quads] Σ (z − teacher)², overwritten where there is a teacher
 */
export function termGradient(
  from: i32,
  to: i32,
  z: usize,
  dz: usize,
  teacher: usize,
  rows: i32,
  quads: i32,
  step: usize,
  own: i32,
  distillation: i32,
  slope: f32,
  distances: usize,
): void {
  const weight = f32x4.splat(termWeightOf(step, own));
  const pull = f32x4.splat(distillation == NONE ? 0 : slope * termWeightOf(step, distillation));
  for (let quad = from; quad < to; quad++) {
    let at: usize = quad * QUAD;
    let squares = f32x4.splat(0);
    for (let row = 0; row < rows; row++) {
      let gradient = f32x4.mul(weight, v128.load(dz + at));
      if (teacher) {
        const off = f32x4.sub(v128.load(z + at), v128.load(teacher + at));
        squares = f32x4.add(squares, f32x4.mul(off, off));
        gradient = f32x4.add(gradient, f32x4.mul(pull, off));
      }
      v128.store(dz + at, gradient);
      at += quads * QUAD;
    }
    if (teacher) v128.store(distances + <usize>(quad * QUAD), squares);
  }
}

/**
 * The loss of a step and its terms. It is one unit of work.
 * @param pairs [pair][own term, distillation or −1]
 * @param own [pair][8], from vicregTerms; distances [pair][quads] or 0
 * @param value of a distillation per squared distance
 * @param cost budget + bound, budget, bound, MAC ratio, or 0 for a step without gates
 * @param result loss; invariance, variance, covariance of the first pair; budget, bound, MAC ratio (−1
 * without gates); the step's number; the unweighted value of each term; variance of the first pair's view 1
 * and of view 2, covariance of each; 20 floats, behind which the optimiser writes four more
 * @param total the loss. Where it is not finite it stays so, and no later step changes anything.
 */
export function stepTerms(
  from: i32,
  to: i32,
  pairs: usize,
  count: i32,
  own: usize,
  distances: usize,
  quads: i32,
  value: f32,
  cost: usize,
  step: usize,
  result: usize,
  total: usize,
): void {
  let loss: f32 = cost ? load<f32>(cost) : 0;
  for (let term = 0; term < MOST; term++) store<f32>(result + <usize>(32 + 4 * term), 0);
  for (let pair = 0; pair < count; pair++) {
    const row: usize = pairs + <usize>(8 * pair);
    loss += counted(result, step, load<i32>(row), load<f32>(own + <usize>(2 * pair * QUAD)));
    const distillation = load<i32>(row, 4);
    if (distillation == NONE) continue;
    let squares = f32x4.splat(0);
    for (let quad = 0; quad < quads; quad++)
      squares = f32x4.add(squares, v128.load(distances + <usize>((pair * quads + quad) * QUAD)));
    loss += counted(result, step, distillation, value * sumLanes(squares));
  }
  store<f32>(result, loss);
  for (let i: usize = 4; i < 16; i += 4) store<f32>(result + i, load<f32>(own + i));
  for (let i: usize = 0; i < 12; i += 4)
    store<f32>(result + 16 + i, cost ? load<f32>(cost + 4 + i) : i == 8 ? -1 : 0);
  store<f32>(result, <f32>numberOf(step), 28);
  v128.store(result, v128.load(own, QUAD), 64);
  if (isFinite(load<f32>(total))) store<f32>(total, loss);
}

/** Notes a term's value, and returns what it adds to the loss. What does not count may be no number. */
function counted(result: usize, step: usize, term: i32, value: f32): f32 {
  store<f32>(result + <usize>(32 + 4 * term), value);
  const weight = termWeightOf(step, term);
  return weight == 0 ? 0 : weight * value;
}

/** Quads [from, to) of values that a step moves before its loss is known are kept. */
export function keep(from: i32, to: i32, values: usize, kept: usize): void {
  const first: usize = from * QUAD;
  memory.copy(kept + first, values + first, (to - from) * QUAD);
}

/** Quads [from, to) get back what was kept, if the loss at `total` is not finite. */
export function restore(from: i32, to: i32, values: usize, kept: usize, total: usize): void {
  if (isFinite(load<f32>(total))) return;
  const first: usize = from * QUAD;
  memory.copy(values + first, kept + first, (to - from) * QUAD);
}
