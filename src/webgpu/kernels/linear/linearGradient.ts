import { quads } from '../../../plan/maps.ts';
import type { LinearGradientTask } from '../../../plan/tasks/rowTasks.ts';
import { type Dispatch, dispatch, groups, kernel, type Span } from '../kernel.ts';
import source from './linearGradient.wgsl?raw';
import { type MatmulTile, tileFor } from './matmul.ts';

/**
 * Gradients of a linear layer's weights, bias and input, in one dispatch.
 * @throws Error when the gradients of weights and bias lie in different buffers, or the bias's comes first:
 * they are one binding
 */
export function linearGradient(task: LinearGradientTask): Dispatch {
  const { x, w, dy, dw, dBias, dx, rows, inputs, outputs, firstRow = 0, of } = task;
  const [inQuads, outQuads] = [quads(inputs), quads(outputs)];
  const tile = tileOf(rows, inQuads, outQuads);
  const weightGroups = groups(tilesOf(4 * inQuads, outQuads, tile));
  const inputGroups = groups(tilesOf(rows, inQuads, tile));
  const biasGroups = dBias ? groups(outQuads) : 0;
  return dispatch({
    kernel: kernel('linearGradient', source, {
      ROWS: tile.rows,
      QUADS: tile.quads,
      BIAS: Number(dBias !== undefined),
    }),
    of,
    shape: {
      rows,
      firstRow,
      inQuads,
      outQuads,
      weightGroups,
      inputGroups,
      biasAt: dBias ? (dBias.offset - dw.offset) / 16 : 0,
    },
    buffers: [x, w, dy, dBias ? upTo(dw, dBias) : dw, dx],
    workgroups: [weightGroups + inputGroups + biasGroups, 1, 1],
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

/** The part of a buffer from the start of `first` to the end of `last`. */
function upTo(first: Span, last: Span): Span {
  if (first.buffer !== last.buffer || last.offset < first.offset)
    throw new Error('linear gradient: the bias’s gradient must follow that of the weights in their buffer');
  return { ...first, size: last.offset + last.size - first.offset };
}
