import type { Branch, SlimBranch } from '../metrics.ts';

/**
 * float32 array at the boundary: PyTorch shape and layout, base64 of little-endian values in row-major order.
 */
export interface TensorFile {
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  readonly data: string;
}

/** Weights as they are exported: every parameter and running statistic under its PyTorch name. */
export interface WeightsFile {
  readonly format: 'dualgate-weights';
  readonly version: 1;
  readonly architecture: Architecture;
  readonly tensors: Readonly<Record<string, TensorFile>>;
  /** A forward pass with which a loader can check itself: inputs, and the network's outputs for them. */
  readonly parity?: ParityFile;
  /** Budgets that the network was calibrated at, in their order. The tensors are the same at all of them. */
  readonly budgets?: readonly BudgetPoint[];
}

/** A gated network at one budget, as its run's dial found it. Shares are of the dense MACs, 0–1. */
export interface BudgetPoint {
  /** The share that was asked for. */
  readonly budget: number;
  /** δ of the gates at this budget, in the place of `gateShift`. */
  readonly shift: number;
  /** The share that was reached on the training images that δ was found with. */
  readonly calibrated: number;
  /** The share on the test images. */
  readonly macRatio: number;
}

/** Everything that a loader must know to rebuild the network around the tensors. */
export interface Architecture {
  readonly name: 'resnet18-gated';
  readonly input: number;
  readonly width: number;
  readonly stem: 'cifar' | 'imagenet';
  readonly stemPadding: number;
  readonly gated: boolean;
  readonly bn: 'separate' | 'shared';
  readonly projector: { readonly hidden: number; readonly output: number };
  /** Narrow widths of a slimmable network. */
  readonly slim: readonly SlimBranch[];
  /** Whether narrow widths have only the first of the projector's hidden units. */
  readonly slimProjector: boolean;
  /** Fewest hidden units of a gate. */
  readonly minBottleneck: number;
  readonly branches: readonly Branch[];
  /** Input normalisation of evaluation: (pixel / 255 − mean) / std. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly bnEpsilon: number;
  /**
   * Sliced networks only: conv1's outputs, its BatchNorm's channels and conv2's inputs, per block; may be 0.
   */
  readonly inner?: readonly number[];
  /** δ of the gates, which open where their logit + δ ≥ 0; 0 if missing, as in training. */
  readonly gateShift?: number;
}

/** u8 array: base64 of the bytes in row-major order. */
export interface BytesFile {
  readonly shape: readonly number[];
  readonly dtype: 'uint8';
  readonly data: string;
}

export interface ParityFile {
  /** u8 [count, input, input, 3]. */
  readonly images: BytesFile;
  /** Eval-mode backbone features of those images per branch, [count, 8·width]. */
  readonly features: Readonly<Partial<Record<Branch, TensorFile>>>;
  /**
   * The gated branch's hard gates for those images per block (layer1.0 …), u8 [count, channels], 1 = open.
   */
  readonly gates?: Readonly<Record<string, BytesFile>>;
}

/** The error for weights that cannot be used, in words for the user. */
export class WeightsFileError extends Error {
  override readonly name = 'WeightsFileError';
}

/** Values with their shape, in the form of a file. */
export function tensorFile(shape: readonly number[], values: Float32Array): TensorFile {
  return {
    shape,
    dtype: 'float32',
    data: toBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  };
}

/** The values of a tensor in a file. Throws if their number does not fit the shape. */
export function tensorValues({ shape, data }: TensorFile): Float32Array {
  const bytes = fromBase64(data);
  const expected = shape.reduce((product, side) => product * side, 4);
  if (bytes.length !== expected) {
    throw new Error(`tensor: shape [${shape.join(', ')}] must have ${expected} bytes, got ${bytes.length}`);
  }
  return new Float32Array(bytes.buffer);
}

/** Bytes with their shape, in the form of a file. */
export function bytesFile(shape: readonly number[], bytes: Uint8Array): BytesFile {
  return { shape, dtype: 'uint8', data: toBase64(bytes) };
}

/** The bytes of a base64 text. Throws if the text is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** base64 of bytes. It works in parts, because an argument list is limited. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
