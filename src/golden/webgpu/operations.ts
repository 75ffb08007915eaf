import { type ConvolutionShape, outputShape } from '../../plan/convolutionShape.ts';
import { type MapShape, mapSize, padMap, rowsShape } from '../../plan/maps.ts';
import { ALIGNMENT, part } from '../../plan/memory.ts';
import { pooledShape } from '../../plan/tasks/mapTasks.ts';
import { convolution } from '../../webgpu/kernels/convolution/convolution.ts';
import {
  filterGradient,
  filterPartsOf,
  filterPartsSize,
  filterSums,
  stridedGradient,
  turnFilters,
  turnTables,
} from '../../webgpu/kernels/convolution/convolutionGradients.ts';
import {
  convolutionTile,
  filterTile,
  stridedTile,
  type Tuning,
} from '../../webgpu/kernels/convolution/tuning.ts';
import type { Dispatch, Span } from '../../webgpu/kernels/kernel.ts';
import { blockFilter, filterSize, unblockFilter } from '../../webgpu/kernels/layout.ts';
import { linearGradient } from '../../webgpu/kernels/linear/linearGradient.ts';
import { matmul } from '../../webgpu/kernels/linear/matmul.ts';
import { maxPool, maxPoolGradient } from '../../webgpu/kernels/pool/maxPool.ts';
import { channelsLast, imageSides, mapOf } from '../layout.ts';
import type { ConvolutionTask, Convolved, Linear, LinearTask, Pooled, UnderTest } from '../underTest.ts';
import {
  imageFloats,
  imageInput,
  rowsFloats,
  rowsInput,
  weightFloats,
  weightInput,
  weightSize,
} from './arrays.ts';
import type { KernelRunner } from './runner.ts';

/** A convolution and both of its gradients. */
export async function convolve(on: KernelRunner, tuning: Tuning, task: ConvolutionTask): Promise<Convolved> {
  const { x, w, stride, padding, upstream } = task;
  const [outputs, inputs, kernel] = imageSides(w);
  const shape: ConvolutionShape = { input: mapOf(x, padding), outputs, kernel, stride, padding };
  const size = filterSize(kernel, inputs, outputs);
  const weights = on.input(blockFilter(kernel, inputs, outputs, w.values));
  const [y, dw] = [on.output(mapSize(outputShape(shape))), on.output(size)];
  const tile = filterTile(tuning, shape);
  const input = imageInput(on, x, padding);
  const dy = imageInput(on, upstream, 1);
  const parts = on.output(filterPartsSize(shape, tile));
  const gradient = { ...shape, x: input, dy, dyBorder: 1, parts, dw, tile };
  const { dx, dispatches } = inputGradient(on, tuning, shape, task, weights);
  await on.run([
    convolution({ ...shape, x: input, w: weights, y, tile: convolutionTile(tuning, shape) }),
    filterGradient(gradient),
    filterSums([filterPartsOf(gradient)]),
    ...dispatches,
  ]);
  return {
    y: await imageFloats(on, y, upstream, 0),
    dx: await imageFloats(on, dx, x, 0),
    dw: unblockFilter(kernel, inputs, outputs, await on.floats(dw, size)),
  };
}

/**
 * The gradient of x from turned weights. It uses the plan's kernels, but the plan has none for the stride of
 * the stem, whose input is the images.
 */
function inputGradient(
  on: KernelRunner,
  tuning: Tuning,
  shape: ConvolutionShape,
  { upstream }: ConvolutionTask,
  weights: Span,
): { dx: Span; dispatches: Dispatch[] } {
  const { input, outputs, kernel, stride, padding } = shape;
  const inputs = input.channels;
  const dx = on.output(mapSize({ ...input, border: 0 }));
  const turned = on.output(filterSize(kernel, inputs, outputs));
  const tables = turnTables([{ from: 0, to: 0, kernel, inputs, outputs }]);
  const turn = turnFilters({
    parameters: weights,
    turned,
    filters: on.input(tables.filters),
    work: on.input(tables.work),
    workgroups: tables.work.length / 2,
  });
  const common = { w: turned, dx };
  if (stride === 2 && kernel <= 3) {
    const tile = stridedTile(tuning, shape);
    const dy = imageInput(on, upstream, 1);
    return {
      dx,
      dispatches: [turn, stridedGradient({ ...shape, ...common, dy, dyBorder: 1, add: false, tile })],
    };
  }
  // With zeros between the pixels of dy, the gradient of a strided convolution equals that of one with stride
  // 1.
  const border = kernel - 1 - padding;
  const spaced: MapShape = {
    ...input,
    height: input.height + 2 * padding - kernel + 1,
    width: input.width + 2 * padding - kernel + 1,
    channels: outputs,
    border,
  };
  const backward = { input: spaced, outputs: inputs, kernel, stride: 1, padding: border };
  const x = on.input(padMap(spaced, spacedOut(channelsLast(upstream), outputShape(shape), spaced, stride)));
  const tile = convolutionTile(tuning, backward);
  return { dx, dispatches: [turn, convolution({ ...backward, x, w: turned, y: dx, tile })] };
}

function spacedOut(values: Float32Array, from: MapShape, to: MapShape, stride: number): Float32Array {
  const spaced = new Float32Array(to.images * to.height * to.width * to.channels);
  const row = from.channels;
  for (let pixel = 0; pixel < values.length / row; pixel++) {
    const x = pixel % from.width;
    const y = Math.floor(pixel / from.width) % from.height;
    const n = Math.floor(pixel / (from.width * from.height));
    const at = ((n * to.height + y * stride) * to.width + x * stride) * row;
    spaced.set(values.subarray(pixel * row, (pixel + 1) * row), at);
  }
  return spaced;
}

/** A linear layer and its gradients. */
export async function linear(on: KernelRunner, { x, w, b, upstream }: LinearTask): Promise<Linear> {
  const [rows, inputs] = imageSides(x);
  const [outputs] = imageSides(w);
  const size = (columns: number) => on.output(mapSize(rowsShape(rows, columns)));
  const [y, dx] = [size(outputs), size(inputs)];
  const [dw, db] = joined(on, weightSize(inputs, outputs), mapSize(rowsShape(1, outputs)));
  const [input, weight] = [rowsInput(on, x.values, inputs), weightInput(on, w)];
  const [bias, dy] = [rowsInput(on, b.values, outputs), rowsInput(on, upstream.values, outputs)];
  await on.run([
    matmul({ a: input, b: weight, y, bias, m: rows, k: inputs, n: outputs }),
    linearGradient({ x: input, w: weight, dy, dw, dBias: db, dx, rows, inputs, outputs, of: 'linear' }),
  ]);
  return {
    y: await rowsFloats(on, y, rows, outputs),
    dx: await rowsFloats(on, dx, rows, inputs),
    dw: await weightFloats(on, dw, w),
    db: await rowsFloats(on, db, 1, outputs),
  };
}

/** Two outputs of so many floats in one buffer, as all gradients of a plan are. */
function joined(on: KernelRunner, first: number, second: number): [Span, Span] {
  const start = Math.ceil((4 * first) / ALIGNMENT) * (ALIGNMENT / 4);
  const all = on.output(start + second);
  return [part(all, 0, first), part(all, start, second)];
}

/** The stem's max-pool and its gradient. */
export async function pool(
  on: KernelRunner,
  ...[x, upstream]: Parameters<UnderTest['maxPool']>
): Promise<Pooled> {
  const map = mapOf(x, 1);
  const small = pooledShape(map);
  const plain = mapSize({ ...small, border: 0 });
  const [y, taps, dx] = [on.output(mapSize(small)), on.output(plain), on.output(mapSize(mapOf(x, 0)))];
  await on.run([
    maxPool({ map, x: imageInput(on, x, 1), y, taps, of: 'pool' }),
    maxPoolGradient({ map, dy: imageInput(on, upstream, 0), taps, dx, of: 'pool' }),
  ]);
  return { y: await imageFloats(on, y, upstream, 1), dx: await imageFloats(on, dx, x, 0) };
}
