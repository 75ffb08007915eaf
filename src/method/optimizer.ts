import type { LarsSettings, OptimizerSettings } from '../engine.ts';

/** LARS's settings in the authors' runs. */
export const LARS: LarsSettings = { eta: 0.02, clip: true, exclude1d: true };

const LARS_EPSILON = 1e-8;

/** One trainable tensor as the optimiser sees it. */
export interface Slot {
  readonly values: Float32Array;
  readonly momentum: Float32Array;
  /** Number of axes in PyTorch's shape. */
  readonly axes: number;
  /** Weight decay of this tensor, if it differs from the settings (gates: 0). */
  readonly weightDecay: number;
}

/**
 * One step of `slot` along `gradient`, in place: buf = momentum · buf + g'; w −= lr · buf. g' = t · (g + wd ·
 * w) with LARS's t = η|w| / (|g| + wd|w| + 1e-8), divided by lr and clipped at 1. Tensors that LARS excludes,
 * or whose norm or gradient is zero, keep g. Returns t, or 1 if LARS did not scale.
 * @param gradientNorm |g|, where the caller has it already
 */
export function descend(
  slot: Slot,
  gradient: Float32Array,
  lr: number,
  settings: OptimizerSettings,
  gradientNorm = norm(gradient),
): number {
  const { scale, decay } = stepScale(slot, gradientNorm, lr, settings);
  const { values, momentum } = slot;
  for (let i = 0; i < values.length; i++) {
    const step = settings.momentum * momentum[i]! + scale * (gradient[i]! + decay * values[i]!);
    momentum[i] = step;
    values[i] = values[i]! - lr * step;
  }
  return scale;
}

function stepScale(
  slot: Slot,
  gradientNorm: number,
  lr: number,
  { lars }: OptimizerSettings,
): { scale: number; decay: number } {
  if (lars === null) return { scale: 1, decay: slot.weightDecay };
  // LARS applies the weight decay. So a tensor that it does not scale has none.
  if (slot.axes < 2 && lars.exclude1d) return { scale: 1, decay: 0 };
  const weightNorm = norm(slot.values);
  if (weightNorm === 0 || gradientNorm === 0) return { scale: 1, decay: 0 };
  const trust = (lars.eta * weightNorm) / (gradientNorm + slot.weightDecay * weightNorm + LARS_EPSILON);
  return { scale: lars.clip ? Math.min(trust / lr, 1) : trust, decay: slot.weightDecay };
}

/** Euclidean norm. */
export function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares);
}
