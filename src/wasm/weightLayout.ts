import type { Layout } from '../plan/layout.ts';
import { filterBytes, packFilter, unpackFilter } from './maps.ts';

/** Filters in octets of outputs; a linear layer's weights lie as a filter of kernel 1 does. */
export const CPU_LAYOUT: Layout = {
  // An input's gradient adds what came past its block, which lies as the block's bordered output does.
  gradientBorder: 1,
  filterSize: (shape) => filterBytes(shape) / 4,
  packFilter,
  unpackFilter,
  linearSize: (shape) => filterBytes({ ...shape, kernel: 1 }) / 4,
  packLinear: (shape, values) => packFilter({ ...shape, kernel: 1 }, values),
  unpackLinear: (shape, packed) => unpackFilter({ ...shape, kernel: 1 }, packed),
};
