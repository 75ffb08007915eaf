import { quads } from './kernel.ts';

/** A stack of maps on the GPU: [images, height + 2·border, width + 2·border, 4·quads(channels)]. */
export interface MapShape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Pixels of zeros on every side. */
  readonly border: number;
}

/** Floats of a stack of maps. */
export function mapSize({ images, height, width, channels, border }: MapShape): number {
  return images * (height + 2 * border) * (width + 2 * border) * 4 * quads(channels);
}

/** Maps [N, H, W, C] as the GPU holds them. */
export function padMap(shape: MapShape, values: Float32Array): Float32Array<ArrayBuffer> {
  const padded = new Float32Array(mapSize(shape));
  eachPixel(shape, (from, to) => {
    for (let c = 0; c < shape.channels; c++) padded[to + c] = values[from + c]!;
  });
  return padded;
}

/** The [N, H, W, C] of maps as the GPU holds them. */
export function unpadMap(shape: MapShape, padded: Float32Array): Float32Array<ArrayBuffer> {
  const { images, height, width, channels } = shape;
  const values = new Float32Array(images * height * width * channels);
  eachPixel(shape, (to, from) => {
    for (let c = 0; c < channels; c++) values[to + c] = padded[from + c]!;
  });
  return values;
}

/** Matrices [rows, columns] are maps of one pixel. */
export function rowsShape(rows: number, columns: number): MapShape {
  return { images: rows, height: 1, width: 1, channels: columns, border: 0 };
}

function eachPixel(shape: MapShape, visit: (plain: number, padded: number) => void): void {
  const { images, height, width, channels, border } = shape;
  const stride = 4 * quads(channels);
  const pitch = width + 2 * border;
  let plain = 0;
  for (let n = 0; n < images; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        visit(plain, ((n * (height + 2 * border) + y + border) * pitch + x + border) * stride);
        plain += channels;
      }
    }
  }
}

/** Floats of a convolution's weights in blocks. */
export function filterSize(kernel: number, inputs: number, outputs: number): number {
  return kernel * kernel * quads(inputs) * quads(outputs) * 16;
}

/**
 * Brings weights from PyTorch's [out, in, kh, kw] into the blocks that shaders read: [kh, kw, in / 4, out /
 * 4] blocks of 4 inputs × 4 outputs, padded with zeros.
 */
export function blockFilter(
  kernel: number,
  inputs: number,
  outputs: number,
  values: Float32Array,
): Float32Array<ArrayBuffer> {
  const blocks = new Float32Array(filterSize(kernel, inputs, outputs));
  eachWeight(kernel, inputs, outputs, (torch, blocked) => {
    blocks[blocked] = values[torch]!;
  });
  return blocks;
}

/** Blocks as PyTorch's [out, in, kh, kw]. */
export function unblockFilter(
  kernel: number,
  inputs: number,
  outputs: number,
  blocks: Float32Array,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(outputs * inputs * kernel * kernel);
  eachWeight(kernel, inputs, outputs, (torch, blocked) => {
    values[torch] = blocks[blocked]!;
  });
  return values;
}

function eachWeight(
  kernel: number,
  inputs: number,
  outputs: number,
  visit: (torch: number, blocked: number) => void,
): void {
  let torch = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const block = (tap * quads(inputs) + (i >> 2)) * quads(outputs) + (o >> 2);
        visit(torch++, block * 16 + (i & 3) * 4 + (o & 3));
      }
    }
  }
}
