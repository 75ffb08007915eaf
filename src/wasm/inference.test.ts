import { describe, expect, it } from 'vitest';
import { padMap, unpadMap } from '../plan/maps.ts';
import { convolve } from '../webgpu/kernels/convolution/convolve.fixture.ts';
import { outputSide, type Window } from './convolution.ts';
import {
  inferenceConvolution,
  inferenceLinear,
  openBytes,
  openChannels,
  openConvolution,
  scratchBytes,
} from './inference.ts';
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
  readonly bias?: boolean;
  readonly norm?: boolean;
  readonly relu?: boolean;
  readonly skipBorder?: number;
  readonly skipNorm?: boolean;
  readonly gated?: boolean;
  readonly clearsBorder?: boolean;
}

const AFTER: readonly After[] = [
  {},
  { bias: true, relu: true },
  { bias: true, relu: true, skipBorder: 0 },
  { bias: true, relu: true, skipBorder: 2 },
  { bias: true, relu: true, gated: true },
  { norm: true, relu: true, gated: true, clearsBorder: true },
  { norm: true, relu: true, skipBorder: 1, clearsBorder: true },
  { norm: true, relu: true, skipBorder: 0, skipNorm: true, clearsBorder: true },
];

const rowsOf = (images: number, channels: number) => ({ images, height: 1, width: 1, channels, border: 0 });

/** Gates [images, channels]: the first image closes a random half, the second all, the third nearly none. */
function gatesOf(images: number, channels: number): Float32Array<ArrayBuffer> {
  return drawn(images * channels, 9).map((value, i) => {
    const [image, channel] = [Math.floor(i / channels) % 3, i % channels];
    if (image === 0) return Number(value > 0);
    return Number(image === 2 && channel !== 3);
  });
}

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  /** The shapes of a case, and its numbers. */
  function drawnCase(task: Case) {
    const { images, side, inputs, outputs, kernel } = task;
    const across = outputSide(side, task);
    const input = { images, height: side, width: side, channels: inputs, border: Math.max(1, task.padding) };
    const output = { images, height: across, width: across, channels: outputs, border: 1 };
    return {
      input,
      output,
      x: drawn(images * side * side * inputs, 1),
      w: drawn(outputs * inputs * kernel ** 2, 2),
      skip: drawn(images * across ** 2 * outputs, 5),
      vectors: [3, 4, 6, 7, 8].map((seed) => drawn(outputs, seed)),
      gates: gatesOf(images, outputs),
    };
  }

  const placeVectors = (...vectors: readonly Float32Array[]) =>
    bench.place(
      Float32Array.from(vectors.flatMap((values) => [...padMap(rowsOf(1, values.length), values)])),
    );

  const placeFilter = ({ kernel, inputs, outputs }: Case, w: Float32Array) =>
    bench.place(packFilter({ kernel, inputs, outputs }, w));

  /** A convolution and what follows, with a border of NaN around y. */
  function outcome(task: Case, after: After, parts = 1) {
    const { input, output, x, w, skip, vectors, gates } = drawnCase(task);
    const { skipBorder, relu = false, clearsBorder = false } = after;
    const [bias, scale, shift, skipScale, skipShift] = vectors as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    bench.clear();
    const y = bench.mapRoom(output);
    const call = inferenceConvolution({
      ...task,
      ...{ y, relu, clearsBorder },
      x: bench.placeMap(input, x),
      w: placeFilter(task, w),
      ...(after.bias ? { bias: placeVectors(bias) } : {}),
      ...(after.norm ? { norm: placeVectors(scale, shift) } : {}),
      ...(after.gated ? { gates: bench.place(padMap(rowsOf(task.images, task.outputs), gates)) } : {}),
      ...(skipBorder === undefined
        ? {}
        : {
            skip: {
              map: bench.placeMap({ ...output, border: skipBorder }, skip, 7),
              ...(after.skipNorm ? { norm: placeVectors(skipScale, skipShift) } : {}),
            },
          }),
    });
    bench.runSplit(parts, call);
    const perImage = output.height * output.width * task.outputs;
    const wanted = convolve({ ...task, input, outputs: task.outputs }, x, w).map((sum, i) => {
      const o = i % task.outputs;
      let value = sum + (after.bias ? bias[o]! : 0);
      if (after.norm) value = value * scale[o]! + shift[o]!;
      if (skipBorder !== undefined)
        value += after.skipNorm ? skip[i]! * skipScale[o]! + skipShift[o]! : skip[i]!;
      if (relu) value = Math.max(0, value);
      return after.gated ? value * gates[Math.floor(i / perImage) * task.outputs + o]! : value;
    });
    return { got: bench.readMap(y), wanted, written: bench.written(), y };
  }

  it.each(titled)('convolve and do what follows: %s', (_title, task) => {
    for (const after of AFTER) {
      const { got, wanted, written } = outcome(task, after);
      const name = JSON.stringify(after);
      expect(worst(got, wanted), name).toBeLessThan(1e-6);
      const split = outcome(task, after, 3);
      expect(split.got, name).toEqual(got);
      expect(split.written, name).toBe(written);
    }
  });

  it('leave the border of y or clear it, and fill up its channels with zeros', () => {
    for (const outputs of [5, 13]) {
      const task = { images: 2, side: 5, inputs: 5, outputs, kernel: 3, stride: 1, padding: 1 };
      for (const clearsBorder of [false, true]) {
        const { y, got } = outcome(task, { bias: true, relu: true, skipBorder: 1, clearsBorder });
        const border = clearsBorder ? 0 : Number.NaN;
        expect(bench.read(y.at, 4 * padMap(y, got).length)).toEqual(padMap(y, got, border));
      }
    }
  });

  /** Two convolutions with gates between them, whole or of the open channels only. */
  function pair(task: Case, isOpen: boolean, parts: number) {
    const { input, output, x, w, vectors, gates } = drawnCase(task);
    const { images, outputs } = task;
    bench.clear();
    const middle = bench.mapRoom(output);
    const y = bench.mapRoom({ ...output, channels: 12 });
    const at = bench.place(padMap(rowsOf(images, outputs), gates));
    const first = {
      ...task,
      ...{ y: middle, relu: true, clearsBorder: true },
      x: bench.placeMap(input, x),
      w: placeFilter(task, w),
      norm: placeVectors(vectors[1]!, vectors[2]!),
    };
    const open = bench.room(openBytes(output));
    const scratch = bench.room(scratchBytes(first));
    const then = { ...task, inputs: outputs, outputs: 12, kernel: 3, stride: 1, padding: 1 };
    const second = {
      ...then,
      ...{ x: middle, y, relu: false, clearsBorder: false },
      w: placeFilter(then, drawn(12 * outputs * 9, 10)),
      bias: placeVectors(drawn(12, 11)),
    };
    bench.runSplit(
      parts,
      ...(isOpen
        ? [openChannels(output, at, open), openConvolution({ ...first, gates: at, open, scratch })]
        : [inferenceConvolution({ ...first, gates: at })]),
      inferenceConvolution({ ...second, ...(isOpen ? { open } : {}) }),
    );
    return { y: bench.readMap(y), middle: bench.readMap(middle), gates };
  }

  it.each(titled)('leave closed channels out, and no bit changes: %s', (_title, task) => {
    const whole = pair(task, false, 1);
    const open = pair(task, true, 1);
    expect(open.y).toEqual(whole.y);
    expect(pair(task, true, 3).y).toEqual(whole.y);
    // An image holds its open channels one after the other, unless it opens nearly all.
    const { outputs } = task;
    const perImage = whole.middle.length / task.images;
    for (let image = 0; image < task.images; image++) {
      const own = whole.gates.subarray(image * outputs, (image + 1) * outputs);
      const opened = [...own.keys()].filter((o) => own[o] === 1);
      const kept = 8 * opened.length > 7 * outputs ? [...own.keys()] : opened;
      for (let at = image * perImage; at < (image + 1) * perImage; at += outputs)
        kept.forEach((o, place) => {
          expect(open.middle[at + place]).toBe(whole.middle[at + o]);
        });
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
    const task = { kernel: 3, stride: 1, padding: 1, w: 0, bias: 0, relu: true, clearsBorder: false };
    expect(() => inferenceConvolution({ ...task, x, y: x })).toThrow('hold the padding 1, got 0');
    const bordered = { ...x, border: 1 };
    expect(() =>
      inferenceConvolution({ ...task, x: bordered, y: x, skip: { map: { ...x, channels: 8 } } }),
    ).toThrow('the skip must be 1 × 4 × 4 × 4, got 1 × 4 × 4 × 8');
    expect(() => inferenceConvolution({ ...task, x: bordered, y: { ...x, height: 5 } })).toThrow(
      'must be 1 × 4 × 4',
    );
    const open = { gates: 0, open: 0, scratch: 0 };
    expect(() => openConvolution({ ...task, ...open, x, y: x })).toThrow('hold the padding 1, got 0');
  });
});
