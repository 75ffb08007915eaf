import { type MapShape, quads } from '../../../plan/maps.ts';
import { reach, type Span } from '../kernel.ts';
import type { ShapeValues } from '../shape.ts';

/**
 * Where the gradient that a kernel writes arrives: at a ReLU, behind a BatchNorm. The kernel keeps what the
 * ReLU lets through, and leaves the sums that the BatchNorm's gradient begins with (normGradient.wgsl).
 */
export interface Arrival {
  /** What entered the BatchNorm, without a border. */
  readonly x: Span;
  /** What entered the shortcut's BatchNorm, which the same ReLU ends. It lies behind x in its buffer. */
  readonly x2?: Span | undefined;
  readonly relu:
    | { readonly kind: 'map'; readonly output: Span; readonly border: number }
    | { readonly kind: 'norm'; readonly norm: Span; readonly perPass: number; readonly gated: boolean };
  /** `sumsSize` floats. */
  readonly sums: Span;
}

/** What an arrival adds to a kernel. */
interface ArrivalParts {
  /** RELU: 0 without an arrival, 1 for a ReLU judged by its map, 2 by the BatchNorm's output. */
  readonly constants: { readonly RELU: 0 | 1 | 2; readonly THIRD: number; readonly TWO: number };
  readonly shape: ShapeValues;
  /** In the order sums, x, then the ReLU's map or the BatchNorm. */
  readonly buffers: readonly Span[];
}

/** @param map that the gradient has, without a border */
export function arrivalParts(map: MapShape, arrival: Arrival | undefined): ArrivalParts {
  if (arrival === undefined) return { constants: { RELU: 0, THIRD: 0, TWO: 0 }, shape: {}, buffers: [] };
  const { x, x2, relu, sums } = arrival;
  const second = x2 ? { second: (x2.offset - x.offset) / 16 } : {};
  const read = x2 ? reach(x, x2) : x;
  if (relu.kind === 'norm')
    return {
      constants: { RELU: 2, THIRD: Number(relu.gated), TWO: Number(x2 !== undefined) },
      shape: { perPass: relu.perPass, ...second },
      buffers: [sums, read, relu.norm],
    };
  const { output, border } = relu;
  const pitch = map.width + 2 * border;
  return {
    constants: { RELU: 1, THIRD: 0, TWO: Number(x2 !== undefined) },
    shape: {
      reluPitch: pitch,
      reluImage: pitch * (map.height + 2 * border),
      reluInset: border * (pitch + 1),
      ...second,
    },
    buffers: [sums, read, output],
  };
}

/** Most quads of sums that a tile leaves for a channel quad. */
const MOST_SETS = 5;

/** Floats of the sums of all tiles, whatever the ReLU. */
export function sumsSize(map: MapShape, tilesPerImage: number): number {
  return map.images * tilesPerImage * quads(map.channels) * 4 * MOST_SETS;
}
