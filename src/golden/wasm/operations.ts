import {
  convolution,
  filterGradient,
  inputGradient,
  turnedBytes,
  turnedFilters,
} from '../../wasm/convolution.ts';
import { filterBytes, packFilter, unpackFilter } from '../../wasm/maps.ts';
import { maxPool, maxPoolGradient, pooledShape } from '../../wasm/pools.ts';
import { columnSums, linear, linearGradient, linearInputGradient, transposedBytes } from '../../wasm/rows.ts';
import { imageSides, mapOf } from '../layout.ts';
import type { ConvolutionTask, Convolved, Linear, LinearTask, Pooled, UnderTest } from '../underTest.ts';
import { filterOf, type KernelMachine, KernelMemory, tapsBytes } from './kernelMemory.ts';

/** A convolution and both of its gradients. */
export async function convolve(machine: KernelMachine, task: ConvolutionTask): Promise<Convolved> {
  const { x, w, stride, padding, upstream } = task;
  const memory = new KernelMemory(machine);
  const filter = filterOf(w);
  const window = { kernel: filter.kernel, stride, padding };
  const input = memory.images(x, padding);
  // The window reaches as far beyond the gradient from any pixel of x.
  const dy = memory.images(upstream, filter.kernel);
  const weights = memory.input(packFilter(filter, w.values));
  const [y, dx] = [memory.mapRoom(mapOf(upstream, 0)), memory.mapRoom(mapOf(x, 0))];
  const dw = memory.room(filterBytes(filter));
  const turned = memory.room(turnedBytes(window, filter));
  await memory.run(
    convolution({ ...window, x: input, w: weights, y }),
    filterGradient({ ...window, x: input, dy, dw }),
    ...turnedFilters(window, filter, weights, turned),
    ...inputGradient({ ...window, dy, turned, dx }),
  );
  return {
    y: memory.imageFloats(y, upstream),
    dx: memory.imageFloats(dx, x),
    dw: unpackFilter(filter, memory.floats(dw, filterBytes(filter) / 4)),
  };
}

/** A linear layer and its gradients. */
export async function linearLayer(machine: KernelMachine, task: LinearTask): Promise<Linear> {
  const memory = new KernelMemory(machine);
  const [rows, inputs] = imageSides(task.x);
  const filter = filterOf(task.w);
  const { outputs } = filter;
  const [x, dy] = [memory.rows(task.x.values, inputs), memory.rows(task.upstream.values, outputs)];
  const w = memory.input(packFilter(filter, task.w.values));
  const bias = memory.rows(task.b.values, outputs).at;
  const [y, dx, db] = [
    memory.rowsRoom(rows, outputs),
    memory.rowsRoom(rows, inputs),
    memory.rowsRoom(1, outputs),
  ];
  const dw = memory.room(filterBytes(filter));
  const transposed = memory.room(transposedBytes(inputs, outputs));
  await memory.run(
    linear({ x, w, bias, y }),
    linearGradient({ x, dy, dw }),
    columnSums(dy, db.at),
    ...linearInputGradient({ dy, w, transposed, dx }),
  );
  return {
    y: memory.rowFloats(y),
    dx: memory.rowFloats(dx),
    dw: unpackFilter(filter, memory.floats(dw, filterBytes(filter) / 4)),
    db: memory.rowFloats(db),
  };
}

/** The stem's max-pool and its gradient. */
export async function pool(
  machine: KernelMachine,
  ...[images, upstream]: Parameters<UnderTest['maxPool']>
): Promise<Pooled> {
  const memory = new KernelMemory(machine);
  const [x, dy] = [memory.images(images, 1), memory.images(upstream, 0)];
  const [y, dx] = [memory.mapRoom(pooledShape(x)), memory.mapRoom(mapOf(images, 0))];
  const taps = memory.room(tapsBytes(y));
  await memory.run(maxPool(x, y.at, taps), maxPoolGradient(dy, taps, dx));
  return { y: memory.imageFloats(y, upstream), dx: memory.imageFloats(dx, images) };
}
