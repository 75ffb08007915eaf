import { describe, expect, it } from 'vitest';
import { boundWidth, learningRate, START_RATE } from './schedule.ts';

const authors = { ticks: 500, warmupTicks: 10, startRate: START_RATE, peakRate: 0.6, endRate: 0 };

describe('learningRate', () => {
  it('starts at .003 and reaches the peak in the last tick of the warm-up', () => {
    expect(learningRate(0, authors)).toBe(0.003);
    expect(learningRate(9, authors)).toBeCloseTo(0.6, 12);
    expect(learningRate(10, authors)).toBeCloseTo(0.6, 12);
  });

  it('is half the peak half-way down, and nearly the end rate at the end', () => {
    expect(learningRate(255, authors)).toBeCloseTo(0.3, 12);
    expect(learningRate(499, { ...authors, endRate: 0.1 })).toBeGreaterThan(0.1);
    expect(learningRate(499, { ...authors, endRate: 0.1 })).toBeLessThan(0.10001);
  });

  it('never rises after the warm-up, and never falls in it', () => {
    const rates = Array.from({ length: 500 }, (_, tick) => learningRate(tick, authors));
    rates.slice(1, 10).forEach((rate, i) => {
      expect(rate).toBeGreaterThan(rates[i]!);
    });
    rates.slice(11).forEach((rate, i) => {
      expect(rate).toBeLessThan(rates[i + 10]!);
    });
  });

  it('starts at the peak without a warm-up, and slowly with one tick of it', () => {
    expect(learningRate(0, { ...authors, warmupTicks: 0 })).toBeCloseTo(0.6, 12);
    expect(learningRate(0, { ...authors, warmupTicks: 1 })).toBe(0.003);
    expect(learningRate(1, { ...authors, warmupTicks: 1 })).toBeCloseTo(0.6, 12);
  });
});

describe('the width of the bound', () => {
  it('is 1 at first and decays by the same factor each tick', () => {
    expect(boundWidth(0, 0.02)).toBe(1);
    expect(boundWidth(100, 0.02)).toBeCloseTo(Math.exp(-2), 12);
    expect(boundWidth(7, 0.3) / boundWidth(6, 0.3)).toBeCloseTo(boundWidth(2, 0.3) / boundWidth(1, 0.3), 12);
  });
});
