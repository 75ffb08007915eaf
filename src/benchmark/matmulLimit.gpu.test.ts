import { beforeAll, describe, expect, it } from 'vitest';
import { deviation, noise } from '../method/numbers.fixture.ts';
import { type TestGpu, testGpu } from '../webgpu/engine/gpu.fixture.ts';
import { MATMUL_CANDIDATES, type MatmulCandidate, wordsOf } from './matmulCandidates.ts';
import { MatmulLimit } from './matmulLimit.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const [M, K, N] = [67, 37, 70];

/** The index of element [row, column] of a matrix in a layout. */
function placeOf(layout: MatmulCandidate['layout'], columns: number) {
  const across = Math.ceil(columns / 4);
  return (row: number, column: number) =>
    layout === 'rows'
      ? row * across * 4 + column
      : ((row >> 2) * across + (column >> 2)) * 16 + (row % 4) * 4 + (column % 4);
}

function stored(layout: MatmulCandidate['layout'], values: Float32Array, rows: number, columns: number) {
  const packed = new Float32Array(wordsOf(layout, rows, columns));
  const place = placeOf(layout, columns);
  for (let i = 0; i < values.length; i++) packed[place(Math.floor(i / columns), i % columns)] = values[i]!;
  return packed;
}

describe('every candidate', () => {
  it.each(MATMUL_CANDIDATES)('multiplies matrices of odd sides: $name', async ({ layout, dispatch }) => {
    const [a, b] = [noise(1, [M, K]), noise(2, [K, N])];
    const expected = Float64Array.from({ length: M * N }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[Math.floor(i / N) * K + k]! * b[k * N + (i % N)]!;
      return sum;
    });
    const y = on.poisoned(wordsOf(layout, M, N));
    const product = {
      a: on.input(stored(layout, a, M, K)),
      b: on.input(stored(layout, b, K, N)),
      y,
      m: M,
      k: K,
      n: N,
    };
    await on.run([dispatch(product)]);
    const got = await on.floats(y, wordsOf(layout, M, N));
    const place = placeOf(layout, N);
    const values = Float64Array.from(expected, (_, i) => got[place(Math.floor(i / N), i % N)]!);
    expect(deviation(values, expected)).toBeLessThan(1e-5);
  });
});

it('finds the fastest of them, again and again on the same buffers', async () => {
  const limit = new MatmulLimit(on.gpu.device);
  const first = await limit.measure();
  const second = await limit.measure();
  for (const { gflops, kernel, size } of [first, second]) {
    expect(gflops).toBeGreaterThan(0);
    expect(MATMUL_CANDIDATES.map(({ name }) => name)).toContain(kernel);
    expect(size).toBeGreaterThanOrEqual(256);
  }
  limit.dispose();
});
