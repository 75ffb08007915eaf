import { quads } from '../../../plan/maps.ts';
import type { InferenceLinearTask } from '../../../plan/tasks/inferenceTasks.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import source from './inferenceLinear.wgsl?raw';

/** A linear layer of a gate with its bias and what follows, in evaluation. */
export function inferenceLinear({
  x,
  w,
  bias,
  y,
  rows,
  inputs,
  outputs,
  act,
  of,
}: InferenceLinearTask): Dispatch {
  return dispatch({
    kernel: kernel('inferenceLinear', source, { HARD: act === 'hard' ? 1 : 0 }),
    of,
    shape: { rows, inQuads: quads(inputs), outQuads: quads(outputs) },
    buffers: [x, w, bias, y],
    workgroups: linear(rows * quads(outputs)),
  });
}
