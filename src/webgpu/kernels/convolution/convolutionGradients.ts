import { type ConvolutionShape, outputShape } from '../../../plan/convolutionShape.ts';
import { quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import { COUNTED_ROW, counted, type Dispatch, dispatch, groups, kernel, linear } from '../kernel.ts';
import { filterSize } from '../layout.ts';
import { type Tile, tilesOf } from './convolution.ts';
import filterGradientSource from './filterGradient.wgsl?raw';
import filterSumSource from './filterSum.wgsl?raw';
import stridedSource from './stridedGradient.wgsl?raw';
import turnSource from './turnFilters.wgsl?raw';

/** How the gradient of a convolution's weights is cut into invocations. */
export interface FilterTile extends Tile {
  /** Rows of taps per invocation; divides the kernel's side. */
  readonly tapRows: number;
  /** Invocations to aim at: more shares, more partial sums. */
  readonly invocations: number;
}

interface FilterGradient extends ConvolutionShape {
  readonly x: Span;
  /** Bordered [N, H', W', outputs]. */
  readonly dy: Span;
  readonly dyBorder: number;
  /** `filterPartsSize` floats. */
  readonly parts: Span;
  /** Blocks, as the weights. */
  readonly dw: Span;
  readonly tile: FilterTile;
  readonly of?: string;
}

function filterShares(task: ConvolutionShape, tile: FilterTile) {
  const output = outputShape(task);
  const lie = tilesOf(output, tile);
  const tiles = output.images * lie.perImage;
  const outQuads = quads(task.outputs);
  const each = outQuads % tile.quads === 0 ? tile.quads : 1;
  const tapRows = task.kernel % tile.tapRows === 0 ? tile.tapRows : 1;
  const pairs = quads(task.input.channels) * (outQuads / each);
  const wanted = Math.max(1, Math.round(tile.invocations / (pairs * (task.kernel / tapRows))));
  const share = Math.ceil(tiles / Math.min(tiles, wanted));
  return { output, lie, tiles, outQuads, each, tapRows, pairs, share, shares: Math.ceil(tiles / share) };
}

/** Floats of the partial sums of a filter gradient. */
export function filterPartsSize(task: ConvolutionShape, tile: FilterTile): number {
  return filterShares(task, tile).shares * filterSize(task.kernel, task.input.channels, task.outputs);
}

/** Gradient of a convolution's weights: partial sums, then their sum. */
export function filterGradient(task: FilterGradient): [Dispatch, Dispatch] {
  const { input, x, dy, dyBorder, parts, dw, tile, of } = task;
  const { output, lie, tiles, outQuads, each, tapRows, pairs, share, shares } = filterShares(task, tile);
  const inQuads = quads(input.channels);
  const pitch = input.width + 2 * input.border;
  const inset = input.border - task.padding;
  const gradientPitch = output.width + 2 * dyBorder;
  const blocks = filterSize(task.kernel, input.channels, task.outputs) / 16;
  const partial = dispatch({
    kernel: kernel('filterGradient', filterGradientSource, {
      KERNEL: task.kernel,
      STRIDE: task.stride,
      ROWS: tile.rows,
      COLS: tile.columns,
      QUADS: each,
      TAPROWS: tapRows,
      EXACT: output.width % tile.columns === 0 && output.height % tile.rows === 0 ? 1 : 0,
    }),
    of,
    shape: {
      tiles,
      share,
      shares,
      inQuads,
      outQuads,
      tilesX: lie.x,
      perImage: lie.perImage,
      rowPitch: pitch * inQuads,
      imagePitch: (input.height + 2 * input.border) * pitch * inQuads,
      inset: (inset * pitch + inset) * inQuads,
      gradientRowPitch: gradientPitch * outQuads,
      gradientImagePitch: (output.height + 2 * dyBorder) * gradientPitch * outQuads,
      gradientInset: (dyBorder * gradientPitch + dyBorder) * outQuads,
      height: output.height,
      width: output.width,
    },
    buffers: [x, dy, parts],
    workgroups: [groups(pairs * shares), task.kernel / tapRows, 1],
  });
  const sum = dispatch({
    kernel: kernel('filterSum', filterSumSource),
    of,
    shape: { blocks, shares },
    buffers: [parts, dw],
    workgroups: linear(blocks),
  });
  return [partial, sum];
}

interface StridedGradient extends ConvolutionShape {
  /** Bordered by `dyBorder` ≥ 1 pixels. */
  readonly dy: Span;
  readonly dyBorder: number;
  /** Turned blocks. */
  readonly w: Span;
  /** [N, H, W, inputs], without a border. */
  readonly dx: Span;
  /** Add to what dx holds. */
  readonly add: boolean;
  readonly pool?: { readonly gradient: Span; readonly from: number; readonly to: number };
  readonly tile: Tile;
  readonly of?: string;
}

/**
 * Gradient of the input of a stride-2 convolution, 3 × 3 with padding 1 or 1 × 1 without.
 * @param task tile: in pixels of dy
 */
export function stridedGradient(task: StridedGradient): Dispatch {
  const { input, dy, dyBorder, w, dx, add, pool, tile } = task;
  const fits = task.kernel === 1 ? task.padding === 0 : task.kernel === 3 && task.padding === 1;
  if (task.stride !== 2 || !fits || dyBorder < 1) {
    throw new Error(
      `stridedGradient: needs stride 2 and 3 × 3 with padding 1 or 1 × 1 without, got stride ${task.stride}, ${task.kernel} × ${task.kernel}, padding ${task.padding}`,
    );
  }
  const output = outputShape(task);
  const inQuads = quads(task.outputs);
  const outQuads = quads(input.channels);
  const each = outQuads % tile.quads === 0 ? tile.quads : 1;
  const pitch = output.width + 2 * dyBorder;
  const lie = tilesOf(
    { ...input, width: Math.ceil(input.width / 2), height: Math.ceil(input.height / 2) },
    tile,
  );
  return dispatch({
    kernel: kernel('stridedGradient', stridedSource, {
      KERNEL: task.kernel,
      PADDING: task.padding,
      REACH: task.kernel === 3 ? 1 : 0,
      ROWS: tile.rows,
      COLS: tile.columns,
      QUADS: each,
      ADD: add ? 1 : 0,
      POOL: pool ? 1 : 0,
      COUNTED_ROW,
    }),
    of: task.of,
    shape: {
      images: input.images,
      height: input.height,
      width: input.width,
      inQuads,
      outQuads,
      rowPitch: pitch * inQuads,
      imagePitch: (output.height + 2 * dyBorder) * pitch * inQuads,
      inset: (dyBorder * pitch + dyBorder) * inQuads,
      tilesX: lie.x,
      tilesY: lie.y,
      poolFrom: pool?.from ?? 0,
      poolTo: pool?.to ?? 0,
      poolShare: 1 / (input.height * input.width),
    },
    buffers: [dy, w, dx, ...(pool ? [pool.gradient] : [])],
    workgroups: counted((input.images * lie.perImage * outQuads) / each),
  });
}

/** A convolution's weights among all parameters, and where their turned blocks go; places in floats. */
export interface TurnedFilter {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** What turnFilters reads beside the weights: u32 words. */
export function turnTables(filters: readonly TurnedFilter[]): {
  filters: Uint32Array<ArrayBuffer>;
  work: Uint32Array<ArrayBuffer>;
} {
  const work = filters.flatMap(({ kernel: k, inputs, outputs }, index) =>
    Array.from({ length: groups(filterSize(k, inputs, outputs) / 16) }, (_, group) => [
      index,
      64 * group,
    ]).flat(),
  );
  const records = filters.flatMap(({ from, to, kernel: k, inputs, outputs }) => [
    from / 16,
    to / 16,
    k * k,
    quads(inputs),
    quads(outputs),
  ]);
  return { filters: Uint32Array.from(records), work: Uint32Array.from(work) };
}

/** Turns every filter, in one dispatch. */
export function turnFilters(task: {
  readonly parameters: Span;
  readonly turned: Span;
  readonly filters: Span;
  readonly work: Span;
  readonly workgroups: number;
}): Dispatch {
  return dispatch({
    kernel: kernel('turnFilters', turnSource),
    shape: { workgroups: task.workgroups },
    buffers: [task.parameters, task.turned, task.filters, task.work],
    workgroups: linear(64 * task.workgroups),
  });
}
