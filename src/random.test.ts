import { describe, expect, it } from 'vitest';
import { hashedUniform, type Random, resume, STREAMS, shuffled, stream } from './random.ts';

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());
const moments = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
};

describe('stream', () => {
  it('is the same for the same seed and name', () => {
    expect(draws(stream(7, 'gate'), 5)).toEqual(draws(stream(7, 'gate'), 5));
  });

  it('differs by seed and by name', () => {
    const firsts = [1, 2, 4294967295].flatMap((seed) =>
      STREAMS.map((name) => draws(stream(seed, name), 2).join()),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('is uncorrelated with the other streams of its seed', () => {
    const [one, ...others] = STREAMS.map((name) => draws(stream(1, name), 4000));
    for (const other of others) {
      const product = one!.map((value, i) => (value - 0.5) * (other[i]! - 0.5));
      expect(Math.abs(moments(product).mean)).toBeLessThan((4 / 12) * (1 / Math.sqrt(4000)));
    }
  });

  it('is uniform from its first draws on, also for small seeds', () => {
    const first = Array.from({ length: 2000 }, (_, seed) => stream(seed, 'init').uniform());
    expect(Math.abs(moments(first).mean - 0.5)).toBeLessThan(0.026);
    expect(moments(first).variance).toBeCloseTo(1 / 12, 2);
  });

  it('goes on exactly where its state was taken', () => {
    const random = stream(3, 'augment');
    draws(random, 17);
    random.normal();
    const state = random.state();
    const expected = [...draws(random, 4), random.normal(), random.word(), random.below(9)];
    const again = resume(state);
    expect([...draws(again, 4), again.normal(), again.word(), again.below(9)]).toEqual(expected);
  });

  it('draws normals with mean 0 and variance 1', () => {
    const random = stream(5, 'init');
    const normals = Array.from({ length: 20000 }, () => random.normal());
    expect(Math.abs(moments(normals).mean)).toBeLessThan(0.03);
    expect(Math.abs(moments(normals).variance - 1)).toBeLessThan(0.05);
  });

  it('draws whole numbers below n and numbers between two, none outside', () => {
    const random = stream(6, 'order');
    const whole = Array.from({ length: 3000 }, () => random.below(3));
    expect(new Set(whole)).toEqual(new Set([0, 1, 2]));
    const between = Array.from({ length: 3000 }, () => random.between(-2, 5));
    expect(Math.min(...between)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...between)).toBeLessThan(5);
  });
});

describe('shuffled', () => {
  it('has every number once, in an order that the stream decides', () => {
    const order = shuffled(63, stream(1, 'order'));
    expect(Array.from(order).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 63 }, (_, i) => i));
    expect(order).toEqual(shuffled(63, stream(1, 'order')));
    expect(order).not.toEqual(shuffled(63, stream(2, 'order')));
    expect(shuffled(1, stream(1, 'order'))).toEqual(Uint32Array.of(0));
  });
});

describe('hashedUniform', () => {
  const values = Array.from({ length: 20000 }, (_, i) => hashedUniform(42, i));

  it('lies on the 24-bit grid below 1, which float32 holds exactly', () => {
    for (const value of values) {
      expect(Number.isInteger(value * 2 ** 24)).toBe(true);
      expect(Math.fround(value)).toBe(value);
    }
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
  });

  it('is uniform: mean, variance, and a fifth of the draws in each fifth', () => {
    expect(moments(values).mean).toBeCloseTo(0.5, 2);
    expect(moments(values).variance).toBeCloseTo(1 / 12, 2);
    for (let part = 0; part < 5; part++) {
      const share = values.filter((value) => Math.floor(value * 5) === part).length / values.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.012);
    }
  });

  it('does not relate neighbours, nor neighbouring seeds', () => {
    for (const other of [
      values.map((_, i) => hashedUniform(42, i + 1)),
      values.map((_, i) => hashedUniform(43, i)),
    ]) {
      const product = values.map((value, i) => (value - 0.5) * (other[i]! - 0.5));
      expect(Math.abs(moments(product).mean)).toBeLessThan(4 / 12 / Math.sqrt(values.length));
    }
  });

  it('takes every 32-bit seed', () => {
    expect(hashedUniform(4294967295, 0)).toBe(hashedUniform(-1, 0));
    expect(hashedUniform(4294967295, 0)).not.toBe(hashedUniform(0, 0));
  });
});
