import { beforeAll, describe, expect, it } from 'vitest';
import { deviation, noise } from '../../../method/numbers.fixture.ts';
import { type ConvolutionShape, outputShape } from '../../../plan/convolutionShape.ts';
import { mapSize, padMap, unpadMap } from '../../../plan/maps.ts';
import { part } from '../../../plan/memory.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { blockFilter, filterSize, unblockFilter } from '../layout.ts';
import { convolution } from './convolution.ts';
import {
  filterGradient,
  filterPartsOf,
  filterPartsSize,
  filterSums,
  stridedGradient,
  turnFilters,
  turnTables,
} from './convolutionGradients.ts';
import { filterGradientOf, inputGradientOf } from './convolve.fixture.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const of = (
  [images, height, width, channels]: readonly [number, number, number, number],
  outputs: number,
  [kernel, stride, padding]: readonly [number, number, number],
  border: number,
): ConvolutionShape => ({
  input: { images, height, width, channels, border },
  outputs,
  kernel,
  stride,
  padding,
});
const name = ({ input: i, outputs, kernel, stride, padding }: ConvolutionShape) =>
  `[${i.images}, ${i.height}, ${i.width}, ${i.channels}] → ${outputs}, ${kernel} × ${kernel}, stride ${stride}, padding ${padding}`;
const named = (cases: readonly ConvolutionShape[]) => cases.map((task) => [name(task), task] as const);

const EVERY = [
  of([1, 1, 1, 1], 1, [1, 1, 0], 0),
  of([1, 3, 3, 3], 63, [3, 1, 1], 1),
  of([3, 9, 7, 4], 8, [3, 1, 1], 1),
  of([2, 9, 9, 3], 8, [3, 1, 2], 2),
  of([1, 5, 65, 5], 12, [3, 2, 1], 1),
  of([2, 8, 8, 65], 4, [1, 2, 0], 1),
  of([2, 12, 13, 3], 6, [7, 2, 3], 3),
];

describe('filterGradient', () => {
  it.each(named(EVERY))('%s', async (_, task) => {
    const { input, outputs, kernel: k } = task;
    const output = { ...outputShape(task), border: 1 };
    const x = noise(1, [input.images, input.height, input.width, input.channels]);
    const dy = noise(2, [input.images, output.height, output.width, outputs]);
    const size = filterSize(k, input.channels, outputs);
    const tile = { rows: 2, columns: 3, quads: 2, tapRows: k === 3 ? 3 : 1, invocations: 100 };
    const parts = on.poisoned(filterPartsSize(task, tile));
    const dw = on.poisoned(size);
    const buffers = { x: on.input(padMap(input, x)), dy: on.input(padMap(output, dy)), parts, dw };
    const gradient = { ...task, ...buffers, dyBorder: 1, tile };
    await on.run([filterGradient(gradient), filterSums([filterPartsOf(gradient)])]);
    const got = await on.floats(dw, size);
    expect(
      deviation(unblockFilter(k, input.channels, outputs, got), filterGradientOf(task, dy, x)),
    ).toBeLessThan(2e-6);
    // What pads the blocks stays zero.
    const again = blockFilter(k, input.channels, outputs, unblockFilter(k, input.channels, outputs, got));
    expect(got).toEqual(again);
  });
});

describe('filterSums', () => {
  it('adds up the parts of several filters, each into its own gradient and nothing else', async () => {
    const sizes = [
      { shares: 3, blocks: 1 },
      { shares: 1, blocks: 65 },
      { shares: 5, blocks: 64 },
      { shares: 2, blocks: 9 },
    ];
    const aligned = (blocks: number) => 16 * (4 * Math.ceil(blocks / 4) + 4);
    const partsAt = sizes.map((_, i) =>
      sizes.slice(0, i).reduce((sum, { shares, blocks }) => sum + aligned(shares * blocks), 0),
    );
    const goals = sizes.map((_, i) =>
      sizes.slice(0, i).reduce((sum, { blocks }) => sum + aligned(blocks), 64),
    );
    const values = noise(6, [partsAt.at(-1)! + aligned(18)]);
    const [parts, dw] = [on.input(Float32Array.from(values)), on.poisoned(goals.at(-1)! + aligned(9))];
    const filters = sizes.map(({ shares, blocks }, i) => ({
      ...{ shares, blocks },
      parts: part(parts, partsAt[i]!, 16 * shares * blocks),
      dw: part(dw, goals[i]!, 16 * blocks),
    }));
    await on.run([filterSums(filters)]);
    const got = await on.floats(dw, goals.at(-1)! + aligned(9));
    const expected = new Float32Array(got.length).fill(Number.NaN);
    sizes.forEach(({ shares, blocks }, f) => {
      for (let i = 0; i < 16 * blocks; i++) {
        let sum = values[partsAt[f]! + i]!;
        for (let share = 1; share < shares; share++)
          sum = Math.fround(sum + values[partsAt[f]! + 16 * share * blocks + i]!);
        expected[goals[f]! + i] = sum;
      }
    });
    expect(got).toEqual(expected);
  });

  it('refuses filters whose parts lie apart', () => {
    const one = () => ({ parts: on.poisoned(16), dw: on.poisoned(16), blocks: 1, shares: 1 });
    expect(() => filterSums([one(), one()])).toThrow('in one buffer each');
    expect(() => filterSums([])).toThrow('must have 1 to 24 filters');
  });
});

/** dx of noise, by the GPU and by definition. */
async function inputGradients(task: ConvolutionShape, add: boolean) {
  const { input, outputs, kernel: k } = task;
  const output = { ...outputShape(task), border: 1 };
  const w = noise(3, [outputs, input.channels, k, k]);
  const dy = noise(2, [input.images, output.height, output.width, outputs]);
  const before = noise(4, [input.images, input.height, input.width, input.channels]);
  const pooled = noise(5, [input.images, input.channels]);
  const plain = { ...input, border: 0 };
  const dx = add ? on.input(padMap(plain, before)) : on.poisoned(mapSize(plain));
  const size = filterSize(k, input.channels, outputs);
  const turned = on.poisoned(size + 64);
  const tables = turnTables([{ from: 0, to: 64, kernel: k, inputs: input.channels, outputs }]);
  const blocks = on.input(blockFilter(k, input.channels, outputs, w));
  const turn = turnFilters({
    parameters: blocks,
    turned,
    filters: on.input(tables.filters),
    work: on.input(tables.work),
    workgroups: tables.work.length / 2,
  });
  const turnedWeights = { ...turned, offset: 256, size: 4 * size };
  const gradient = on.input(padMap(output, dy));
  const pool = {
    gradient: on.input(padMap({ ...plain, height: 1, width: 1 }, pooled)),
    from: 0,
    to: input.images - 1,
  };
  const strided = task.stride === 2;
  const tile = { rows: 2, columns: 3, quads: 2 };
  await on.run([
    turn,
    strided
      ? stridedGradient({
          ...task,
          dy: gradient,
          dyBorder: 1,
          w: turnedWeights,
          dx,
          add,
          ...(add ? {} : { pool }),
          tile,
        })
      : convolution({
          input: output,
          outputs: input.channels,
          kernel: k,
          stride: 1,
          padding: k - 1 - task.padding,
          x: gradient,
          w: turnedWeights,
          y: dx,
          tile,
        }),
  ]);
  const pixels = input.height * input.width;
  const expected = inputGradientOf(task, dy, w).map((value, i) => {
    const image = Math.floor(i / (pixels * input.channels));
    const share =
      strided && image < pool.to ? pooled[image * input.channels + (i % input.channels)]! / pixels : 0;
    return value + (add ? before[i]! : share);
  });
  return { got: unpadMap(plain, await on.floats(dx, mapSize(plain))), expected };
}

describe('the gradient of the input', () => {
  const cases = [
    of([1, 3, 3, 3], 63, [3, 1, 1], 1),
    of([3, 9, 7, 4], 8, [3, 1, 1], 1),
    of([1, 5, 65, 5], 12, [3, 2, 1], 1),
    of([3, 9, 9, 8], 8, [3, 2, 1], 1),
    of([2, 8, 8, 65], 4, [1, 2, 0], 1),
    of([2, 9, 9, 4], 3, [1, 2, 0], 1),
    of([1, 1, 1, 1], 1, [3, 2, 1], 1),
  ];
  it.each(named(cases))('%s', async (_, task) => {
    const { got, expected } = await inputGradients(task, false);
    expect(deviation(got, expected)).toBeLessThan(2e-6);
  });

  it.each(named(cases.filter(({ stride }) => stride === 2)))(
    'added to one that is there: %s',
    async (_, task) => {
      const { got, expected } = await inputGradients(task, true);
      expect(deviation(got, expected)).toBeLessThan(2e-6);
    },
  );
});
