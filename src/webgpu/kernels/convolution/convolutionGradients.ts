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
  /** `filterPartsSize` floats, overwritten: what filterSums adds up. */
  readonly parts: Span;
  readonly tile: FilterTile;
  readonly of?: string;
}

/** The partial sums of a filter gradient, and where their sum goes. */
export interface FilterParts {
  readonly parts: Span;
  readonly shares: number;
  /** Blocks of 4 × 4 of the filter. */
  readonly blocks: number;
  /** Blocks, as the weights. */
  readonly dw: Span;
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

/** What filterSums adds up after `filterGradient`. */
export function filterPartsOf(
  task: Pick<FilterGradient, 'parts' | 'tile'> & ConvolutionShape & { readonly dw: Span },
): FilterParts {
  const { shares } = filterShares(task, task.tile);
  const blocks = filterSize(task.kernel, task.input.channels, task.outputs) / 16;
  return { parts: task.parts, shares, blocks, dw: task.dw };
}

/** Gradient of a convolution's weights, in partial sums. */
export function filterGradient(task: FilterGradient): Dispatch {
  const { input, x, dy, dyBorder, parts, tile, of } = task;
  const { output, lie, tiles, outQuads, each, tapRows, pairs, share, shares } = filterShares(task, tile);
  const inQuads = quads(input.channels);
  const pitch = input.width + 2 * input.border;
  const inset = input.border - task.padding;
  const gradientPitch = output.width + 2 * dyBorder;
  return dispatch({
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
}

/** Filters that one dispatch of filterSums takes. */
export const MOST_FILTERS = 24;

/**
 * Adds up the partial sums of at most MOST_FILTERS filters.
 * @throws Error for more of them, or where not all parts, or not all gradients, lie in one buffer
 */
export function filterSums(filters: readonly FilterParts[]): Dispatch {
  const [first] = filters;
  const together = filters.every(
    ({ parts, dw }) => parts.buffer === first!.parts.buffer && dw.buffer === first!.dw.buffer,
  );
  if (first === undefined || filters.length > MOST_FILTERS || !together)
    throw new Error(
      `filterSums: must have 1 to ${MOST_FILTERS} filters with parts and gradients in one buffer each, got ${filters.length}`,
    );
  const places = filters.map(({ parts, dw, blocks, shares }) => {
    return { start: parts.offset / 64, goal: dw.offset / 64, blocks, shares };
  });
  const none = { start: 0, goal: 0, blocks: 0, shares: 0 };
  const workgroups = filters.reduce((sum, { blocks }) => sum + groups(blocks), 0);
  return dispatch({
    kernel: kernel('filterSum', filterSumSource, { MOST: MOST_FILTERS }),
    of: 'filters',
    shape: { filters: [...places, ...Array.from({ length: MOST_FILTERS - filters.length }, () => none)] },
    buffers: [whole(first.parts), whole(first.dw)],
    workgroups: linear(64 * workgroups),
  });
}

/** All of a span's buffer. */
function whole({ buffer }: Span): Span {
  return { buffer, offset: 0, size: buffer.size };
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
