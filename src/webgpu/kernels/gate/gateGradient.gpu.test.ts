import { beforeAll, expect, it } from 'vitest';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { gateGradient } from './gateGradient.ts';
import { relativeError, scattered, toQuads } from './gateRows.fixture.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

it.each([
  { images: 1, channels: 1, passes: 2, firstGated: 0, gatedPasses: 1 },
  { images: 3, channels: 3, passes: 2, firstGated: 1, gatedPasses: 1 },
  { images: 3, channels: 63, passes: 2, firstGated: 0, gatedPasses: 2 },
  { images: 33, channels: 65, passes: 1, firstGated: 0, gatedPasses: 1 },
])('adds what the budget wants, open and closed gates apart: %o', async ({ channels, ...rows }) => {
  const { images, passes, firstGated, gatedPasses } = rows;
  const [blocks, block] = [3, 1];
  const count = passes * images * channels;
  const dGate = scattered(count);
  const gates = scattered(count, 1000).map((value) => Number(value > 0));
  const slopes = scattered(count, 2000);
  const coefficients = scattered(2 * gatedPasses * blocks, 3000);

  const expected = toQuads(
    dGate.map((gradient, i) => {
      const pass = Math.trunc(i / (images * channels)) - firstGated;
      if (pass < 0 || pass >= gatedPasses) return Number.NaN;
      const [budget, bound] = coefficients.subarray(2 * (pass * blocks + block));
      return (gradient + budget! + (gates[i] === 1 ? bound! : 0)) * slopes[i]!;
    }),
    channels,
  );
  const dLogits = on.poisoned(expected.length);
  const rowsOf = (values: Float32Array) => on.input(toQuads(values, channels));
  await on.run([
    gateGradient({
      dGate: rowsOf(dGate),
      gates: rowsOf(gates),
      slopes: rowsOf(slopes),
      coefficients: on.input(coefficients),
      dLogits,
      channels,
      block,
      blocks,
      of: 'gate',
      ...rows,
    }),
  ]);

  const perPass = expected.length / passes;
  const got = await on.floats(dLogits, expected.length);
  const [from, to] = [firstGated * perPass, (firstGated + gatedPasses) * perPass];
  expect(relativeError(got.subarray(from, to), expected.subarray(from, to))).toBeLessThan(1e-6);
  const others = [...got.subarray(0, from), ...got.subarray(to)];
  expect(others.every(Number.isNaN), 'rows of dense passes are left alone').toBe(true);
});
