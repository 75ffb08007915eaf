import { type ConvolutionShape, outputShape } from '../../../plan/convolutionShape.ts';
import type { MapShape } from '../../../plan/maps.ts';
import { quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import { COUNTED_ROW, counted, type Dispatch, dispatch, kernel } from '../kernel.ts';
import source from './convolution.wgsl?raw';

/** What one invocation of a convolution computes, in pixels and channel quads. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly quads: number;
}

export interface Convolution extends ConvolutionShape {
  readonly x: Span;
  /** Weights in blocks. */
  readonly w: Span;
  /** [N, H', W', outputs], without a border. */
  readonly y: Span;
  /** Where the tiles' statistics go: `tileStatisticsSize` floats. */
  readonly statistics?: Span;
  /** Gradients to add: those that came past the block, by its output's gradient and its output. */
  readonly skip?: { readonly outGradient: Span; readonly output: Span; readonly border: number };
  /** Gradient of the pooled input, [N, outputs], for images [from, to), one share per pixel. */
  readonly pool?: { readonly gradient: Span; readonly from: number; readonly to: number };
  readonly tile: Tile;
  readonly of?: string;
}

/** Tiles of one image, and how they lie. */
export function tilesOf({ height, width }: MapShape, tile: Tile): { x: number; y: number; perImage: number } {
  const x = Math.ceil(width / tile.columns);
  const y = Math.ceil(height / tile.rows);
  return { x, y, perImage: x * y };
}

/** Floats of a convolution's statistics: a mean and a sum of squares per tile and channel quad. */
export function tileStatisticsSize(output: MapShape, tile: Tile): number {
  return output.images * tilesOf(output, tile).perImage * quads(output.channels) * 8;
}

/** The dispatch of a convolution, or of a stride-1 convolution's input gradient. */
export function convolution(task: Convolution): Dispatch {
  const { input, x, w, y, statistics, skip, pool, tile, of } = task;
  if (input.border < task.padding) {
    throw new Error(`convolution: the border must hold the padding ${task.padding}, got ${input.border}`);
  }
  const output = outputShape(task);
  const tiles = tilesOf(output, tile);
  const pitch = input.width + 2 * input.border;
  const inset = input.border - task.padding;
  const inQuads = quads(input.channels);
  const outQuads = quads(task.outputs);
  const outputPitch = output.width + 2 * (skip?.border ?? 0);
  if (skip !== undefined && output.width !== output.height) {
    throw new Error(`convolution: maps with a skip must be square, got ${output.height} × ${output.width}`);
  }
  return dispatch({
    kernel: kernel('convolution', source, {
      KERNEL: task.kernel,
      STRIDE: task.stride,
      ROWS: tile.rows,
      COLS: tile.columns,
      QUADS: quadsOf(tile, outQuads),
      STATISTICS: statistics ? 1 : 0,
      SKIP: skip ? 1 : 0,
      POOL: pool ? 1 : 0,
      COUNTED_ROW,
    }),
    of,
    shape: {
      images: output.images,
      height: output.height,
      width: output.width,
      inQuads,
      outQuads,
      rowPitch: pitch * inQuads,
      imagePitch: (input.height + 2 * input.border) * pitch * inQuads,
      inset: (inset * pitch + inset) * inQuads,
      tilesX: tiles.x,
      tilesY: tiles.y,
      outputPitch,
      outputInset: (skip?.border ?? 0) * (outputPitch + 1),
      poolFrom: pool?.from ?? 0,
      poolTo: pool?.to ?? 0,
      poolShare: 1 / (output.height * output.width),
    },
    buffers: [
      x,
      w,
      y,
      ...(statistics ? [statistics] : []),
      ...(skip ? [skip.outGradient, skip.output] : []),
      ...(pool ? [pool.gradient] : []),
    ],
    workgroups: counted((output.images * tiles.perImage * outQuads) / quadsOf(tile, outQuads)),
  });
}

/** Channel quads per invocation: those of the tile where they divide the channels, else one. */
function quadsOf({ quads: wanted }: Tile, outs: number): number {
  return outs % wanted === 0 ? wanted : 1;
}
