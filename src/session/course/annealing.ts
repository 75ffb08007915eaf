import type { RunConfig } from '../../config.ts';
import { boundWidth, learningRate, START_RATE } from '../../method/schedule.ts';

// The authors change the rates once per epoch, over 500 epochs. A run of a few epochs would have only a few
// different rates. Here each step is therefore a tick of the same curves.

/** Learning rate of the step with this index, from 0. */
export function learningRateAt({ steps, warmup, learningRate: peakRate }: RunConfig, index: number): number {
  return learningRate(index, {
    ticks: steps,
    warmupTicks: Math.round(warmup * steps),
    startRate: Math.min(START_RATE, peakRate),
    peakRate,
    endRate: 0,
  });
}

/** p of the bound loss at the step with this index: exp(−boundDecay · progress). */
export function boundWidthAt({ steps, boundDecay }: RunConfig, index: number): number {
  return boundWidth(index, boundDecay / steps);
}
