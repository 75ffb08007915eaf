/** How an engine holds weights, and gradients between blocks. */
export interface Layout {
  /** Pixels of zeros around a gradient of a block's output, of which nobody reads the border. */
  readonly gradientBorder: 0 | 1;
  /** Floats of a filter, a multiple of 4. */
  filterSize(shape: FilterShape): number;
  /** Brings a filter from PyTorch's [out, in, kh, kw]; what fills up is 0. */
  packFilter(shape: FilterShape, values: Float32Array): Float32Array<ArrayBuffer>;
  unpackFilter(shape: FilterShape, packed: Float32Array): Float32Array;
  /** Floats of a linear layer's weights, a multiple of 4. */
  linearSize(shape: LinearShape): number;
  /** Brings weights from PyTorch's [out, in]; what fills up is 0. */
  packLinear(shape: LinearShape, values: Float32Array): Float32Array;
  unpackLinear(shape: LinearShape, packed: Float32Array): Float32Array;
}

export interface FilterShape extends LinearShape {
  /** Side of the window. */
  readonly kernel: number;
}

export interface LinearShape {
  readonly inputs: number;
  readonly outputs: number;
}
