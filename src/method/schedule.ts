/** A learning-rate schedule in ticks: the authors tick once per epoch, a short run once per step. */
export interface Schedule {
  readonly ticks: number;
  readonly warmupTicks: number;
  readonly startRate: number;
  readonly peakRate: number;
  readonly endRate: number;
}

/** The authors' rate in the first tick. It is not scaled with the batch. */
export const START_RATE = 0.003;

/**
 * Learning rate at `tick` (from 0). It is linear from start to peak over the warm-up, and reaches the peak at
 * the last warm-up tick. Then it is a half cosine down to the end rate (method §5).
 */
export function learningRate(
  tick: number,
  { ticks, warmupTicks, startRate, peakRate, endRate }: Schedule,
): number {
  if (tick < warmupTicks) {
    if (warmupTicks === 1) return startRate;
    return startRate + (tick * (peakRate - startRate)) / (warmupTicks - 1);
  }
  const progress = (tick - warmupTicks) / (ticks - warmupTicks);
  return endRate + ((peakRate - endRate) / 2) * (1 + Math.cos(Math.PI * progress));
}

/** The width p = exp(−decay · tick) of the bound loss, 1 at first (method §3). */
export function boundWidth(tick: number, decay: number): number {
  return Math.exp(-decay * tick);
}
