import { outputShape } from '../../../plan/convolutionShape.ts';
import { quads } from '../../../plan/maps.ts';
import type { InferenceConvolutionTask } from '../../../plan/tasks/inferenceTasks.ts';
import { COUNTED_ROW, counted, type Dispatch, dispatch, kernel } from '../kernel.ts';
import { type Tile, tilesOf } from './convolution.ts';
import source from './inferenceConvolution.wgsl?raw';

/** @param task its operation, and what one invocation computes of it */
export function inferenceConvolution(task: InferenceConvolutionTask & { readonly tile: Tile }): Dispatch {
  const { input, x, w, bias, y, border, relu, skip, gate, inputGate, skipClosed, tile, of } = task;
  if (input.border < task.padding)
    throw new Error(`convolution: the border must hold the padding ${task.padding}, got ${input.border}`);
  if (gate !== undefined && inputGate !== undefined)
    throw new Error('convolution: gates are of the outputs or of the inputs, got both');
  const output = outputShape(task);
  const tiles = tilesOf(output, tile);
  const pitch = input.width + 2 * input.border;
  const inset = input.border - task.padding;
  const [inQuads, outQuads] = [quads(input.channels), quads(task.outputs)];
  const wide = outQuads % tile.quads === 0 ? tile.quads : 1;
  const gates = gate ?? (skipClosed ? inputGate : undefined);
  return dispatch({
    kernel: kernel('inferenceConvolution', source, {
      KERNEL: task.kernel,
      STRIDE: task.stride,
      ROWS: tile.rows,
      COLS: tile.columns,
      QUADS: wide,
      RELU: relu ? 1 : 0,
      SKIP: skip ? 1 : 0,
      GATE: gate ? 1 : 0,
      SKIP_OUTPUTS: gate && skipClosed ? 1 : 0,
      SKIP_INPUTS: inputGate && skipClosed ? 1 : 0,
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
      border,
      skipBorder: skip?.border ?? 0,
    },
    buffers: [x, w, bias, y, ...(gates ? [gates] : []), ...(skip ? [skip.map] : [])],
    workgroups: counted((output.images * tiles.perImage * outQuads) / wide),
  });
}
