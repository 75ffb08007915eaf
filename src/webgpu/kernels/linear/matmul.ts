import { quads } from '../../../plan/maps.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../kernel.ts';
import source from './matmul.wgsl?raw';

/** What one invocation computes of a product. */
export interface MatmulTile {
  /** Rows of y, a multiple of four. */
  readonly rows: number;
  /** Quads of columns. */
  readonly quads: number;
}

export interface Matmul {
  /** [m, k]; [k, m] when transposed. */
  readonly a: Span;
  /** [k, n]; [n, k] when transposed. */
  readonly b: Span;
  /** [m, n]. From a transposed A, its rows are padded to quads as well, as those of weights. */
  readonly y: Span;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** X · W: none. dY · Wᵀ: b. Xᵀ · dY: a. */
  readonly transpose?: 'a' | 'b';
  /** [n], added to every row. */
  readonly bias?: Span;
  /** Factor of the product, before anything is added; 1 unless told. */
  readonly scale?: number;
  /** Adds to what is in y. */
  readonly accumulate?: boolean;
  /** First row of the stored matrices; 0 unless told. */
  readonly aRow?: number;
  readonly bRow?: number;
  readonly yRow?: number;
  /** As many products of equal shape, each so many rows after the one before. */
  readonly repeat?: {
    readonly count: number;
    readonly aRows: number;
    readonly bRows: number;
    readonly yRows: number;
  };
  readonly tile?: MatmulTile;
  readonly of?: string;
}

/** Fastest on the software adapter; a GPU with many cores wants smaller ones. */
const TILE: MatmulTile = { rows: 8, quads: 4 };

/**
 * y [m, n] = scale · op(A) · op(B) (+ bias) (+ y), all in rows of quads. Without a transposition B's rows are
 * padded to quads with zeros, as those of weights are: the sum runs over A's padding.
 */
export function matmul(task: Matmul): Dispatch {
  const { a, b, y, m, k, n, transpose, bias, repeat, of = '' } = task;
  const rows = transpose === 'a' ? 4 * quads(m) : m;
  const tile = narrowed(task.tile ?? tileFor(rows, n), n);
  const tiles = Math.ceil(rows / tile.rows) * Math.ceil(quads(n) / tile.quads);
  return dispatch({
    kernel: kernel('matmul', source, {
      ROWS: tile.rows,
      QUADS: tile.quads,
      TN: Number(transpose === 'a'),
      NT: Number(transpose === 'b'),
      BIAS: Number(bias !== undefined),
      ACCUMULATE: Number(task.accumulate ?? false),
    }),
    of,
    shape: {
      rows,
      quads: quads(n),
      k: transpose === 'a' ? k : quads(k),
      aPitch: quads(transpose === 'a' ? m : k),
      bPitch: quads(transpose === 'b' ? k : n),
      aFirst: task.aRow ?? 0,
      bFirst: task.bRow ?? 0,
      yFirst: task.yRow ?? 0,
      aStep: repeat?.aRows ?? 0,
      bStep: repeat?.bRows ?? 0,
      yStep: repeat?.yRows ?? 0,
      columns: n,
      scale: task.scale ?? 1,
    },
    buffers: [a, b, y, ...(bias ? [bias] : [])],
    workgroups: [groups(tiles), repeat?.count ?? 1, 1],
  });
}

/** Invocations below which a product leaves cores idle. */
const FEW = 256;

/** A quarter of the tile where the whole would make few invocations. */
export function tileFor(rows: number, columns: number): MatmulTile {
  const invocations = Math.ceil(rows / TILE.rows) * Math.ceil(quads(columns) / TILE.quads);
  return invocations < FEW ? { rows: TILE.rows / 2, quads: TILE.quads / 2 } : TILE;
}

/** Single quads where there are too few columns for the tile. */
function narrowed(tile: MatmulTile, columns: number): MatmulTile {
  return quads(columns) < tile.quads ? { ...tile, quads: 1 } : tile;
}
