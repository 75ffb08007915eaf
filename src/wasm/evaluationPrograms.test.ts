import { expect, it } from 'vitest';
import { EvaluationPrograms, firstOf } from './evaluationPrograms.ts';
import type { Call } from './kernels.ts';

const calls: readonly Call[] = [
  { kernel: 'convolution', units: 256 * 9, numbers: [1] },
  { kernel: 'runningNorm', units: 5, numbers: [2] },
];

it('takes the units of the first images, and all of what belongs to no image', () => {
  expect(firstOf(calls, 256, 3)).toEqual([
    { kernel: 'convolution', units: 27, numbers: [1] },
    { kernel: 'runningNorm', units: 5, numbers: [2] },
  ]);
  expect(() => firstOf(calls, 250, 3)).toThrow('convolution must have units of 250 images, got 2304');
});

it('compiles few sizes, each once, and none for more images than there are', async () => {
  const units: number[] = [];
  const pool = {
    compile: async (compiled: readonly Call[]) => {
      units.push(compiled[0]!.units / 9);
      return { number: units.length, phases: [] };
    },
  };
  const programs = new EvaluationPrograms(pool, calls, 256);
  for (let count = 1; count <= 256; count++) await programs.of(count);
  expect(units).toEqual(Array.from({ length: 32 }, (_, i) => 8 * (i + 1)));
  const odd = new EvaluationPrograms(pool, firstOf(calls, 256, 33), 33);
  expect((await odd.of(33)).number).toBe(33);
  expect(units.at(-1)).toBe(33);
});
