// Gates of a block (method §2), what they cost (method §3), and the gradient through them. Gates, logits and
// slopes are [rows][channels], a multiple of four, all in whole quads; rows are images pass by pass.

import { aimOf, boundWidthOf, seedOf } from './step';
import { sumLanes } from './sums';

const QUAD: i32 = 16;
const EPSILON: f64 = 1e-8;

/**
 * Gates of rows [from, to), and their slopes. Rows of passes [firstGated, lastGated) open where logit + noise
 * ≥ 0; others are open. What fills up a quad is closed.
 * @param noise logistic noise as the logits lie, or 0: then it is drawn by the step's seeds
 * @param counter draws of a pass before this block
 */
export function gateSample(
  from: i32,
  to: i32,
  logits: usize,
  gates: usize,
  slopes: usize,
  noise: usize,
  step: usize,
  channels: i32,
  quads: i32,
  images: i32,
  firstGated: i32,
  lastGated: i32,
  counter: u32,
  temperature: f64,
): void {
  for (let row = from; row < to; row++) {
    const pass = row / images;
    const gated = pass >= firstGated && pass < lastGated;
    const start: usize = row * quads * QUAD;
    const draw = counter + <u32>((row - pass * images) * channels);
    for (let c = 0; c < 4 * quads; c++) {
      const at: usize = start + <usize>(4 * c);
      let gate: f32 = c < channels ? 1 : 0;
      let slope: f32 = 0;
      if (gated && c < channels) {
        const drawn = noise ? load<f32>(noise + at) : logistic(seedOf(step, pass), draw + <u32>c);
        const z = load<f32>(logits + at) + drawn;
        gate = z >= 0 ? 1 : 0;
        // s(1 − s)/τ of s = sigmoid(z/τ) is even in z; of −|z| nothing overflows.
        const e = Math.exp(-Math.abs(<f64>z) / temperature);
        slope = <f32>(e / ((1 + e) * (1 + e) * temperature));
      }
      store<f32>(gates + at, gate);
      store<f32>(slopes + at, slope);
    }
  }
}

/** log(u + 1e-8) − log(1 − u + 1e-8) of the draw of random.ts's hashedUniform. */
function logistic(seed: u32, draw: u32): f32 {
  let hash = seed + draw * 0x9e3779b9;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  const u = <f64>((hash ^ (hash >> 16)) >> 8) / 16777216;
  return <f32>(Math.log(u + EPSILON) - Math.log(1 - u + EPSILON));
}

/**
 * The straight-through gradient of the logits of rows [from, to), counted from the first gated one: the
 * gradient of a gate, plus what the losses of the budget add to it, times the gate's slope.
 * @param coefficients of this block in the first gated pass, [budget, bound]; those of the next pass follow
 * `pitch` bytes later
 */
export function gateGradient(
  from: i32,
  to: i32,
  dGates: usize,
  gates: usize,
  slopes: usize,
  dLogits: usize,
  quads: i32,
  images: i32,
  coefficients: usize,
  pitch: i32,
): void {
  for (let row = from; row < to; row++) {
    const cost: usize = coefficients + <usize>((row / images) * pitch);
    const always = v128.load32_splat(cost);
    const open = v128.load32_splat(cost, 4);
    let at: usize = row * quads * QUAD;
    for (const end: usize = at + <usize>(quads * QUAD); at < end; at += QUAD) {
      const bound = f32x4.mul(v128.load(gates + at), open);
      const whole = f32x4.add(f32x4.add(v128.load(dGates + at), always), bound);
      v128.store(dLogits + at, f32x4.mul(whole, v128.load(slopes + at)));
    }
  }
}

/**
 * Open gates of one block in gated passes [from, to): counts[pass][block]. They are whole numbers, so that
 * float32 adds them exactly.
 * @param gates of the first gated pass; counts this block's of that pass, those of the next `pitch` bytes on
 */
export function gateCounts(from: i32, to: i32, gates: usize, counts: usize, quads: i32, images: i32, pitch: i32): void {
  const bytes = images * quads * QUAD;
  for (let pass = from; pass < to; pass++) {
    let sum = f32x4.splat(0);
    let at: usize = gates + <usize>(pass * bytes);
    for (const end: usize = at + <usize>bytes; at < end; at += QUAD) sum = f32x4.add(sum, v128.load(at));
    store<f32>(counts + <usize>(pass * pitch), sumLanes(sum));
  }
}

/**
 * Budget loss and bound loss of all gated passes, and their slopes. It is one unit of work.
 * @param blocks [block][channels, MACs per open channel over the dense MACs]
 * @param counts [gated pass][block]; coefficients [gated pass][block][budget, bound], overwritten
 * @param terms budget + bound, budget, bound, mean MAC ratio, overwritten
 * @param fixedShare MACs spent whatever the gates say, over the dense MACs
 * @param budgetWeight, boundWeight times the share of one pass
 */
export function budget(
  from: i32,
  to: i32,
  blocks: usize,
  blockCount: i32,
  counts: usize,
  coefficients: usize,
  terms: usize,
  step: usize,
  images: f64,
  gatedPasses: i32,
  fixedShare: f64,
  budgetWeight: f64,
  boundWeight: f64,
): void {
  const aim = <f64>aimOf(step);
  const boundWidth = <f64>boundWidthOf(step);
  const lowest = boundWidth * sqrt(aim);
  const highest = 1 - boundWidth + lowest;
  const weight = boundWeight / <f64>blockCount;
  let ratios: f64 = 0;
  let budgetLoss: f64 = 0;
  let boundLoss: f64 = 0;
  for (let pass = 0; pass < gatedPasses; pass++) {
    const first = pass * blockCount;
    let ratio = fixedShare;
    for (let l = 0; l < blockCount; l++)
      ratio += (load<f32>(counts + 4 * (first + l)) / images) * load<f32>(blocks + 8 * l, 4);
    const excess = ratio - aim;
    ratios += ratio;
    budgetLoss += budgetWeight * excess * excess;
    for (let l = 0; l < blockCount; l++) {
      const size = images * load<f32>(blocks + 8 * l);
      const density = load<f32>(counts + 4 * (first + l)) / size;
      const below = max(lowest - density, 0);
      const above = max(density - highest, 0);
      boundLoss += weight * (below * below + above * above);
      const leave: usize = coefficients + <usize>(8 * (first + l));
      store<f32>(leave, <f32>((2 * budgetWeight * excess * load<f32>(blocks + 8 * l, 4)) / images));
      store<f32>(leave, <f32>((2 * weight * (above - below)) / size), 4);
    }
  }
  store<f32>(terms, <f32>(budgetLoss + boundLoss));
  store<f32>(terms, <f32>budgetLoss, 4);
  store<f32>(terms, <f32>boundLoss, 8);
  store<f32>(terms, <f32>(ratios / gatedPasses), 12);
}
