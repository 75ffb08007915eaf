import { quads } from '../plan/maps.ts';
import type { Call } from './kernels.ts';
import { filterBytes, octets } from './maps.ts';
import { linear, linearGradient, type MatrixAt, matrixBytes } from './rows.ts';

// VICReg of one pair of views as calls of kernels. Addresses are bytes.

/** Places through which the calls pass values to each other; `vicregBytes` says how large they are. */
export interface VicregScratch {
  /** z minus its column means. */
  readonly centred: number;
  /** Of one view at a time: covariances [D, D], or products of images [N, N]. */
  readonly products: number;
  /** The centred view as a filter, transposed and not; only by images. */
  readonly filter: number;
  readonly shares: number;
  readonly squares: number;
}

/** Bytes of a pair's terms. */
export const PAIR_BYTES = 32;

export interface Vicreg {
  /** Embeddings of both views, [2 · n, d]. */
  readonly z: number;
  /** Gradient of the weighted total, as z, overwritten. */
  readonly dz: number;
  /**
   * PAIR_BYTES, overwritten: the weighted total, then unweighted invariance, variance, covariance; then the
   * variance of view 1 and of view 2, and the covariance of each.
   */
  readonly terms: number;
  readonly scratch: VicregScratch;
  readonly n: number;
  readonly d: number;
  readonly weights: {
    readonly invarianceWeight: number;
    readonly varianceWeight: number;
    readonly covarianceWeight: number;
  };
}

/**
 * Whether products of images ZZᵀ [N, N] stand in for the covariances ZᵀZ [D, D], where Z is the centred view:
 * ‖ZᵀZ‖² = ‖ZZᵀ‖² and Z(ZᵀZ) = (ZZᵀ)Z. With fewer images than dimensions they need only N / D of the
 * multiply-adds. The diagonal of ZᵀZ does not count in the loss, so it is then subtracted.
 */
function byImages(n: number, d: number): boolean {
  return n < d;
}

/** Units of a product's sum of squares: rows of images, or octets of columns. */
function unitsOf(n: number, d: number): { count: number; bytes: number } {
  return byImages(n, d)
    ? { count: n, bytes: matrixBytes({ rows: 1, columns: n }) }
    : { count: octets(d), bytes: filterBytes({ kernel: 1, inputs: d, outputs: 8 }) };
}

/** Bytes of each place. */
export function vicregBytes(n: number, d: number): VicregScratch {
  const { count, bytes } = unitsOf(n, d);
  const [images, columns] = [4 * quads(n), 4 * quads(d)];
  const either = Math.max(octets(n) * columns, octets(d) * images) * 32;
  return {
    centred: matrixBytes({ rows: 2 * n, columns: d }),
    products: count * bytes,
    filter: byImages(n, d) ? either : 0,
    shares: 32 * quads(d),
    squares: 2 * 8 * count,
  };
}

/** The terms and the gradient. With a single image the variances are set to 0. */
export function vicreg({ z, dz, terms, scratch, n, d, weights }: Vicreg): Call[] {
  const { centred, shares, squares } = scratch;
  const degrees = Math.max(n - 1, 1);
  const slope = (4 * weights.covarianceWeight) / (d * degrees);
  const gram = byImages(n, d);
  const { count } = unitsOf(n, d);
  const view = matrixBytes({ rows: n, columns: d });
  return [
    {
      kernel: 'vicregColumns',
      units: quads(d),
      numbers: [
        ...[z, centred, dz, shares, n, d, quads(d), degrees],
        (2 * weights.invarianceWeight) / (n * d),
        weights.varianceWeight / (d * degrees),
        gram ? slope : 0,
      ],
    },
    ...[0, 1].flatMap((side) =>
      viewCalls(
        { at: centred + side * view, rows: n, columns: d },
        { at: dz + side * view, rows: n, columns: d },
        { ...scratch, squares: squares + side * 8 * count },
        slope,
      ),
    ),
    {
      kernel: 'vicregTerms',
      units: 1,
      numbers: [
        ...[shares, quads(d), squares, count, terms, n * d, d, Number(gram)],
        ...[weights.invarianceWeight, weights.varianceWeight, weights.covarianceWeight],
      ],
    },
  ];
}

/** The covariance of one view, and its gradient, which is added to dz. */
function viewCalls(
  centred: MatrixAt,
  dz: MatrixAt,
  { products, filter, squares }: VicregScratch,
  slope: number,
): Call[] {
  const { rows: n, columns: d } = centred;
  const gram = byImages(n, d);
  const { count, bytes } = unitsOf(n, d);
  const summed: Call = {
    kernel: 'productSquares',
    units: count,
    numbers: [products, bytes, Number(!gram), 1 / Math.max(n - 1, 1), slope, squares],
  };
  const back = { y: dz, add: true };
  if (!gram)
    return [
      linearGradient({ x: centred, dy: centred, dw: products }),
      summed,
      linear({ ...back, x: centred, w: products }),
    ];
  const asFilter = (transposed: boolean): Call => ({
    kernel: 'matrixFilter',
    units: octets(transposed ? n : d),
    numbers: [centred.at, filter, n, d, Number(transposed)],
  });
  const square = { at: products, rows: n, columns: n };
  return [
    asFilter(true),
    linear({ x: centred, w: filter, y: square }),
    summed,
    asFilter(false),
    linear({ ...back, x: square, w: filter }),
  ];
}
