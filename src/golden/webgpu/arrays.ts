import { fromTorch, toTorch } from '../../method/tensors.ts';
import { mapSize, padMap, quads, rowsShape, unpadMap } from '../../plan/maps.ts';
import type { Span } from '../../webgpu/kernels/kernel.ts';
import type { FloatArray } from '../arrays.ts';
import { channelsFirst, channelsLast, imageSides, mapOf } from '../layout.ts';
import type { KernelRunner } from './runner.ts';

// Converts arrays of golden files to the layouts of the kernels, and back.

/** Images [N, C, H, W] with a border of zeros. */
export function imageInput(on: KernelRunner, images: FloatArray, border: number): Span {
  return on.input(padMap(mapOf(images, border), channelsLast(images)));
}

/** Images of the shape of `like` in its layout. */
export async function imageFloats(
  on: KernelRunner,
  span: Span,
  like: Pick<FloatArray, 'shape'>,
  border: number,
): Promise<Float32Array> {
  const map = mapOf(like, border);
  return channelsFirst(unpadMap(map, await on.floats(span, mapSize(map))), like);
}

/** Rows [rows, columns]. */
export function rowsInput(on: KernelRunner, values: Float32Array, columns: number): Span {
  return on.input(padMap(rowsShape(values.length / columns, columns), values));
}

export async function rowsFloats(
  on: KernelRunner,
  span: Span,
  rows: number,
  columns: number,
): Promise<Float32Array> {
  const shape = rowsShape(rows, columns);
  return unpadMap(shape, await on.floats(span, mapSize(shape)));
}

/** Number of floats of rows [rows, columns] whose rows are padded to quads too, as those of weights are. */
export function weightSize(rows: number, columns: number): number {
  return mapSize(rowsShape(4 * quads(rows), columns));
}

/** A linear layer's weight [out, in], or [out, in, 1, 1]. */
export function weightInput(on: KernelRunner, weight: FloatArray): Span {
  const [outputs, inputs] = imageSides(weight);
  const stored = new Float32Array(weightSize(inputs, outputs));
  stored.set(padMap(rowsShape(inputs, outputs), fromTorch(weight, weight.values)));
  return on.input(stored);
}

export async function weightFloats(
  on: KernelRunner,
  span: Span,
  like: Pick<FloatArray, 'shape'>,
): Promise<Float32Array> {
  const [outputs, inputs] = imageSides(like);
  return toTorch(like, await rowsFloats(on, span, inputs, outputs));
}

/** Two vectors [C], each padded to quads: γ and β, or a mean and a variance. */
export function pairInput(on: KernelRunner, first: Float32Array, second: Float32Array): Span {
  return rowsInput(on, Float32Array.of(...first, ...second), first.length);
}

export async function pairFloats(
  on: KernelRunner,
  span: Span,
  channels: number,
): Promise<[first: Float32Array, second: Float32Array]> {
  const both = await rowsFloats(on, span, 2, channels);
  return [both.subarray(0, channels), both.subarray(channels)];
}
