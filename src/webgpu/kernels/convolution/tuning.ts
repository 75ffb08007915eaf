import { type ConvolutionShape, outputShape } from '../../../plan/convolutionShape.ts';
import { quads } from '../../../plan/maps.ts';
import { type Tile, tilesOf } from './convolution.ts';
import type { FilterTile } from './convolutionGradients.ts';

/**
 * How kernels are cut into tiles on one adapter: by layer geometry where that was measured, else by a cost
 * model.
 */
export interface Tuning {
  readonly adapter: AdapterKind;
  readonly text: TextLength;
  /** By `geometry`: forward, and of stride-1 convolutions also the input's gradient. */
  readonly convolutions: Readonly<Record<string, Tile>>;
  /** By `geometry`, for the gradients of strided convolutions' inputs. */
  readonly strided: Readonly<Record<string, Tile>>;
  /** By `geometry`, for the gradients of weights. */
  readonly filters: Readonly<Record<string, Tile>>;
  /** Invocations that share the pooling of one channel quad. */
  readonly poolSplit: 1 | 16;
  /** Invocations that share a channel quad of BatchNorm's sums: barriers are dear on software adapters. */
  readonly lanes: 4 | 64;
}

/**
 * Software adapters run on the CPU, where arithmetic is cheap, loads and barriers are slow, and registers are
 * memory.
 */
export type AdapterKind = 'software' | 'hardware';

/** Long tiles run faster but take longer to compile, so they pay only where they compute much. */
export type TextLength = 'long' | 'short';

/** A tuning that holds nothing measured. */
export function untuned(adapter: AdapterKind, text: TextLength = 'long'): Tuning {
  const software = adapter === 'software';
  return {
    adapter,
    text,
    convolutions: {},
    strided: {},
    filters: {},
    poolSplit: software ? 1 : 16,
    lanes: software ? 4 : 64,
  };
}

/** What decides how fast a tile is: the kernel, the map and the channels; not the number of images. */
export function geometry({ input, outputs, kernel, stride, padding }: ConvolutionShape): string {
  return `${kernel}x${kernel} stride ${stride} padding ${padding}, ${input.height}x${input.width}, ${input.channels} to ${outputs}`;
}

/**
 * Rows and columns that tiles may have. A map's own width is added, because a tile that fits wastes nothing.
 */
const ROWS = [1, 2, 3, 4, 5] as const;
const COLUMNS = [1, 2, 3, 4, 5, 8, 9, 16, 17] as const;

/** Most floats of sums in registers, and what a load of four floats costs in multiply-adds of four. */
const COSTS = {
  software: { registers: 288, load: 20, block: 14, invocations: 1 },
  hardware: { registers: 64, load: 4, block: 4, invocations: 8192 },
} as const;

/**
 * The most products of a 4 × 4 block in the unrolled text of a tile. SwiftShader compiles one kernel at a
 * time. It takes ten seconds for one of 600 products, and less than one second for one of 64. For a 7×7
 * kernel without a limit it takes minutes.
 */
const MOST_PRODUCTS = { long: 800, short: 64 } as const;

/** What tiles are for. */
type TileOrder = Pick<Tuning, 'adapter' | 'text'>;

/** Tiles by what they should cost, cheapest first; which is really fastest, only measuring tells. */
function rankedTiles(
  { adapter, text }: TileOrder,
  { height, width, outs, images }: { height: number; width: number; outs: number; images: number },
  costOf: (tile: Tile) => { sums: number; loads: number; blocks: number; products: number },
): Tile[] {
  const { registers, load, block, invocations } = COSTS[adapter];
  const ranked: { tile: Tile; cost: number }[] = [];
  for (const rows of ROWS) {
    for (const columns of COLUMNS) {
      for (const quadsOfTile of [1, 2]) {
        const tile = { rows, columns, quads: quadsOfTile };
        if (rows > height || columns > width || outs % quadsOfTile !== 0) continue;
        const { sums, loads, blocks, products } = costOf(tile);
        if (products > 4 * MOST_PRODUCTS[text]) continue;
        if (sums > registers && rows * columns * quadsOfTile > 1) continue;
        const { perImage } = tilesOf({ images, height, width, channels: 4 * outs, border: 0 }, tile);
        const count = images * perImage * (outs / quadsOfTile);
        // Too few invocations leave part of the adapter idle.
        const idle = Math.max(1, invocations / count);
        ranked.push({ tile, cost: count * idle * (loads * load + blocks * block + products) });
      }
    }
  }
  return ranked.sort((a, b) => a.cost - b.cost).map(({ tile }) => tile);
}

/** Candidates for a convolution forward, best guess first. */
export function convolutionTiles(order: TileOrder, shape: ConvolutionShape): Tile[] {
  const { kernel, stride } = shape;
  return rankedTiles(order, sizesOf(shape), ({ rows, columns, quads: each }) => ({
    sums: 4 * rows * columns * each,
    loads: ((rows - 1) * stride + kernel) * ((columns - 1) * stride + kernel),
    blocks: 4 * kernel * kernel * each,
    products: 4 * kernel * kernel * each * rows * columns,
  }));
}

/** Candidates for the input gradient of a strided convolution, in pixels of its output. */
export function stridedTiles(order: TileOrder, shape: ConvolutionShape): Tile[] {
  const { kernel, input } = shape;
  const half = { height: Math.ceil(input.height / 2), width: Math.ceil(input.width / 2) };
  const sizes = { ...half, images: input.images, outs: quads(input.channels) };
  return rankedTiles(order, sizes, ({ rows, columns, quads: each }) => ({
    sums: 16 * rows * columns * each,
    loads: (rows + 1) * (columns + 1),
    blocks: 4 * kernel * kernel * each,
    products: 4 * kernel * kernel * each * rows * columns,
  }));
}

/** Rows of taps per invocation of a filter gradient. */
function tapRowsOf(adapter: AdapterKind, { kernel }: ConvolutionShape): number {
  return adapter === 'software' && kernel === 3 ? 3 : 1;
}

/** Candidates for the gradient of a convolution's weights: here a tile is what one turn of the loop loads. */
export function filterTiles(order: TileOrder, shape: ConvolutionShape): Tile[] {
  const { kernel, stride } = shape;
  const taps = tapRowsOf(order.adapter, shape) * kernel;
  const { height, width, outs } = sizesOf(shape);
  const tiles = rankedTiles(
    order,
    { height, width, outs, images: 1 << 20 },
    ({ rows, columns, quads: each }) => ({
      // The sums stay in registers through the loop; large tiles only make the text long.
      sums: Math.max(16 * taps * each, 6 * rows * columns * each),
      loads:
        ((rows - 1) * stride + taps / kernel) * ((columns - 1) * stride + kernel) + rows * columns * each,
      blocks: 0,
      products: 4 * taps * each * rows * columns,
    }),
  );
  return tiles.length > 0 ? tiles : [{ rows: 1, columns: Math.min(4, width), quads: 1 }];
}

/** The tile for a convolution. */
export function convolutionTile(tuning: Tuning, shape: ConvolutionShape): Tile {
  return tuning.convolutions[geometry(shape)] ?? convolutionTiles(tuning, shape)[0]!;
}

/** The tile for the input gradient of a strided convolution, in pixels of the output. */
export function stridedTile(tuning: Tuning, shape: ConvolutionShape): Tile {
  return tuning.strided[geometry(shape)] ?? stridedTiles(tuning, shape)[0]!;
}

/** Invocations of a filter gradient that fill an adapter without more partial sums than they need. */
const FILTER_INVOCATIONS = { software: 512, hardware: 16384 } as const;

/** How a filter gradient is cut. */
export function filterTile(tuning: Tuning, shape: ConvolutionShape): FilterTile {
  const tile = tuning.filters[geometry(shape)] ?? filterTiles(tuning, shape)[0]!;
  return {
    ...tile,
    tapRows: tapRowsOf(tuning.adapter, shape),
    invocations: FILTER_INVOCATIONS[tuning.adapter],
  };
}

function sizesOf(shape: ConvolutionShape): { height: number; width: number; outs: number; images: number } {
  const { height, width, images } = outputShape(shape);
  return { height, width, images, outs: quads(shape.outputs) };
}
