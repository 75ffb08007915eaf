/** Quads of four that hold `channels`. */
export function quads(channels: number): number {
  return Math.ceil(channels / 4);
}

/** A stack of maps as engines hold it: [images, height + 2·border, width + 2·border, 4·quads(channels)]. */
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

/** Maps [N, H, W, C] as engines hold them: `rest` in the border, and 0 in the channels that fill a quad. */
export function padMap(shape: MapShape, values: ArrayLike<number>, rest = 0): Float32Array<ArrayBuffer> {
  const padded = new Float32Array(mapSize(shape)).fill(rest);
  const { channels } = shape;
  const filled = 4 * quads(channels);
  eachPixel(shape, (from, to) => {
    for (let c = 0; c < channels; c++) padded[to + c] = values[from + c]!;
    padded.fill(0, to + channels, to + filled);
  });
  return padded;
}

/** The [N, H, W, C] of maps as engines hold them. */
export function unpadMap(shape: MapShape, padded: ArrayLike<number>): Float32Array<ArrayBuffer> {
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
