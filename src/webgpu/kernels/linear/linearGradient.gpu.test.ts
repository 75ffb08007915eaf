import { beforeAll, describe, expect, it } from 'vitest';
import { quads } from '../../../plan/maps.ts';
import { part } from '../../../plan/memory.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { linearGradient } from './linearGradient.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

/** Rows in quads, and rows of zeros up to a whole quad of them. */
function weight(values: ArrayLike<number>, columns: number): Float32Array<ArrayBuffer> {
  const padded = new Float32Array(4 * quads(values.length / columns) * 4 * quads(columns));
  padded.set(toQuads(values, columns));
  return padded;
}

/** The gradients in plain loops and float64, of matrices without padding. */
function plain(rows: number, inputs: number, outputs: number) {
  const [x, dy, w] = [
    scattered(rows * inputs, 1),
    scattered(rows * outputs, 53),
    scattered(inputs * outputs, 97),
  ];
  const [dw, dx, bias] = [
    new Float64Array(inputs * outputs),
    new Float64Array(rows * inputs),
    new Float64Array(outputs),
  ];
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const upstream = dy[row * outputs + output]!;
      bias[output]! += upstream;
      for (let input = 0; input < inputs; input++) {
        dw[input * outputs + output]! += x[row * inputs + input]! * upstream;
        dx[row * inputs + input]! += upstream * w[input * outputs + output]!;
      }
    }
  }
  return { x, dy, w, dw, dx, bias };
}

/** Rows of NaN before and behind, which must not be read or written. */
function between(values: Float32Array, columns: number, before: number): Float32Array<ArrayBuffer> {
  const pitch = 4 * quads(columns);
  const stored = new Float32Array(values.length + (before + 1) * pitch).fill(Number.NaN);
  stored.set(values, before * pitch);
  return stored;
}

const SIZES = [
  [1, 1, 1],
  [3, 1, 63],
  [65, 65, 3],
  [63, 4, 17],
  [130, 9, 65],
  [1000, 4, 4],
  // Enough invocations for the large tile.
  [66, 130, 1030],
] as const;

describe.each([false, true])('the gradients of a linear layer, with a bias: %s', (biased) => {
  it.each(SIZES)('of %i rows, %i → %i, are those of plain loops', async (rows, inputs, outputs) => {
    const firstRow = 2;
    const { x, dy, w, dw, dx, bias } = plain(rows, inputs, outputs);
    const weights = 16 * quads(inputs) * quads(outputs);
    const biasAt = Math.ceil(weights / 64) * 64 + 64;
    const gradients = on.poisoned(biasAt + 4 * quads(outputs));
    const result = on.input(between(new Float32Array(rows * 4 * quads(inputs)).fill(7), inputs, firstRow));
    await on.run([
      linearGradient({
        x: on.input(between(toQuads(x, inputs), inputs, firstRow)),
        dy: on.input(between(toQuads(dy, outputs), outputs, firstRow)),
        w: on.input(weight(w, outputs)),
        dw: part(gradients, 0, weights),
        ...(biased && { dBias: part(gradients, biasAt, 4 * quads(outputs)) }),
        dx: result,
        ...{ rows, inputs, outputs, firstRow, of: 'linear' },
      }),
    ]);
    const got = await on.floats(gradients, biasAt + 4 * quads(outputs) + 4);
    expect(relativeError(got.subarray(0, weights), weight(dw, outputs))).toBeLessThan(2e-6);
    const [gap, end] = [got.subarray(weights, biasAt), got.subarray(biasAt + 4 * quads(outputs))];
    for (const value of [...gap, ...end]) expect(value).toBeNaN();
    const sums = got.subarray(biasAt, biasAt + 4 * quads(outputs));
    if (biased) expect(relativeError(sums, toQuads(bias, outputs))).toBeLessThan(2e-6);
    else for (const value of sums) expect(value).toBeNaN();
    const expected = between(toQuads(dx, inputs), inputs, firstRow);
    const inputGradient = await on.floats(result, expected.length);
    const pitch = 4 * quads(inputs);
    expect(relativeError(inputGradient.subarray(firstRow * pitch, -pitch), toQuads(dx, inputs))).toBeLessThan(
      2e-6,
    );
    for (const value of [...inputGradient.subarray(0, firstRow * pitch), ...inputGradient.subarray(-pitch)])
      expect(value).toBeNaN();
  });
});

it('refuses a bias whose gradient is elsewhere', () => {
  const span = () => on.poisoned(16);
  const task = { x: span(), w: span(), dy: span(), dw: span(), dx: span(), dBias: span() };
  expect(() => linearGradient({ ...task, rows: 1, inputs: 1, outputs: 1, of: 'linear' })).toThrow(
    'must follow that of the weights',
  );
});
