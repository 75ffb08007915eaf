import { type MapShape, quads } from '../plan/maps.ts';

// How maps and filters lie in the memory of the kernels. All places are addresses in bytes.

/** A stack of maps in memory. */
export interface MapAt extends MapShape {
  /** Its first float, in the border. */
  readonly at: number;
}

/** Octets of channels. A filter's outputs fill whole ones. */
export function octets(channels: number): number {
  return Math.ceil(channels / 8);
}

/** Bytes of one pixel. */
export function pixelBytes({ channels }: MapShape): number {
  return 16 * quads(channels);
}

/** Bytes from one row to the next. */
export function rowBytes(map: MapShape): number {
  return (map.width + 2 * map.border) * pixelBytes(map);
}

/** Bytes from one image to the next. */
export function imageBytes(map: MapShape): number {
  return (map.height + 2 * map.border) * rowBytes(map);
}

/** Bytes of all images. */
export function mapBytes(map: MapShape): number {
  return map.images * imageBytes(map);
}

/** Where a pixel of the first image lies. Rows and columns below 0 are in the border. */
export function pixelAt(map: MapAt, row: number, column: number): number {
  return map.at + (map.border + row) * rowBytes(map) + (map.border + column) * pixelBytes(map);
}

/** A filter: [outputs / 8][kernel][kernel, inputs in whole quads][8]. A linear layer's is one of kernel 1. */
export interface FilterShape {
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Bytes of a filter. */
export function filterBytes({ kernel, inputs, outputs }: FilterShape): number {
  return octets(outputs) * kernel ** 2 * quads(inputs) * 4 * 32;
}

/** Brings weights from PyTorch's [out, in, kh, kw] into the form of kernels, filled up with zeros. */
export function packFilter(shape: FilterShape, values: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(filterBytes(shape) / 4);
  eachWeight(shape, (torch, place) => {
    packed[place] = values[torch]!;
  });
  return packed;
}

/** A filter in PyTorch's [out, in, kh, kw]. */
export function unpackFilter(shape: FilterShape, packed: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.outputs * shape.inputs * shape.kernel ** 2);
  eachWeight(shape, (torch, place) => {
    values[torch] = packed[place]!;
  });
  return values;
}

function eachWeight(
  { kernel, inputs, outputs }: FilterShape,
  visit: (torch: number, place: number) => void,
): void {
  const channels = 4 * quads(inputs);
  let torch = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < kernel ** 2; tap++) {
        visit(torch++, (((o >> 3) * kernel ** 2 + tap) * channels + i) * 8 + (o & 7));
      }
    }
  }
}
