import { quads } from '../../../plan/maps.ts';
import type { GateGradientTask } from '../../../plan/tasks/gateTasks.ts';
import type { LinearGradientTask, RowNormGradientTask } from '../../../plan/tasks/rowTasks.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../kernel.ts';
import lanes from '../norm/columnLanes.wgsl?raw';
import gateUpstream from './gateUpstream.wgsl?raw';
import givenUpstream from './givenUpstream.wgsl?raw';
import source from './linearGradient.wgsl?raw';
import { type MatmulTile, tileFor } from './matmul.ts';
import normUpstream from './normUpstream.wgsl?raw';

/** What comes behind the layer and is gone back through first, in the same dispatch. */
export type After =
  | { readonly kind: 'gate'; readonly task: GateGradientTask }
  | { readonly kind: 'norm'; readonly task: RowNormGradientTask };

/** Most quads of the gradient of a BatchNorm's input that a workgroup can hold: 8 kB. */
const MOST_CELLS = 512;

/** Most multiply-adds of a layer behind which what reads the gates' gradient several times may compute it. */
const MOST_PRODUCTS = 2 ** 20;

/**
 * Whether the layer's gradients can go back through what is behind it as well: where that is little work,
 * since it is done again wherever it is read.
 */
export function takesAfter({ rows, inputs, outputs }: LinearGradientTask, { kind }: After): boolean {
  return kind === 'norm' ? rows * quads(outputs) <= MOST_CELLS : rows * inputs * outputs <= MOST_PRODUCTS;
}

/**
 * Gradients of a linear layer's weights, bias and input, in one dispatch.
 * @param after what makes `dy`, which is then not written; the layer has no bias
 * @throws Error when the gradients of weights and bias lie in different buffers, or the bias's comes first:
 * they are one binding
 */
export function linearGradient(task: LinearGradientTask, after?: After): Dispatch {
  const { x, w, dy, dw, dBias, dx, rows, inputs, outputs, firstRow = 0, of } = task;
  const [inQuads, outQuads] = [quads(inputs), quads(outputs)];
  const tile = tileOf(rows, inQuads, outQuads);
  const weightGroups = groups(tilesOf(4 * inQuads, outQuads, tile));
  const inputGroups = groups(tilesOf(rows, inQuads, tile));
  const biasGroups = dBias ? groups(outQuads) : 0;
  const constants = {
    ROWS: tile.rows,
    QUADS: tile.quads,
    BIAS: Number(dBias !== undefined),
    GATE: Number(after?.kind === 'gate'),
    NORM: Number(after?.kind === 'norm'),
    CELLS: MOST_CELLS,
  };
  const shape = { rows, firstRow, inQuads, outQuads, weightGroups, inputGroups };
  const workgroups = [weightGroups + inputGroups + biasGroups, 1, 1] as const;
  if (after?.kind === 'norm') {
    const { dy: outer, x: hidden, y: rectified, affine, moments, gradient, rows: passRows } = after.task;
    const [parameters, gradients] = [around(w, affine), around(dw, gradient)];
    const [wAt, affineAt] = [w, affine].map(({ offset }) => (offset - parameters.offset) / 16);
    const [dwAt, normAt] = [dw, gradient].map(({ offset }) => (offset - gradients.offset) / 16);
    return dispatch({
      kernel: kernel('linearGradient', lanes + source + normUpstream, constants),
      of,
      shape: { ...shape, passRows, wAt: wAt!, affineAt: affineAt!, dwAt: dwAt!, normAt: normAt! },
      buffers: [x, parameters, outer, gradients, dx, hidden, rectified, moments],
      workgroups,
    });
  }
  if (after?.kind === 'gate') {
    const { dGate, gates, slopes, coefficients, images, blocks, block } = after.task;
    return dispatch({
      kernel: kernel('linearGradient', source + gateUpstream, constants),
      of,
      shape: { ...shape, passRows: images, blocks, block, biasAt: 0 },
      buffers: [x, w, dGate, dw, dx, gates, slopes, coefficients],
      workgroups,
    });
  }
  return dispatch({
    kernel: kernel('linearGradient', source + givenUpstream, constants),
    of,
    shape: { ...shape, biasAt: dBias ? (dBias.offset - dw.offset) / 16 : 0 },
    buffers: [x, w, dy, dBias ? upTo(dw, dBias) : dw, dx],
    workgroups,
  });
}

/** The tile that suits both products: single quads where one of them has too few columns. */
function tileOf(rows: number, inQuads: number, outQuads: number): MatmulTile {
  const tile = tileFor(Math.max(rows, 4 * inQuads), 4 * Math.max(inQuads, outQuads));
  return Math.min(inQuads, outQuads) < tile.quads ? { ...tile, quads: 1 } : tile;
}

function tilesOf(rows: number, columns: number, tile: MatmulTile): number {
  return Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.quads);
}

/**
 * The part of a buffer that holds both spans.
 * @throws Error when they lie in different buffers
 */
function around(one: Span, other: Span): Span {
  if (one.buffer !== other.buffer)
    throw new Error('linear gradient: a BatchNorm’s parameters must lie in the buffer of the weights');
  return one.offset < other.offset ? upTo(one, other) : upTo(other, one);
}

/** The part of a buffer from the start of `first` to the end of `last`. */
function upTo(first: Span, last: Span): Span {
  if (first.buffer !== last.buffer || last.offset < first.offset)
    throw new Error('linear gradient: the bias’s gradient must follow that of the weights in their buffer');
  return { ...first, size: last.offset + last.size - first.offset };
}
