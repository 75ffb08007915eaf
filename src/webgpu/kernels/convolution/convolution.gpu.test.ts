import { beforeAll, expect, it } from 'vitest';
import { deviation, noise } from '../../../method/numbers.fixture.ts';
import { type ConvolutionShape, outputShape } from '../../../plan/convolutionShape.ts';
import { mapSize, padMap, quads, unpadMap } from '../../../plan/maps.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { blockFilter } from '../layout.ts';
import { type Convolution, convolution, type Tile, tileStatisticsSize, tilesOf } from './convolution.ts';
import { convolve } from './convolve.fixture.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

interface Case extends ConvolutionShape {
  readonly tile: Tile;
}
const of = (
  [images, height, width, channels]: readonly [number, number, number, number],
  outputs: number,
  [k, stride, padding]: readonly [number, number, number],
  border: number,
  [rows, columns, q]: readonly [number, number, number],
): Case => ({
  input: { images, height, width, channels, border },
  outputs,
  kernel: k,
  stride,
  padding,
  tile: { rows, columns, quads: q },
});

const CASES: readonly Case[] = [
  of([1, 1, 1, 1], 1, [1, 1, 0], 0, [1, 1, 1]),
  of([1, 3, 3, 3], 63, [3, 1, 1], 1, [2, 2, 1]),
  of([3, 9, 7, 4], 8, [3, 1, 1], 2, [3, 5, 2]),
  of([2, 9, 9, 3], 8, [3, 1, 2], 2, [2, 4, 2]),
  of([1, 5, 65, 5], 12, [3, 2, 1], 1, [2, 9, 1]),
  of([2, 8, 8, 65], 4, [1, 2, 0], 1, [1, 3, 1]),
  of([1, 63, 12, 8], 8, [3, 2, 1], 1, [1, 4, 2]),
  of([2, 12, 13, 3], 6, [7, 2, 3], 3, [1, 3, 2]),
];
const name = ({ input: i, outputs, kernel, stride, padding, tile }: Case) =>
  `[${i.images}, ${i.height}, ${i.width}, ${i.channels}] → ${outputs}, ${kernel} × ${kernel}, stride ${stride}, padding ${padding}, tile ${tile.rows} × ${tile.columns} × ${tile.quads}`;

function prepare(task: Case) {
  const { input, outputs, kernel: k } = task;
  const x = noise(1, [input.images, input.height, input.width, input.channels]);
  const w = noise(2, [outputs, input.channels, k, k]);
  const output = outputShape(task);
  const convolutionTask: Convolution = {
    ...task,
    x: on.input(padMap(input, x)),
    w: on.input(blockFilter(k, input.channels, outputs, w)),
    y: on.poisoned(mapSize(output)),
  };
  return { output, x, w, convolutionTask };
}

it.each(CASES.map((task) => [name(task), task] as const))('%s', async (_, task) => {
  const { output, x, w, convolutionTask } = prepare(task);
  const statistics = on.poisoned(tileStatisticsSize(output, task.tile));
  await on.run([convolution({ ...convolutionTask, statistics })]);
  const got = await on.floats(convolutionTask.y, mapSize(output));
  const expected = convolve(task, x, w);
  expect(deviation(unpadMap(output, got), expected)).toBeLessThan(1e-6);
  expect(got.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(
    expected.reduce((sum, value) => sum + value * value, 0),
    1,
  );
  const tiles = await on.floats(statistics, tileStatisticsSize(output, task.tile));
  expect(deviation(tiles, tileMoments(task, got))).toBeLessThan(1e-5);
});

/** Mean and sum of squared deviations of every tile and channel of padded y, in plain loops. */
function tileMoments(task: Case, y: Float32Array): Float32Array {
  const output = outputShape(task);
  const tiles = tilesOf(output, task.tile);
  const stride = 4 * quads(output.channels);
  const result = new Float32Array(tileStatisticsSize(output, task.tile));
  for (let tile = 0; tile < output.images * tiles.perImage; tile++) {
    const n = Math.floor(tile / tiles.perImage);
    const y0 = Math.floor((tile % tiles.perImage) / tiles.x) * task.tile.rows;
    const x0 = (tile % tiles.x) * task.tile.columns;
    for (let c = 0; c < stride; c++) {
      const values: number[] = [];
      for (let yy = y0; yy < Math.min(y0 + task.tile.rows, output.height); yy++) {
        for (let xx = x0; xx < Math.min(x0 + task.tile.columns, output.width); xx++) {
          values.push(y[((n * output.height + yy) * output.width + xx) * stride + c]!);
        }
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const at = (tile * (stride / 4) + (c >> 2)) * 8 + (c & 3);
      result[at] = mean;
      result[at + 4] = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    }
  }
  return result;
}

it('adds the gradients that came past the block and through the pooling of its input', async () => {
  const task = of([3, 5, 5, 8], 12, [3, 1, 1], 1, [2, 3, 1]);
  const { output, x, w, convolutionTask } = prepare(task);
  const outGradient = noise(3, [3, 5, 5, 12]);
  const blockOutput = noise(4, [3, 5, 5, 12]).map((value) => Math.max(value, 0));
  const pooled = noise(5, [3, 12]);
  await on.run([
    convolution({
      ...convolutionTask,
      skip: {
        outGradient: on.input(Float32Array.from(outGradient)),
        output: on.input(padMap({ ...output, border: 2 }, blockOutput)),
        border: 2,
      },
      pool: {
        gradient: on.input(Float32Array.from(pooled, (v, i) => (i < 24 ? v : Number.NaN))),
        from: 0,
        to: 2,
      },
    }),
  ]);
  const plain = convolve(task, x, w);
  const expected = plain.map((value, i) => {
    const image = Math.floor(i / (25 * 12));
    const past = blockOutput[i]! > 0 ? outGradient[i]! : 0;
    return value + past + (image < 2 ? pooled[image * 12 + (i % 12)]! / 25 : 0);
  });
  const got = await on.floats(convolutionTask.y, mapSize(output));
  expect(deviation(unpadMap(output, got), expected)).toBeLessThan(1e-6);
});
