import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { coincide, relativeSpread } from './coincide.ts';
import { pca } from './maps/pca.ts';
import { spread, umapLayout } from './maps/umap.ts';

const DIMENSION = 3;

/** 40 points around one place, with noise of this part of their length. */
function around(noise: number): Float32Array {
  const random = stream(3, 'init');
  return Float32Array.from({ length: 40 * DIMENSION }, () => 0.7 * (1 + noise * random.normal()));
}

function places(xy: Float32Array): number {
  return new Set(Array.from({ length: xy.length / 2 }, (_, n) => `${xy[2 * n]} ${xy[2 * n + 1]}`)).size;
}

describe('relativeSpread', () => {
  it('is the deviation over the length', () => {
    expect(relativeSpread(Float32Array.of(3, 4, -3, -4), 2)).toBeCloseTo(1, 6);
    expect(relativeSpread(Float32Array.of(9, 11), 1)).toBeCloseTo(1 / Math.sqrt(101), 6);
    expect(relativeSpread(around(0.01), DIMENSION)).toBeCloseTo(0.01, 2);
  });

  it('is 0 for equal points, also at 0', () => {
    expect(relativeSpread(around(0), DIMENSION)).toBe(0);
    expect(relativeSpread(new Float32Array(6), DIMENSION)).toBe(0);
  });
});

describe.each([0, 1e-8, 1e-7])('features that differ by %d of their length', (noise) => {
  it('are one point on both maps', async () => {
    const features = around(noise);
    expect(coincide(features, DIMENSION)).toBe(true);
    const start = pca(features, DIMENSION);
    expect(places(start)).toBe(1);
    const random = stream(1, 'map');
    const problem = {
      features,
      dimension: DIMENSION,
      start: spread(start),
      epochs: 50,
      neighbours: 15,
      random,
    };
    expect(places((await umapLayout(problem, () => true))!)).toBe(1);
    // A start from the features before the collapse gives one point, too.
    const lively = { ...problem, start: Float32Array.from({ length: 80 }, (_, i) => i) };
    expect(places((await umapLayout(lively, () => true))!)).toBe(1);
  });
});

it('features that differ visibly are many points', async () => {
  const features = around(1e-3);
  const start = spread(pca(features, DIMENSION));
  const random = stream(1, 'map');
  const problem = { features, dimension: DIMENSION, start, epochs: 50, neighbours: 15, random };
  expect(places((await umapLayout(problem, () => true))!)).toBe(40);
});
