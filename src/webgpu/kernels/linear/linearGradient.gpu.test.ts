import { beforeAll, describe, expect, it } from 'vitest';
import { quads } from '../../../plan/maps.ts';
import { part } from '../../../plan/memory.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { rowNormGradient } from '../norm/rowNormGradient.ts';
import { linearGradient, takesAfter } from './linearGradient.ts';

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
function plain(rows: number, inputs: number, outputs: number, dy = scattered(rows * outputs, 53)) {
  const [x, w] = [scattered(rows * inputs, 1), scattered(inputs * outputs, 97)];
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

const PASSES = 2;

/** Images of a pass, inputs, outputs, and rows of NaN before the passes. */
const BEHIND = [
  [1, 1, 1, 1],
  [3, 5, 3, 3],
  [15, 17, 63, 15],
  [32, 65, 32, 0],
] as const;

/** What both kinds go back to, and what came of it. */
function layerOf(
  rows: number,
  [inputs, outputs, firstRow]: readonly [number, number, number],
  x: Float32Array,
) {
  const pitch = 4 * quads(inputs);
  const dx = on.poisoned((firstRow + rows + 1) * pitch);
  return {
    x: on.input(between(toQuads(x, inputs), inputs, firstRow)),
    dx,
    rows,
    inputs,
    outputs,
    firstRow,
    of: 'linear',
    /** Of the rows that are seen. Those before and behind must be left alone. */
    async inputGradient() {
      const got = await on.floats(dx, (firstRow + rows + 1) * pitch);
      for (const value of [...got.subarray(0, firstRow * pitch), ...got.subarray(-pitch)])
        expect(value).toBeNaN();
      return got.subarray(firstRow * pitch, -pitch);
    },
  };
}

describe('back through gates and their layer', () => {
  it.each(BEHIND)('of %i images, %i → %i, from row %i: as in plain loops', async (...sizes) => {
    const [images, inputs, outputs, firstRow] = sizes;
    const rows = PASSES * images;
    const count = rows * outputs;
    const [dGate, slopes] = [scattered(count, 7), scattered(count, 2000)];
    const gates = scattered(count, 1000).map((value) => Number(value > 0));
    const [blocks, block] = [3, 1];
    const coefficients = scattered(2 * PASSES * blocks, 3000);
    const dy = dGate.map((gradient, i) => {
      const pass = Math.trunc(i / (images * outputs));
      const [budget, bound] = coefficients.subarray(2 * (pass * blocks + block));
      return (gradient + budget! + gates[i]! * bound!) * slopes[i]!;
    });
    const { x, w, dw, dx } = plain(rows, inputs, outputs, dy);
    const { inputGradient, ...layer } = layerOf(rows, [inputs, outputs, firstRow], x);
    const rowsOf = (values: Float32Array) => on.input(between(toQuads(values, outputs), outputs, firstRow));
    const [gradient, unread] = [on.poisoned(16 * quads(inputs) * quads(outputs)), on.poisoned(4)];
    const task = { ...layer, w: on.input(weight(w, outputs)), dy: unread, dw: gradient };
    const passes = { images, passes: PASSES, gatedPasses: PASSES, firstGated: 0 };
    const spans = { dGate: rowsOf(dGate), gates: rowsOf(gates), slopes: rowsOf(slopes), dLogits: unread };
    const places = { coefficients: on.input(coefficients), channels: outputs, block, blocks, of: 'gate' };
    const after = { kind: 'gate', task: { ...passes, ...spans, ...places } } as const;
    expect(takesAfter(task, after)).toBe(true);
    await on.run([linearGradient(task, after)]);
    const expected = weight(dw, outputs);
    expect(relativeError(await on.floats(gradient, expected.length), expected)).toBeLessThan(2e-6);
    expect(relativeError(await inputGradient(), toQuads(dx, inputs))).toBeLessThan(2e-6);
  });

  it('are left to themselves where the layer is wide', () => {
    const [span, of] = [on.poisoned(4), 'wide'];
    const layer = { rows: 64, x: span, w: span, dy: span, dw: span, dx: span, of };
    const passes = { images: 64, passes: 1, gatedPasses: 1, firstGated: 0 };
    const spans = { dGate: span, gates: span, slopes: span, coefficients: span, dLogits: span };
    const task = { ...passes, ...spans, channels: 512, block: 0, blocks: 1, of };
    expect(takesAfter({ ...layer, inputs: 32, outputs: 512 }, { kind: 'gate', task })).toBe(true);
    expect(takesAfter({ ...layer, inputs: 33, outputs: 512 }, { kind: 'gate', task })).toBe(false);
  });
});

describe('back through a BatchNorm over rows and its layer', () => {
  it.each(BEHIND)('of %i images, %i → %i, from row %i: as in two dispatches', async (...sizes) => {
    const [images, inputs, outputs, firstRow] = sizes;
    const rows = PASSES * images;
    const { x, w, dy } = plain(rows, inputs, outputs);
    const stored = (from: number) =>
      on.input(between(toQuads(scattered(rows * outputs, from), outputs), outputs, firstRow));
    const [weights, vectors] = [16 * quads(inputs) * quads(outputs), 8 * quads(outputs)];
    const normAt = Math.ceil(weights / 64) * 64;
    const values = new Float32Array(normAt + vectors);
    values.set(weight(w, outputs));
    values.set(toQuads(scattered(2 * outputs, 5), outputs), normAt);
    const parameters = on.input(values);
    const shared = {
      dy: on.input(between(toQuads(dy, outputs), outputs, firstRow)),
      ...{ x: stored(201), y: stored(303), affine: part(parameters, normAt, vectors) },
      moments: on.input(toQuads(scattered(2 * PASSES * outputs, 9).map(Math.abs), outputs)),
      ...{ rows: images, passes: PASSES, firstPass: firstRow / images, channels: outputs, of: 'norm' },
    };
    const gradientsOf = async (merged: boolean) => {
      const gradients = on.poisoned(normAt + vectors);
      const dHidden = on.poisoned((firstRow + rows + 1) * 4 * quads(outputs));
      const { inputGradient, ...layer } = layerOf(rows, [inputs, outputs, firstRow], x);
      const norm = { ...shared, dx: dHidden, gradient: part(gradients, normAt, vectors) };
      const w = part(parameters, 0, weights);
      const task = { ...layer, w, dy: dHidden, dw: part(gradients, 0, weights) };
      const after = { kind: 'norm', task: norm } as const;
      expect(takesAfter(task, after)).toBe(true);
      await on.run(
        merged
          ? [linearGradient(task, after)]
          : [rowNormGradient({ ...norm, relu: true }), linearGradient(task)],
      );
      const all = await on.floats(gradients, normAt + vectors);
      return { dw: all.subarray(0, weights), affine: all.subarray(normAt), dx: await inputGradient() };
    };
    const [got, expected] = [await gradientsOf(true), await gradientsOf(false)];
    expect(relativeError(got.dw, expected.dw)).toBeLessThan(1e-6);
    expect(relativeError(got.affine, expected.affine)).toBeLessThan(1e-6);
    expect(relativeError(got.dx, expected.dx)).toBeLessThan(1e-6);
  });

  it('are left to themselves where a workgroup cannot hold its gradient', () => {
    const [span, of] = [on.poisoned(4), 'wide'];
    const layer = { x: span, w: span, dy: span, dw: span, dx: span, inputs: 3, outputs: 32, of };
    const spans = { dy: span, x: span, y: span, dx: span, gradient: span, affine: span, moments: span };
    const task = { ...spans, rows: 64, passes: 1, firstPass: 0, channels: 32, of };
    expect(takesAfter({ ...layer, rows: 64 }, { kind: 'norm', task })).toBe(true);
    expect(takesAfter({ ...layer, rows: 65 }, { kind: 'norm', task })).toBe(false);
  });
});

it('refuses a bias whose gradient is elsewhere', () => {
  const span = () => on.poisoned(16);
  const task = { x: span(), w: span(), dy: span(), dw: span(), dx: span(), dBias: span() };
  expect(() => linearGradient({ ...task, rows: 1, inputs: 1, outputs: 1, of: 'linear' })).toThrow(
    'must follow that of the weights',
  );
});
