import { describe, expect, it } from 'vitest';
import type { OptimizerSettings } from '../engine.ts';
import { descend, LARS, norm, type Slot } from './optimizer.ts';

function slot(values: readonly number[], change: Partial<Slot> = {}): Slot {
  return {
    values: Float32Array.from(values),
    momentum: new Float32Array(values.length),
    axes: 2,
    weightDecay: 0,
    ...change,
  };
}

const plain: OptimizerSettings = { momentum: 0.9, weightDecay: 0, lars: null };
const lars: OptimizerSettings = { ...plain, lars: LARS };

describe('descend without LARS', () => {
  it('is gradient descent with momentum, by hand', () => {
    const one = slot([1, -2]);
    descend(one, Float32Array.of(0.5, 1), 0.1, plain);
    expect(Array.from(one.values)).toEqual([0.95, -2.1].map(Math.fround));
    descend(one, Float32Array.of(0, 0), 0.1, plain);
    expect(one.values[0]).toBeCloseTo(0.95 - 0.1 * 0.45, 6);
    expect(one.momentum[1]).toBeCloseTo(0.9, 6);
  });

  it.each([1, 3, 63, 65])('is torch.optim.SGD of %i values over steps, in float64', (length) => {
    const values = Array.from({ length }, (_, i) => Math.sin(1 + i));
    const one = slot(values, { weightDecay: 0.05 });
    let buffer: number[] | null = null;
    for (let step = 0; step < 5; step++) {
      const gradient = Float32Array.from({ length }, (_, i) => Math.cos(3 * i + step));
      const rate = 0.1 / (1 + step);
      descend(one, gradient, rate, plain);
      // PyTorch begins the momentum with the first gradient, which is the same as with 0.
      const decayed = values.map((value, i) => gradient[i]! + 0.05 * value);
      const last: readonly number[] | null = buffer;
      buffer = last === null ? decayed : decayed.map((slope, i) => 0.9 * last[i]! + slope);
      buffer.forEach((slope, i) => {
        values[i] = values[i]! - rate * slope;
      });
    }
    one.values.forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).toBeLessThan(1e-6);
    });
  });

  it('adds the slot’s own weight decay, whatever the axes', () => {
    const one = slot([2], { weightDecay: 0.5, axes: 1 });
    descend(one, Float32Array.of(0), 1, plain);
    expect(one.values[0]).toBe(1);
  });
});

describe('descend with LARS', () => {
  it('steps by η|w|/(|g| + wd|w|) of gradient plus decay, before momentum', () => {
    const one = slot([3, 4], { weightDecay: 0.1 });
    const scale = descend(one, Float32Array.of(6, 8), 0.5, lars);
    const expected = (0.02 * 5) / (10 + 0.1 * 5 + 1e-8) / 0.5;
    expect(scale).toBeCloseTo(expected, 12);
    expect(one.momentum[0]).toBeCloseTo(expected * (6 + 0.3), 6);
    expect(one.values[1]).toBeCloseTo(4 - 0.5 * expected * (8 + 0.4), 6);
  });

  it('never steps further than plain descent would', () => {
    expect(descend(slot([3, 4]), Float32Array.of(0.006, 0.008), 0.5, lars)).toBe(1);
    const unclipped = { ...lars, lars: { ...LARS, clip: false } };
    expect(descend(slot([3, 4]), Float32Array.of(0.006, 0.008), 0.5, unclipped)).toBeCloseTo(10, 4);
  });

  it('leaves vectors alone and takes their weight decay away', () => {
    const bias = slot([3, 4], { axes: 1, weightDecay: 0.1 });
    expect(descend(bias, Float32Array.of(1, 0), 0.5, lars)).toBe(1);
    expect(Array.from(bias.values)).toEqual([2.5, 4]);
    const included = { ...lars, lars: { ...LARS, exclude1d: false } };
    expect(descend(slot([3, 4], { axes: 1 }), Float32Array.of(1, 0), 0.5, included)).toBeLessThan(1);
  });

  it('leaves tensors of zeros and tensors without gradient alone, without decay', () => {
    const zeros = slot([0, 0], { weightDecay: 0.1 });
    expect(descend(zeros, Float32Array.of(1, 1), 0.5, lars)).toBe(1);
    expect(Array.from(zeros.values)).toEqual([-0.5, -0.5]);
    const still = slot([3, 4], { weightDecay: 0.1 });
    descend(still, new Float32Array(2), 0.5, lars);
    expect(Array.from(still.values)).toEqual([3, 4]);
  });
});

describe('norm', () => {
  it('is Euclidean, and 0 of nothing', () => {
    expect(norm([3, -4])).toBe(5);
    expect(norm([])).toBe(0);
  });
});
