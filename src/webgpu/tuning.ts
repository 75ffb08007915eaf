import { type ConvolutionShape, outputShape, type Tile } from './convolution.ts';
import type { FilterTile } from './convolutionGradients.ts';

/** How kernels are cut on one adapter: by layer geometry, measured there or by default. */
export interface Tuning {
  /** By `geometry`; stride-1 convolutions, forward and of their input gradients, and strided ones forward. */
  readonly convolutions: Readonly<Record<string, Tile>>;
  /** By `geometry`, for the gradients of strided convolutions' inputs. */
  readonly strided: Readonly<Record<string, Tile>>;
  /** By `geometry`, for the gradients of weights. */
  readonly filters: Readonly<Record<string, FilterTile>>;
  /** Invocations that share the pooling of one channel quad. */
  readonly poolSplit: 1 | 16;
}

/** What decides how fast a tile is: the kernel, the map and the channels; not the number of images. */
export function geometry({ input, outputs, kernel, stride, padding }: ConvolutionShape): string {
  return `${kernel}x${kernel} stride ${stride} padding ${padding}, ${input.height}x${input.width}, ${input.channels} to ${outputs}`;
}

/** Tiles that are tried for a stride-1 convolution; which is fastest differs by map, channels and adapter. */
export const CONVOLUTION_TILES: readonly Tile[] = [
  { rows: 2, columns: 17, quads: 2 },
  { rows: 2, columns: 9, quads: 2 },
  { rows: 3, columns: 9, quads: 2 },
  { rows: 2, columns: 8, quads: 2 },
  { rows: 5, columns: 5, quads: 2 },
  { rows: 4, columns: 4, quads: 2 },
  { rows: 2, columns: 4, quads: 2 },
  { rows: 1, columns: 4, quads: 2 },
  { rows: 2, columns: 2, quads: 1 },
];

/** For strided convolutions and their input gradients: windows grow with the stride. */
export const STRIDED_TILES: readonly Tile[] = [
  { rows: 3, columns: 5, quads: 2 },
  { rows: 2, columns: 5, quads: 2 },
  { rows: 2, columns: 3, quads: 2 },
  { rows: 1, columns: 4, quads: 2 },
  { rows: 1, columns: 2, quads: 1 },
];

export const FILTER_TILES: readonly Omit<FilterTile, 'invocations'>[] = [
  { rows: 1, columns: 9, quads: 2, tapRows: 3 },
  { rows: 1, columns: 17, quads: 1, tapRows: 3 },
  { rows: 2, columns: 9, quads: 1, tapRows: 3 },
  { rows: 3, columns: 3, quads: 1, tapRows: 3 },
  { rows: 1, columns: 5, quads: 2, tapRows: 3 },
  { rows: 1, columns: 4, quads: 1, tapRows: 1 },
];

/** Invocations that fill an adapter without making more partial sums than they need. */
export const FILTER_INVOCATIONS = { software: 512, hardware: 16384 } as const;

/** A tuning that holds nothing measured: every choice falls to the defaults. */
export function untuned(software: boolean): Tuning {
  return { convolutions: {}, strided: {}, filters: {}, poolSplit: software ? 1 : 16 };
}

/** The tile for a convolution. */
export function convolutionTile(tuning: Tuning, shape: ConvolutionShape): Tile {
  const measured = tuning.convolutions[geometry(shape)];
  if (measured !== undefined) return measured;
  // Seven by seven taps fill the registers by themselves.
  if (shape.kernel > 3) return { rows: 1, columns: 4, quads: 2 };
  return leastWaste(shape.stride === 1 ? CONVOLUTION_TILES : STRIDED_TILES, outputShape(shape));
}

/** The tile for the input gradient of a strided convolution, in pixels of the output. */
export function stridedTile(tuning: Tuning, shape: ConvolutionShape): Tile {
  return tuning.strided[geometry(shape)] ?? leastWaste(STRIDED_TILES.slice(1), outputShape(shape));
}

/** How a filter gradient is cut. */
export function filterTile(tuning: Tuning, shape: ConvolutionShape): FilterTile {
  const measured = tuning.filters[geometry(shape)];
  if (measured !== undefined) return measured;
  const invocations = FILTER_INVOCATIONS[tuning.poolSplit === 1 ? 'software' : 'hardware'];
  if (shape.kernel > 3) return { rows: 1, columns: 4, quads: 1, tapRows: 1, invocations };
  const tiles = shape.stride === 1 ? FILTER_TILES : FILTER_TILES.slice(3);
  return { ...leastWaste(tiles, outputShape(shape)), invocations };
}

/** The first of the tiles whose overhang over the map's edges costs least. */
export function leastWaste<T extends Tile>(
  tiles: readonly T[],
  { height, width }: { height: number; width: number },
): T {
  const covered = ({ rows, columns }: Tile) =>
    Math.ceil(height / rows) * rows * Math.ceil(width / columns) * columns;
  return tiles.reduce((best, tile) => (covered(tile) < covered(best) ? tile : best));
}
