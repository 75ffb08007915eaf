import { type MapShape, quads } from '../plan/maps.ts';
import { blockOf, checkBorder, checkSides, type Window } from './convolution.ts';
import type { Call } from './kernels.ts';
import { filterBytes, imageBytes, type MapAt, octets, pixelAt, pixelBytes, rowBytes } from './maps.ts';
import { type MatrixAt, ONE_PIXEL, pixelsOf } from './rows.ts';

// Convolutions in evaluation with all that follows them, as calls of kernels. Addresses are bytes.

/** What a convolution in evaluation does but for gates and skips. */
interface Evaluated extends Window {
  /** Its border must be at least the padding. */
  readonly x: MapAt;
  /** The filter's address. */
  readonly w: number;
  /** Address of [outputs] in whole quads. */
  readonly bias?: number;
  /** Address of scale and shift of the outputs, each in whole quads. */
  readonly norm?: number;
  readonly y: MapAt;
  /** Whether zeros are written around y; else its border stays as it is. */
  readonly clearsBorder: boolean;
  readonly relu: boolean;
}

export interface InferenceConvolution extends Evaluated {
  /** Added before the ReLU: a map like y but for its border, with a norm of its own or as it is. */
  readonly skip?: { readonly map: MapAt; readonly norm?: number };
  /** Address of [images, outputs]: multiplies y. */
  readonly gates?: number;
  /** Address of the table of the channels that x holds, one after the other. */
  readonly open?: number;
}

/**
 * y = relu(norm(w ∗ x + bias) + skip) · gates.
 * @throws Error when the maps do not fit each other
 */
export function inferenceConvolution(task: InferenceConvolution): Call {
  const { x, y, relu, skip, ...others } = task;
  checkSides(x, y, task);
  checkBorder(x, task);
  const like = skip && [skip.map.images, skip.map.height, skip.map.width, skip.map.channels].join(' × ');
  const own = [y.images, y.height, y.width, y.channels].join(' × ');
  if (like !== undefined && like !== own)
    throw new Error(`convolution: the skip must be ${own}, got ${like}`);
  return layer({ x, y, ...others, act: relu ? 'relu' : null, skip });
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
  return layer({ ...others, ...ONE_PIXEL, x: pixelsOf(x), y: pixelsOf(y), clearsBorder: false });
}

const ACTS = [null, 'relu', 'hard'] as const;

function layer(
  task: Omit<InferenceConvolution, 'relu' | 'skip'> & {
    readonly act: (typeof ACTS)[number];
    readonly skip?: InferenceConvolution['skip'];
  },
): Call {
  const { x, w, bias = 0, norm = 0, y, gates = 0, open = 0, act, skip, clearsBorder } = task;
  const { map, norm: skipNorm = 0 } = skip ?? {};
  return {
    kernel: 'inferenceConvolution',
    units: y.images * y.height * y.width,
    numbers: [
      ...[pixelAt(x, -task.padding, -task.padding), w, bias, norm, pixelAt(y, 0, 0), gates],
      ...(map ? [pixelAt(map, 0, 0), rowBytes(map), imageBytes(map)] : [0, 0, 0]),
      ...[skipNorm, ACTS.indexOf(act), ...windowsOf(task), quads(y.channels), rowBytes(y), imageBytes(y)],
      ...[
        clearsBorder ? y.border : 0,
        open,
        openPitch(x.channels),
        12 * Math.ceil(blockOf(x, task.stride) / 12),
      ],
    ],
  };
}

/** How the windows of a convolution lie in x. */
function windowsOf({ x, y, kernel, stride }: Evaluated | Parameters<typeof layer>[0]): number[] {
  return [
    ...[y.height, y.width, kernel, x.channels, rowBytes(x)],
    ...[stride * pixelBytes(x), stride * rowBytes(x), imageBytes(x)],
  ];
}

/** Bytes of an image in a table of open channels. */
function openPitch(channels: number): number {
  return 4 * (1 + channels);
}

/** Bytes of a table of open channels. */
export function openBytes({ images, channels }: Pick<MapShape, 'images' | 'channels'>): number {
  return images * openPitch(channels);
}

/** Writes the table of the channels that gates [images, channels] leave open. */
export function openChannels(
  { images, channels }: Pick<MapShape, 'images' | 'channels'>,
  gates: number,
  open: number,
): Call {
  return {
    kernel: 'openChannels',
    units: images,
    numbers: [gates, open, openPitch(channels), channels],
  };
}

export interface OpenConvolution extends Evaluated {
  /** Address of [images, outputs]. */
  readonly gates: number;
  /** Address of the table of the outputs that they leave open. */
  readonly open: number;
  /** Address of `scratchBytes`. */
  readonly scratch: number;
}

/** Parts of an image that threads share: of few images more, so that there is work for all. */
function partsOf({ images, channels }: MapShape): number {
  return Math.min(octets(channels), Math.ceil(MOST_UNITS / images));
}

/** Parts beyond which threads find enough work. */
const MOST_UNITS = 32;

/** Bytes of an octet's weights, and of what belongs to its outputs. */
function partBytes({ x, kernel }: Pick<Evaluated, 'x' | 'kernel'>): number {
  return filterBytes({ kernel, inputs: x.channels, outputs: 8 }) + 3 * 32;
}

/** Bytes that `openConvolution` needs to put weights together. */
export function scratchBytes(task: Pick<Evaluated, 'x' | 'y' | 'kernel'>): number {
  return task.y.images * partsOf(task.y) * partBytes(task);
}

/**
 * y = relu(norm(w ∗ x + bias)) of the outputs that are open. An image that closes many holds the open ones
 * one after the other.
 * @throws Error when the maps do not fit each other
 */
export function openConvolution(task: OpenConvolution): Call {
  const { x, w, bias = 0, norm = 0, y, clearsBorder, relu, gates, open, scratch, padding } = task;
  checkSides(x, y, task);
  checkBorder(x, task);
  const parts = partsOf(y);
  return {
    kernel: 'openConvolution',
    units: y.images * parts,
    numbers: [
      ...[pixelAt(x, -padding, -padding), w, bias, norm, pixelAt(y, 0, 0), gates, Number(relu)],
      ...[...windowsOf(task), y.channels, rowBytes(y), imageBytes(y)],
      ...[clearsBorder ? y.border : 0, open, openPitch(y.channels), parts, scratch, partBytes(task)],
    ],
  };
}
