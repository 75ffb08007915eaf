import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { boundWidthAt, learningRateAt } from './annealing.ts';

const config: RunConfig = { ...DEFAULT_CONFIG, steps: 200, warmup: 0.1, learningRate: 0.1, boundDecay: 10 };

describe('learningRateAt', () => {
  it('rises over the warm-up’s share of the steps and falls to almost nothing', () => {
    expect(learningRateAt(config, 0)).toBe(0.003);
    expect(learningRateAt(config, 19)).toBeCloseTo(0.1, 12);
    expect(learningRateAt(config, 110)).toBeCloseTo(0.05, 12);
    expect(learningRateAt(config, 199)).toBeLessThan(1e-5);
  });

  it('never starts above the peak', () => {
    expect(learningRateAt({ ...config, learningRate: 0.001 }, 0)).toBe(0.001);
  });

  it('is a positive number in every step of runs of any length', () => {
    for (const steps of [1, 2, 3, 7]) {
      for (const warmup of [0, 0.2, 0.5]) {
        for (let index = 0; index < steps; index++) {
          expect(learningRateAt({ ...config, steps, warmup }, index)).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe('boundWidthAt', () => {
  it('ends where the authors’ 500 epochs end, however long the run', () => {
    expect(boundWidthAt(config, 0)).toBe(1);
    expect(boundWidthAt(config, 100)).toBeCloseTo(Math.exp(-5), 12);
    expect(boundWidthAt({ ...config, steps: 20 }, 10)).toBeCloseTo(Math.exp(-5), 12);
  });
});
