import type { ObjectiveSettings } from '../../../engine.ts';
import { quads } from '../../../plan/maps.ts';
import { type Dispatch, dispatch, kernel, type Span } from '../kernel.ts';
import { type MatmulTile, matmul } from '../linear/matmul.ts';
import { columnGroups } from '../norm/columnLanes.ts';
import lanes from '../norm/columnLanes.wgsl?raw';
import columnsSource from './vicregColumns.wgsl?raw';
import squaresSource from './vicregSquares.wgsl?raw';
import termsSource from './vicregTerms.wgsl?raw';

type VicregWeights = Pick<ObjectiveSettings, 'invarianceWeight' | 'varianceWeight' | 'covarianceWeight'>;

/** Buffers through which the dispatches pass values to each other. */
export type VicregScratch<T> = {
  /** z minus its column means; the rows of each view are padded to a multiple of four. */
  readonly centred: T;
  /** Per view, the smaller of two matrices: covariances [D, D] or products of images [N, N]. */
  readonly products: T;
  readonly shares: T;
  readonly squares: T;
};

export interface Vicreg {
  /** Embeddings of both views of each pair, [pairs · 2 · n, d]. */
  readonly z: Span;
  /** Gradient of the pairs' weighted totals, as z, overwritten. */
  readonly dz: Span;
  /**
   * PAIR_FLOATS a pair, overwritten: the weighted total, then unweighted invariance, variance, covariance;
   * then the variance of view 1 and of view 2, and the covariance of each.
   */
  readonly terms: Span;
  readonly scratch: VicregScratch<Span>;
  readonly n: number;
  readonly d: number;
  /** Pairs of embeddings; each has its own terms. The default is 1. */
  readonly pairs?: number;
  readonly weights: VicregWeights;
  readonly tile?: MatmulTile;
  readonly of?: string;
}

/** Invocations that share the sum of squares of one view. */
const SQUARES = 2048;

/** Floats of each scratch span. */
export function vicregScratch(n: number, d: number, pairs = 1): VicregScratch<number> {
  const side = byImages(n, d) ? n : 4 * quads(d);
  return {
    centred: pairs * 2 * 16 * quads(n) * quads(d),
    products: pairs * 2 * side * 4 * quads(side),
    shares: pairs * 8 * quads(d),
    squares: pairs * 2 * SQUARES,
  };
}

/**
 * Whether the products of images ZZᵀ [N, N] stand in for the covariances ZᵀZ [D, D], where Z is the centred
 * embedding. Both give the same loss and gradient, because ‖ZᵀZ‖² = ‖ZZᵀ‖² and Z(ZᵀZ) = (ZZᵀ)Z. With fewer
 * images than dimensions, ZZᵀ needs only N / D of the multiply-adds. The diagonal of ZᵀZ does not count in
 * the loss, so it must then be subtracted.
 */
function byImages(n: number, d: number): boolean {
  return n < d;
}

/**
 * VICReg (Bardes et al. 2022) of pairs of two views each, and its gradient. The conventions are those of
 * Krishna et al. (method/vicreg.ts). With a single image the formula would divide 0 by 0; the variances are
 * then set to 0.
 */
export function vicregDispatches(task: Vicreg): Dispatch[] {
  const { z, dz, terms, scratch, n, d, pairs = 1, weights, tile, of = '' } = task;
  const { centred, products, shares, squares } = scratch;
  const gram = byImages(n, d);
  const degrees = Math.max(n - 1, 1);
  const paddedRows = 4 * quads(n);
  const side = gram ? n : 4 * quads(d);
  const covarianceSlope = (4 * weights.covarianceWeight) / (d * degrees);
  const shared = { of, ...(tile && { tile }) };
  return [
    dispatch({
      kernel: kernel('vicregColumns', lanes + columnsSource),
      of,
      shape: {
        rows: n,
        paddedRows,
        columns: d,
        quads: quads(d),
        degrees,
        invarianceSlope: (2 * weights.invarianceWeight) / (n * d),
        varianceSlope: weights.varianceWeight / (d * degrees),
        ownSlope: gram ? covarianceSlope : 0,
      },
      buffers: [z, centred, dz, shares],
      workgroups: [columnGroups(d)[0], pairs, 1],
    }),
    matmul({
      ...shared,
      ...(gram ? { m: n, k: d, n, transpose: 'b' as const } : { m: d, k: n, n: d, transpose: 'a' as const }),
      ...{ a: centred, b: centred, y: products, scale: 1 / degrees },
      repeat: { count: 2 * pairs, aRows: paddedRows, bRows: paddedRows, yRows: side },
    }),
    dispatch({
      kernel: kernel('vicregSquares', squaresSource, { COVARIANCE: Number(!gram) }),
      of,
      shape: { cells: side * quads(side), rows: side, quads: quads(side) },
      buffers: [products, squares],
      workgroups: [SQUARES / 64, 2 * pairs, 1],
    }),
    matmul({
      ...shared,
      ...(gram
        ? {
            a: products,
            b: centred,
            k: n,
            repeat: { count: 2 * pairs, aRows: side, bRows: paddedRows, yRows: n },
          }
        : {
            a: centred,
            b: products,
            k: d,
            repeat: { count: 2 * pairs, aRows: paddedRows, bRows: side, yRows: n },
          }),
      ...{ y: dz, m: n, n: d, scale: covarianceSlope, accumulate: true },
    }),
    dispatch({
      kernel: kernel('vicregTerms', termsSource),
      of,
      shape: {
        quads: quads(d),
        sums: SQUARES,
        elements: n * d,
        dimensions: d,
        own: Number(gram),
        invarianceWeight: weights.invarianceWeight,
        varianceWeight: weights.varianceWeight,
        covarianceWeight: weights.covarianceWeight,
      },
      buffers: [shares, squares, terms],
      workgroups: [pairs, 1, 1],
    }),
  ];
}
