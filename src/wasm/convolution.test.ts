import { describe, expect, it } from 'vitest';
import { quads, unpadMap } from '../plan/maps.ts';
import {
  convolve,
  filterGradientOf,
  inputGradientOf,
} from '../webgpu/kernels/convolution/convolve.fixture.ts';
import {
  convolution,
  filterGradient,
  inputGradient,
  outputSide,
  turnedBytes,
  turnedFilters,
  type Window,
} from './convolution.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { filterBytes, mapBytes, packFilter, unpackFilter } from './maps.ts';

interface Case extends Window {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
}

const CASES: readonly Case[] = [
  { images: 1, height: 1, width: 1, inputs: 1, outputs: 1, kernel: 3, stride: 1, padding: 1 },
  { images: 3, height: 5, width: 7, inputs: 3, outputs: 8, kernel: 3, stride: 1, padding: 1 },
  { images: 3, height: 5, width: 7, inputs: 6, outputs: 13, kernel: 3, stride: 2, padding: 1 },
  { images: 1, height: 32, width: 32, inputs: 3, outputs: 5, kernel: 3, stride: 1, padding: 2 },
  { images: 1, height: 32, width: 31, inputs: 4, outputs: 12, kernel: 3, stride: 2, padding: 1 },
  { images: 3, height: 7, width: 7, inputs: 9, outputs: 4, kernel: 1, stride: 2, padding: 0 },
  { images: 3, height: 6, width: 8, inputs: 8, outputs: 16, kernel: 1, stride: 2, padding: 0 },
  { images: 3, height: 4, width: 5, inputs: 5, outputs: 7, kernel: 1, stride: 1, padding: 0 },
  { images: 3, height: 1, width: 1, inputs: 63, outputs: 65, kernel: 1, stride: 1, padding: 0 },
  { images: 1, height: 19, width: 16, inputs: 3, outputs: 8, kernel: 7, stride: 2, padding: 3 },
];

const titled = CASES.map((task): [string, Case] => [
  `${task.kernel} × ${task.kernel}, stride ${task.stride}, ${task.images} × ${task.height} × ${task.width} × ${task.inputs} → ${task.outputs}`,
  task,
]);

/** A case as the loops of the reference take it, with its values. */
function given(task: Case) {
  const { images, height, width, inputs, outputs, kernel } = task;
  const input = { images, height, width, channels: inputs, border: Math.max(1, task.padding) };
  const output = {
    images,
    height: outputSide(height, task),
    width: outputSide(width, task),
    channels: outputs,
    border: 0,
  };
  return {
    input,
    output,
    shape: { ...task, input },
    filter: { kernel, inputs, outputs },
    x: drawn(images * height * width * inputs, 1),
    w: drawn(outputs * inputs * kernel ** 2, 2),
    dy: drawn(images * output.height * output.width * outputs, 3),
  };
}

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  it.each(titled)('convolve: %s', (_title, task) => {
    const { input, output, shape, filter, x, w } = given(task);
    const bias = drawn(4 * quads(task.outputs), 4);
    const outcome = (run: (call: ReturnType<typeof convolution>) => void) => {
      bench.clear();
      const y = bench.mapRoom(output);
      const call = convolution({
        ...task,
        x: bench.placeMap(input, x),
        w: bench.place(packFilter(filter, w)),
        bias: bench.place(bias),
        y,
      });
      const before = bench.written();
      run(call);
      expect(bench.written() - before).toBe(mapBytes(output) / 4);
      return bench.readMap(y);
    };
    const whole = outcome((call) => bench.run(call));
    const wanted = convolve(shape, x, w).map((value, i) => value + bias[i % task.outputs]!);
    expect(worst(whole, wanted)).toBeLessThan(3e-6);
    for (const parts of [2, 3, 5]) expect(outcome((call) => bench.runSplit(parts, call))).toEqual(whole);
  });

  it.each(titled)('give the gradient of the input: %s', (_title, task) => {
    const { input, output, shape, filter, w, dy } = given(task);
    const { images, height, width, inputs } = task;
    const past = { gradient: drawn(mapBytes(input) / 4, 5), output: drawn(mapBytes(input) / 4, 6) };
    const pool = drawn(images * 4 * quads(inputs), 7);
    const outcome = (parts: number, add: boolean) => {
      bench.clear();
      const bordered = { ...output, border: 3 };
      const turned = bench.room(turnedBytes(task, filter));
      const dx = bench.mapRoom(input);
      const common = { ...task, dy: bench.placeMap(bordered, dy), turned, dx };
      const calls = [
        ...turnedFilters(task, filter, bench.place(packFilter(filter, w)), turned),
        ...inputGradient({
          ...common,
          skip: { gradient: bench.place(past.gradient), output: bench.place(past.output) },
          pool: { gradient: bench.place(pool), from: 1, to: 2 },
        }),
        ...(add ? inputGradient({ ...common, add: true }) : []),
      ];
      bench.runSplit(parts, ...calls);
      return bench.readMap(dx);
    };
    const plain = inputGradientOf(shape, dy, w);
    const [skip, open] = [unpadMap(input, past.gradient), unpadMap(input, past.output)];
    const wanted = (times: number) =>
      plain.map((value, i) => {
        const n = Math.floor(i / (height * width * inputs));
        const pooled = n === 1 ? pool[n * 4 * quads(inputs) + (i % inputs)]! / (height * width) : 0;
        return times * value + pooled + (open[i]! > 0 ? skip[i]! : 0);
      });
    const whole = outcome(1, false);
    expect(worst(whole, wanted(1))).toBeLessThan(3e-6);
    expect(worst(outcome(1, true), wanted(2))).toBeLessThan(3e-6);
    for (const parts of [2, 3, 5]) expect(outcome(parts, false)).toEqual(whole);
  });

  it.each(titled)('give the gradient of the filter: %s', (_title, task) => {
    const { input, output, shape, filter, x, dy } = given(task);
    const outcome = (parts: number) => {
      bench.clear();
      const dw = bench.room(filterBytes(filter));
      const call = filterGradient({
        ...task,
        x: bench.placeMap(input, x),
        dy: bench.placeMap({ ...output, border: 1 }, dy),
        dw,
      });
      const before = bench.written();
      bench.runSplit(parts, call);
      expect(bench.written() - before).toBe(filterBytes(filter) / 4);
      return bench.read(dw, filterBytes(filter));
    };
    const whole = outcome(1);
    const wanted = filterGradientOf(shape, dy, x);
    expect(worst(unpackFilter(filter, whole), wanted)).toBeLessThan(1e-5);
    // What fills up octets and quads is zero, so that the optimiser leaves it at zero.
    expect(packFilter(filter, unpackFilter(filter, whole))).toEqual(whole);
    for (const parts of [2, 3, 5]) expect(outcome(parts)).toEqual(whole);
  });

  it('round once or twice, as the build says', () => {
    bench.clear();
    const map = { images: 1, height: 1, width: 1, channels: 1, border: 0 };
    // The square of this is 1 + 2⁻¹¹ + 2⁻²⁴, whose last bit only the fused product keeps.
    const value = 1 + 2 ** -12;
    const x = bench.place(Float32Array.of(value, 0, 0, 0));
    const w = bench.place(packFilter({ kernel: 1, inputs: 1, outputs: 1 }, [value]));
    const bias = bench.place(Float32Array.of(-1 - 2 ** -11, 0, 0, 0));
    const y = bench.room(16);
    const window = { kernel: 1, stride: 1, padding: 0 };
    bench.run(convolution({ ...window, x: { ...map, at: x }, w, y: { ...map, at: y }, bias }));
    expect(bench.read(y, 4)[0]).toBe(build.fused ? 2 ** -24 : 0);
  });
});

describe('what is refused', () => {
  const map = { at: 256, images: 1, height: 4, width: 4, channels: 4, border: 0 };
  const window = { kernel: 3, stride: 1, padding: 1 };

  it('is an output of another size, with the size that it must have', () => {
    const y = { ...map, height: 3 };
    expect(() => convolution({ ...window, x: { ...map, border: 1 }, w: 256, y })).toThrow(
      'the output must be 1 × 4 × 4, got 1 × 3 × 4',
    );
  });

  it('is a border that the window leaves', () => {
    expect(() => convolution({ ...window, x: map, w: 256, y: map })).toThrow('hold the padding 1, got 0');
    expect(() => filterGradient({ ...window, x: map, dy: map, dw: 256 })).toThrow(
      'hold the padding 1, got 0',
    );
    expect(() => inputGradient({ ...window, dy: map, turned: 256, dx: map })).toThrow('at least 1, got 0');
  });
});
