import { quads } from '../plan/maps.ts';
import { blockOf, checkBorder, checkSides, type Window } from './convolution.ts';
import type { Call } from './kernels.ts';
import { imageBytes, type MapAt, pixelAt, pixelBytes, rowBytes } from './maps.ts';
import { type MatrixAt, ONE_PIXEL, pixelsOf } from './rows.ts';

// Layers of a frozen network, whose BatchNorms are folded into its filters, as calls of kernels. Addresses
// are bytes.

/** A convolution in evaluation with its folded BatchNorm and what follows. */
export interface InferenceConvolution extends Window {
  /** Its border must be at least the padding. */
  readonly x: MapAt;
  /** The filter's address, BatchNorm's scale in it. */
  readonly w: number;
  /** Address of [outputs] in whole quads. */
  readonly bias: number;
  /** Its border stays as it is. */
  readonly y: MapAt;
  readonly relu: boolean;
  /** Added before the ReLU: a map like y but for its border. */
  readonly skip?: MapAt;
  /** Address of [images, outputs]: multiplies y. With `skipClosed`, octets that it closes are not written. */
  readonly gate?: number;
  /** Address of [images, inputs]: with `skipClosed`, quads of inputs that it closes are not read. */
  readonly inputGate?: number;
  readonly skipClosed: boolean;
}

/**
 * y = relu(w ∗ x + bias + skip) · gate.
 * @throws Error when the maps do not fit each other
 */
export function inferenceConvolution(task: InferenceConvolution): Call {
  const { x, w, bias, y, relu, skip, gate = 0, inputGate = 0, skipClosed, ...window } = task;
  checkSides(x, y, window);
  checkBorder(x, window);
  const like = skip && [skip.images, skip.height, skip.width, skip.channels].join(' × ');
  const own = [y.images, y.height, y.width, y.channels].join(' × ');
  if (like !== undefined && like !== own)
    throw new Error(`convolution: the skip must be ${own}, got ${like}`);
  return layer({ x, w, bias, y, window, act: relu ? 'relu' : null, gate, inputGate, skipClosed, skip });
}

/** A linear layer of a gate with its bias and what follows, in evaluation. */
export interface InferenceLinear {
  readonly x: MatrixAt;
  /** Lies as a filter of kernel 1 does. */
  readonly w: number;
  /** Address of [outputs] in whole quads. */
  readonly bias: number;
  readonly y: MatrixAt;
  /** ReLU, or 1 from 0 on and else 0. */
  readonly act: 'relu' | 'hard';
}

/** y = act(x · W + bias). */
export function inferenceLinear({ x, y, ...others }: InferenceLinear): Call {
  return layer({
    ...others,
    window: ONE_PIXEL,
    x: pixelsOf(x),
    y: pixelsOf(y),
    gate: 0,
    inputGate: 0,
    skipClosed: false,
  });
}

const ACTS = [null, 'relu', 'hard'] as const;

function layer({
  x,
  w,
  bias,
  y,
  window: { kernel, stride, padding },
  act,
  skip,
  gate,
  inputGate,
  skipClosed,
}: Pick<InferenceConvolution, 'x' | 'w' | 'bias' | 'y' | 'skipClosed'> & {
  readonly window: Window;
  readonly act: (typeof ACTS)[number];
  readonly skip?: MapAt | undefined;
  readonly gate: number;
  readonly inputGate: number;
}): Call {
  return {
    kernel: 'inferenceConvolution',
    units: y.images * y.height * y.width,
    numbers: [
      ...[pixelAt(x, -padding, -padding), w, bias, pixelAt(y, 0, 0), y.height, y.width],
      ...[kernel, x.channels, rowBytes(x)],
      ...[stride * pixelBytes(x), stride * rowBytes(x), imageBytes(x)],
      ...[quads(y.channels), rowBytes(y), imageBytes(y), blockOf(x, stride), ACTS.indexOf(act)],
      ...(skip ? [pixelAt(skip, 0, 0), rowBytes(skip), imageBytes(skip)] : [0, 0, 0]),
      ...[gate, Number(skipClosed), skipClosed ? inputGate : 0],
    ],
  };
}
