import { quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import source from './inferenceLinear.wgsl?raw';

export interface InferenceLinear {
  /** [rows, inputs] */
  readonly x: Span;
  /** Weights in blocks, as those of a 1×1 convolution. */
  readonly w: Span;
  /** [outputs] */
  readonly bias: Span;
  /** [rows, outputs] */
  readonly y: Span;
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  /** ReLU, or 1 from 0 on and else 0. */
  readonly act: 'relu' | 'hard';
  readonly of: string;
}

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
}: InferenceLinear): Dispatch {
  return dispatch({
    kernel: kernel('inferenceLinear', source, { HARD: act === 'hard' ? 1 : 0 }),
    of,
    shape: { rows, inQuads: quads(inputs), outQuads: quads(outputs) },
    buffers: [x, w, bias, y],
    workgroups: linear(rows * quads(outputs)),
  });
}
