import { beforeAll, describe, expect, it } from 'vitest';
import goldenOperations from '../../../golden/vectors/j_ops.json';
import { quads } from '../../../plan/maps.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { goldenFloats, relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { type Matmul, matmul } from './matmul.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

type Sizes = Pick<Matmul, 'm' | 'k' | 'n' | 'transpose'>;

/** A product in plain loops and float64, of matrices without padding. */
function product({ m, k, n, transpose }: Sizes, a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const y = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      for (let i = 0; i < k; i++) {
        const left = a[transpose === 'a' ? i * m + row : row * k + i]!;
        y[row * n + column]! += left * b[transpose === 'b' ? column * k + i : i * n + column]!;
      }
    }
  }
  return y;
}

/** Rows in quads, and rows of zeros up to a whole quad of them. */
function weight(values: ArrayLike<number>, columns: number): Float32Array<ArrayBuffer> {
  const rows = toQuads(values, columns);
  const padded = new Float32Array(4 * quads(values.length / columns) * 4 * quads(columns));
  padded.set(rows);
  return padded;
}

/** Values between rows that must not be read: `before` and one after, of NaN. */
function hidden(values: Float32Array, columns: number, before: number): Float32Array<ArrayBuffer> {
  const pitch = 4 * quads(columns);
  const stored = new Float32Array(values.length + (before + 1) * pitch).fill(Number.NaN);
  stored.set(values, before * pitch);
  return stored;
}

/** Both matrices as the three forms of a product have them, where nothing around them may be read. */
function operands({ m, k, n, transpose }: Sizes) {
  const a = scattered(m * k, 1);
  const b = scattered(k * n, 7919);
  const aColumns = transpose === 'a' ? m : k;
  const bColumns = transpose === 'b' ? k : n;
  const bStored = transpose === undefined ? weight(b, bColumns) : toQuads(b, bColumns);
  return {
    a,
    b,
    spans: {
      a: on.input(hidden(toQuads(a, aColumns), aColumns, 2)),
      b: on.input(hidden(bStored, bColumns, 3)),
      aRow: 2,
      bRow: 3,
    },
  };
}

const SIZES = [
  [1, 1, 1],
  [3, 1, 63],
  [1, 65, 3],
  [2, 4, 8],
  [63, 65, 17],
  [65, 3, 63],
  [9, 130, 65],
] as const;

describe.each([undefined, 'b', 'a'] as const)('a product with transposed %s', (transpose) => {
  it.each(SIZES)('%i × %i × %i is that of plain loops, with its padding', async (m, k, n) => {
    const task: Sizes = { m, k, n, ...(transpose && { transpose }) };
    const { a, b, spans } = operands(task);
    const plain = toQuads(product(task, a, b), n);
    const expected = transpose === 'a' ? weight(product(task, a, b), n) : plain;
    for (const tile of [
      { rows: 4, quads: 2 },
      { rows: 8, quads: 4 },
    ]) {
      const y = on.poisoned(expected.length + 8);
      await on.run([matmul({ ...task, ...spans, y, tile })]);
      const got = await on.floats(y, expected.length + 4);
      expect(relativeError(got, expected)).toBeLessThan(2e-6);
      expect([...got.subarray(expected.length)].every(Number.isNaN), 'nothing behind y is written').toBe(
        true,
      );
    }
  });
});

it('scales the product, adds a bias to its rows, and adds to what is there, from a row on', async () => {
  const task = { m: 5, k: 6, n: 7 };
  const { a, b, spans } = operands(task);
  const bias = scattered(7, 31);
  const before = scattered(7 * 8, 53);
  const y = on.input(toQuads(before, 7));
  await on.run([
    matmul({
      ...task,
      ...spans,
      y,
      yRow: 2,
      bias: on.input(toQuads(bias, 7)),
      scale: -0.5,
      accumulate: true,
    }),
  ]);
  const sums = product(task, a, b).map((value, i) => -0.5 * value + bias[i % 7]! + before[14 + i]!);
  const expected = toQuads([...before.subarray(0, 14), ...sums, ...before.subarray(49)], 7);
  expect(relativeError(await on.floats(y, expected.length), expected)).toBeLessThan(1e-6);
});

it('repeats a product over blocks of rows', async () => {
  const task: Sizes = { m: 5, k: 3, n: 6, transpose: 'a' };
  const a = scattered(2 * 3 * 5, 1);
  const b = scattered(2 * 3 * 6, 97);
  const y = on.poisoned(2 * 8 * 8);
  const spans = { a: on.input(toQuads(a, 5)), b: on.input(toQuads(b, 6)), y };
  const repeat = { count: 2, aRows: 3, bRows: 3, yRows: 8 };
  await on.run([matmul({ ...task, ...spans, repeat })]);
  const first = weight(product(task, a, b), 6);
  const second = weight(product(task, a.subarray(15), b.subarray(18)), 6);
  const expected = Float32Array.of(...first, ...second);
  expect(relativeError(await on.floats(y, expected.length), expected)).toBeLessThan(1e-6);
});

it('loses no digits in sums over many rows that nearly cancel', async () => {
  const task: Sizes = { m: 4, k: 4096, n: 4, transpose: 'a' };
  const a = scattered(4 * 4096).map((value) => 1 + 0.01 * value);
  const b = scattered(4 * 4096, 77).map((value, i) => value + (i % 8 < 4 ? 1 : -1));
  const y = on.poisoned(16);
  await on.run([matmul({ ...task, a: on.input(a), b: on.input(b), y })]);
  expect(relativeError(await on.floats(y, 16), product(task, a, b))).toBeLessThan(1e-5);
});

it('matches the golden linear layer and its gradients', async () => {
  const [golden] = goldenOperations.linear;
  const [rows, inputs, outputs] = [golden!.x.shape[0]!, golden!.x.shape[1]!, golden!.b.shape[0]!];
  const x = on.input(toQuads(goldenFloats(golden!.x), inputs));
  // PyTorch keeps [out, in].
  const torch = goldenFloats(golden!.w);
  const transposed = (values: Float32Array) =>
    Float32Array.from(values, (_, i) => values[(i % outputs) * inputs + Math.trunc(i / outputs)]!);
  const w = on.input(weight(transposed(torch), outputs));
  const bias = on.input(toQuads(goldenFloats(golden!.b), outputs));
  const dy = on.input(toQuads(goldenFloats(golden!.upstream), outputs));
  const y = on.poisoned(rows * 4 * quads(outputs));
  const dx = on.poisoned(rows * 4 * quads(inputs));
  const dw = on.poisoned(16 * quads(inputs) * quads(outputs));
  await on.run([
    matmul({ a: x, b: w, y, bias, m: rows, k: inputs, n: outputs }),
    matmul({ a: dy, b: w, y: dx, m: rows, k: outputs, n: inputs, transpose: 'b' }),
    matmul({ a: x, b: dy, y: dw, m: inputs, k: rows, n: outputs, transpose: 'a' }),
  ]);
  const expected = [
    [y, toQuads(goldenFloats(golden!.y), outputs)],
    [dx, toQuads(goldenFloats(golden!.dx), inputs)],
    [dw, weight(transposed(goldenFloats(golden!.dw)), outputs)],
  ] as const;
  for (const [span, values] of expected) {
    expect(relativeError(await on.floats(span, values.length), values)).toBeLessThan(1e-6);
  }
});
