import type { Layout } from '../../plan/layout.ts';
import { padMap, quads, rowsShape, unpadMap } from '../../plan/maps.ts';
import { blockFilter, filterSize, unblockFilter } from './layout.ts';

/** Weights in blocks of 4 inputs × 4 outputs, linear layers as matrices [in, out] in quads on both sides. */
export const GPU_LAYOUT: Layout = {
  gradientBorder: 0,
  filterSize: ({ kernel, inputs, outputs }) => filterSize(kernel, inputs, outputs),
  packFilter: ({ kernel, inputs, outputs }, values) => blockFilter(kernel, inputs, outputs, values),
  unpackFilter: ({ kernel, inputs, outputs }, packed) => unblockFilter(kernel, inputs, outputs, packed),
  linearSize: ({ inputs, outputs }) => 16 * quads(inputs) * quads(outputs),
  packLinear: ({ inputs, outputs }, values) =>
    padMap(rowsShape(inputs, outputs), transposed(values, outputs, inputs)),
  unpackLinear: ({ inputs, outputs }, packed) =>
    transposed(unpadMap(rowsShape(inputs, outputs), packed), inputs, outputs),
};

/** [rows, columns] → [columns, rows]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}
