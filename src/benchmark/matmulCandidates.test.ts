import { expect, it } from 'vitest';
import { Memory } from '../plan/memory.ts';
import { nagaRefusal } from '../webgpu/kernels/naga.fixture.ts';
import { MATMUL_CANDIDATES, wordsOf } from './matmulCandidates.ts';

it('plans every candidate, each with the fields of its shader’s shape, in WGSL that Firefox takes', () => {
  const kernels = MATMUL_CANDIDATES.map((candidate) => {
    const memory = new Memory();
    const matrix = (rows: number, columns: number) =>
      memory.allocate('matrix', wordsOf(candidate.layout, rows, columns));
    const product = { a: matrix(63, 65), b: matrix(65, 9), y: matrix(63, 9), m: 63, k: 65, n: 9 };
    return candidate.dispatch(product).kernel;
  });
  expect(kernels.map(({ code }) => nagaRefusal(code)).filter((report) => report !== null)).toEqual([]);
  expect(new Set(kernels.map(({ name }) => name))).toEqual(
    new Set(['matmul', 'blockedMatmul', 'sharedMatmul']),
  );
});
