import { quads } from '../plan/maps.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../webgpu/kernels/kernel.ts';
import { matmul } from '../webgpu/kernels/linear/matmul.ts';
import blocked from './blockedMatmul.wgsl?raw';
import shared from './sharedMatmul.wgsl?raw';

// Ways to write a float32 matrix product in plain WGSL (no subgroups, no half floats). The adapter decides
// which is fast: software adapters need large register tiles and few loads, GPUs need many invocations and
// shared memory.

/** y [m, n] = a [m, k] · b [k, n]. */
export interface Product {
  readonly a: Span;
  readonly b: Span;
  readonly y: Span;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

export interface MatmulCandidate {
  readonly name: string;
  /** rows: row by row, with columns padded to quads; blocks: 4 × 4 blocks, row by row. Padding is zero. */
  readonly layout: 'rows' | 'blocks';
  dispatch(product: Product): Dispatch;
}

/** Sides of the register tiles, in blocks of 4 × 4: 4 × 4 to 32 × 8. */
const TILES = [
  [1, 1],
  [2, 2],
  [2, 4],
  [4, 2],
  [4, 4],
  [8, 2],
] as const;

export const MATMUL_CANDIDATES: readonly MatmulCandidate[] = [
  ...TILES.map(([rows, columns]) => inRows(4 * rows, columns)),
  ...TILES.map(([rows, columns]) => inBlocks(rows, columns)),
  {
    name: '64×64 in shared memory, 4×4 registers',
    layout: 'rows',
    dispatch: ({ a, b, y, m, k, n }) =>
      dispatch({
        kernel: kernel('sharedMatmul', shared),
        shape: { rows: m, quads: quads(n), inner: k },
        buffers: [a, b, y],
        workgroups: [Math.ceil(n / 64), Math.ceil(m / 64), 1],
      }),
  },
];

/** Number of 32-bit words of a matrix in a layout. */
export function wordsOf(layout: MatmulCandidate['layout'], rows: number, columns: number): number {
  return 4 * quads(columns) * (layout === 'rows' ? rows : 4 * quads(rows));
}

function inRows(rows: number, columnQuads: number): MatmulCandidate {
  return {
    name: `${rows}×${4 * columnQuads} registers, rows of vec4`,
    layout: 'rows',
    dispatch: (product) => matmul({ ...product, tile: { rows, quads: columnQuads } }),
  };
}

function inBlocks(rows: number, columns: number): MatmulCandidate {
  return {
    name: `${4 * rows}×${4 * columns} registers, blocks of mat4x4`,
    layout: 'blocks',
    dispatch: ({ a, b, y, m, k, n }) =>
      dispatch({
        kernel: kernel('blockedMatmul', blocked, { ROWS: rows, COLUMNS: columns }),
        shape: { rows: quads(m), columns: quads(n), inner: quads(k) },
        buffers: [a, b, y],
        workgroups: [groups(Math.ceil(quads(m) / rows) * Math.ceil(quads(n) / columns)), 1, 1],
      }),
  };
}
