import { describe, expect, it } from 'vitest';
import { padMap, quads, unpadMap } from '../plan/maps.ts';
import { convolve } from '../webgpu/kernels/convolution/convolve.fixture.ts';
import { outputSide, type Window } from './convolution.ts';
import { type InferenceConvolution, inferenceConvolution, inferenceLinear } from './inference.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { packFilter } from './maps.ts';
import { matrixBytes } from './rows.ts';

interface Case extends Window {
  readonly images: number;
  readonly side: number;
  readonly inputs: number;
  readonly outputs: number;
}

const CASES: readonly Case[] = [
  { images: 1, side: 1, inputs: 1, outputs: 1, kernel: 3, stride: 1, padding: 1 },
  { images: 3, side: 5, inputs: 6, outputs: 13, kernel: 3, stride: 2, padding: 1 },
  { images: 3, side: 7, inputs: 12, outputs: 24, kernel: 3, stride: 1, padding: 1 },
  { images: 2, side: 8, inputs: 9, outputs: 17, kernel: 3, stride: 1, padding: 1 },
  { images: 3, side: 7, inputs: 9, outputs: 4, kernel: 1, stride: 2, padding: 0 },
  { images: 1, side: 15, inputs: 3, outputs: 8, kernel: 7, stride: 2, padding: 3 },
];

const titled = CASES.map((task): [string, Case] => [
  `${task.kernel} × ${task.kernel}, stride ${task.stride}, ${task.images} × ${task.side}² × ${task.inputs} → ${task.outputs}`,
  task,
]);

/** What may follow a convolution. */
interface After {
  readonly relu?: boolean;
  readonly skipBorder?: number;
  readonly gated?: 'outputs' | 'inputs';
  readonly skipClosed?: boolean;
}

const AFTER: readonly After[] = [
  {},
  { relu: true },
  { relu: true, skipBorder: 0 },
  { relu: true, skipBorder: 2 },
  { relu: true, gated: 'outputs' },
  { relu: true, gated: 'outputs', skipClosed: true },
  { relu: true, gated: 'inputs', skipBorder: 1 },
  { relu: true, gated: 'inputs', skipBorder: 1, skipClosed: true },
];

/** Gates [images, channels]: of each image some octets are closed, in others some channels. */
function gatesOf(images: number, channels: number): Float32Array<ArrayBuffer> {
  return drawn(images * channels, 9).map((value, i) => {
    const [image, octet] = [Math.floor(i / channels), (i % channels) >> 3];
    return Number((image + octet) % 3 !== 0 && value > -0.1);
  });
}

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  /** A convolution and what follows, with a border of NaN around y. */
  function outcome(task: Case, after: After, parts = 1) {
    const { images, side, inputs, outputs, kernel } = task;
    const { relu = false, skipBorder, gated, skipClosed = false } = after;
    const across = outputSide(side, task);
    const input = { images, height: side, width: side, channels: inputs, border: Math.max(1, task.padding) };
    const output = { images, height: across, width: across, channels: outputs, border: 1 };
    const rows = (channels: number) => ({ images, height: 1, width: 1, channels, border: 0 });
    const own = gatesOf(images, gated === 'inputs' ? inputs : outputs);
    const gates = gated && padMap(rows(gated === 'inputs' ? inputs : outputs), own);
    const pixels = side * side * inputs;
    const x = drawn(images * pixels, 1).map((value, i) =>
      gated === 'inputs' && own[Math.floor(i / pixels) * inputs + (i % inputs)] === 0 ? 0 : value,
    );
    const w = drawn(outputs * inputs * kernel ** 2, 2);
    const bias = drawn(outputs, 4);
    const skip = drawn(images * across ** 2 * outputs, 5);
    bench.clear();
    const padded = padMap(input, x);
    // What a closed quad of inputs holds must not be read.
    if (gates && gated === 'inputs' && skipClosed) {
      const perImage = padded.length / images;
      padded.forEach((_value, i) => {
        const quad =
          Math.floor(i / perImage) * 4 * quads(inputs) + 4 * Math.floor((i % (4 * quads(inputs))) / 4);
        if (gates.subarray(quad, quad + 4).every((gate) => gate === 0)) padded[i] = Number.NaN;
      });
    }
    const y = bench.mapRoom(output);
    const skipMap = { ...output, border: skipBorder ?? 0 };
    const placed: Partial<InferenceConvolution> = {
      ...(skipBorder === undefined ? {} : { skip: bench.placeMap(skipMap, skip, 7) }),
      ...(gates ? { [gated === 'inputs' ? 'inputGate' : 'gate']: bench.place(gates) } : {}),
    };
    const call = inferenceConvolution({
      ...task,
      ...placed,
      x: { ...input, at: bench.place(padded) },
      w: bench.place(packFilter({ kernel, inputs, outputs }, w)),
      bias: bench.place(padMap({ ...rows(outputs), images: 1 }, bias)),
      ...{ y, relu, skipClosed },
    });
    bench.runSplit(parts, call);
    const sums = convolve({ ...task, input, outputs }, x, w);
    const gateOf = (i: number, octet: boolean) => {
      if (gated !== 'outputs') return 1;
      const image = Math.floor(i / (across ** 2 * outputs)) * outputs;
      const channel = i % outputs;
      if (!octet) return own[image + channel]!;
      const first = channel - (channel % 8);
      return Math.max(...own.subarray(image + first, image + Math.min(first + 8, outputs)));
    };
    const wanted = sums.map((sum, i) => {
      // Nobody writes what an image's gates close.
      if (skipClosed && gateOf(i, true) === 0) return Number.NaN;
      const value = sum + bias[i % outputs]! + (skipBorder === undefined ? 0 : skip[i]!);
      return gateOf(i, false) * (relu ? Math.max(0, value) : value);
    });
    return { got: bench.readMap(y), wanted, written: bench.written(), y };
  }

  it.each(titled)('convolve and do what follows: %s', (_title, task) => {
    for (const after of AFTER) {
      const { got, wanted, written } = outcome(task, after);
      const name = JSON.stringify(after);
      expect([...got].map(Number.isNaN), name).toEqual([...wanted].map(Number.isNaN));
      const numbers = (values: Float32Array) => values.filter((value) => !Number.isNaN(value));
      expect(worst(numbers(got), numbers(wanted)), name).toBeLessThan(1e-6);
      const split = outcome(task, after, 3);
      expect(split.got, name).toEqual(got);
      expect(split.written, name).toBe(written);
    }
  });

  it('leave the border of y, and fill up its channels with zeros', () => {
    for (const outputs of [5, 13]) {
      const task = { images: 2, side: 5, inputs: 5, outputs, kernel: 3, stride: 1, padding: 1 };
      const { y, got } = outcome(task, { relu: true, skipBorder: 1 });
      expect(bench.read(y.at, 4 * padMap(y, got).length)).toEqual(padMap(y, got, Number.NaN));
    }
  });

  it.each([
    [1, 1, 1],
    [3, 5, 9],
    [65, 63, 12],
  ])('make the layers of gates: %i rows of %i inputs, %i outputs', (rows, inputs, outputs) => {
    const matrix = (columns: number, of = rows) => ({
      images: of,
      height: 1,
      width: 1,
      channels: columns,
      border: 0,
    });
    const [x, w, bias] = [drawn(rows * inputs, 1), drawn(outputs * inputs, 2), drawn(outputs, 3)];
    for (const act of ['relu', 'hard'] as const) {
      bench.clear();
      const size = matrixBytes({ rows, columns: outputs });
      // What fills a quad up stays closed.
      const closed = padMap(matrix(outputs, 1), bias).map((value, i) => (i < outputs ? value : -1));
      const y = bench.room(size);
      const call = inferenceLinear({
        x: { at: bench.place(padMap(matrix(inputs), x)), rows, columns: inputs },
        w: bench.place(packFilter({ kernel: 1, inputs, outputs }, w)),
        bias: bench.place(closed),
        ...{ act, y: { at: y, rows, columns: outputs } },
      });
      bench.runSplit(3, call);
      const stored = bench.read(y, size);
      const sums = Array.from({ length: rows * outputs }, (_, i) => {
        const [row, output] = [Math.floor(i / outputs), i % outputs];
        let sum = bias[output]!;
        for (let k = 0; k < inputs; k++) sum += x[row * inputs + k]! * w[output * inputs + k]!;
        return act === 'relu' ? Math.max(0, sum) : Number(sum >= 0);
      });
      const got = unpadMap(matrix(outputs), stored);
      expect(worst(got, sums)).toBeLessThan(1e-6);
      expect(padMap(matrix(outputs), got)).toEqual(stored);
    }
  });

  it('refuse maps that do not fit', () => {
    const x = { at: 0, images: 1, height: 4, width: 4, channels: 4, border: 0 };
    const task = { kernel: 3, stride: 1, padding: 1, w: 0, bias: 0, relu: true, skipClosed: false };
    expect(() => inferenceConvolution({ ...task, x, y: x })).toThrow('hold the padding 1, got 0');
    const bordered = { ...x, border: 1 };
    expect(() => inferenceConvolution({ ...task, x: bordered, y: x, skip: { ...x, channels: 8 } })).toThrow(
      'the skip must be 1 × 4 × 4 × 4, got 1 × 4 × 4 × 8',
    );
    expect(() => inferenceConvolution({ ...task, x: bordered, y: { ...x, height: 5 } })).toThrow(
      'must be 1 × 4 × 4',
    );
  });
});
