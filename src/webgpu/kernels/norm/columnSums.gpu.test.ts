import { beforeAll, expect, it } from 'vitest';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { columnSums } from './columnSums.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

it.each([
  [1, 1],
  [2, 3],
  [7, 63],
  [65, 65],
  [1000, 4],
])('sums %i rows of %i columns', async (rows, columns) => {
  const values = scattered(rows * columns);
  const sums = new Float64Array(columns);
  values.forEach((value, i) => {
    sums[i % columns]! += value;
  });
  const expected = toQuads(sums, columns);
  const y = on.poisoned(expected.length);
  await on.run([columnSums({ x: on.input(toQuads(values, columns)), y, rows, columns })]);
  const got = await on.floats(y, expected.length + 4);
  expect(relativeError(got, expected)).toBeLessThan(1e-6);
  expect([...got.subarray(expected.length)].every(Number.isNaN), 'nothing behind y is written').toBe(true);
});
