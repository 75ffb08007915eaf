import { expect, it } from 'vitest';
import { isSame } from './useSameEvaluation.ts';

const map = (step: number, projection: 'pca' | 'umap' = 'umap') => ({
  ...{ epoch: 0, step, projection, neighbours: null, xy: new Float32Array(2) },
});
const PAIR = ['dense', 'gated'] as const;

it('two maps belong together if one evaluation and one projection gave both', () => {
  expect(isSame({ dense: map(20), gated: map(20) }, PAIR)).toBe(true);
  expect(isSame({ dense: map(20), gated: map(0) }, PAIR)).toBe(false);
  expect(isSame({ dense: map(20), gated: map(20, 'pca') }, PAIR)).toBe(false);
});

it('a map alone, or none, needs no other', () => {
  expect(isSame({ dense: map(20) }, PAIR)).toBe(true);
  expect(isSame({}, PAIR)).toBe(true);
  expect(isSame({ dense: map(20), slim50: map(0) }, PAIR)).toBe(true);
});
