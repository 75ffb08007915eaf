import type { Span } from '../../plan/memory.ts';
import { packShape, type ShapeValues } from './shape.ts';
import { fillIn } from './template.ts';

export type { Span } from '../../plan/memory.ts';

// Conventions of every kernel here.
// Layouts: maps are [N, H, W, C] with C rounded up to whole quads of four and padded with zeros. A bordered
// map has `border` pixels of zeros around each image, [N, H + 2·border, W + 2·border, C]. Matrices are
// [rows, columns]; their columns are in quads as well. Weights are [kh, kw, in, out], those of linear layers
// [in, out], and both sides are in quads.
// Bindings: 0 is the uniform `shape`, a struct whose fields `dispatch` asks for by name; it is fixed when the
// step is compiled. 1 … are storage buffers in the order of `buffers`. A kernel reads nothing that was not
// written in the same step, except parameters and the optimiser's state.

/** A shader with every constant filled in. Kernels of equal code share one pipeline. */
export interface Kernel {
  /** Name of its .wgsl, for profiles and errors. */
  readonly name: string;
  readonly code: string;
}

/** One kernel on fixed buffers, made by `dispatch`. */
export interface Dispatch {
  readonly kernel: Kernel;
  /** What it works on, for profiles: e.g. the layer's name. */
  readonly of?: string;
  /** The uniform at binding 0, as the kernel reads it. */
  readonly shape: Uint32Array<ArrayBuffer>;
  /** Bindings 1 … */
  readonly buffers: readonly Span[];
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** @param constants whole numbers for the template's names */
export function kernel(
  name: string,
  source: string,
  constants: Readonly<Record<string, number>> = {},
): Kernel {
  return { name, code: fillIn(source, constants) };
}

/**
 * @param task `of` is left out where it is undefined; `shape` has a value for every field of the uniform's
 * struct in the kernel's WGSL, by the field's name
 * @throws Error on a field of the shape that is missing or unknown, and on a value that its type cannot hold
 */
export function dispatch(
  task: Pick<Dispatch, 'kernel' | 'buffers' | 'workgroups'> & {
    readonly of?: string | undefined;
    readonly shape: ShapeValues;
  },
): Dispatch {
  const { kernel, of, shape, buffers, workgroups } = task;
  return {
    kernel,
    ...(of === undefined ? {} : { of }),
    shape: packShape(kernel.name, kernel.code, shape),
    buffers,
    workgroups,
  };
}

const word = new DataView(new ArrayBuffer(4));

/** The bits of a float32 as a 32-bit word, for tables of whole numbers. */
export function floatBits(value: number): number {
  word.setFloat32(0, value);
  return word.getUint32(0);
}

/** Workgroups of `size` invocations that cover `invocations`. */
export function groups(invocations: number, size = 64): number {
  return Math.ceil(invocations / size);
}

/** Most workgroups along one axis that every WebGPU device takes. */
const MOST_GROUPS = 65535;

/**
 * Workgroups along x of a kernel that counts its invocations over x and y. Its shader computes id.x + id.y ·
 * COUNTED_ROW.
 */
const COUNTED_GROUPS = 32768;

/** Invocations in one row of such workgroups, of 64 invocations each. */
export const COUNTED_ROW = 64 * COUNTED_GROUPS;

/**
 * Full workgroups of 64 for invocations that are counted over x and y, because one axis cannot hold them all.
 */
export function counted(invocations: number): [number, number, number] {
  const all = groups(invocations);
  return [Math.min(all, COUNTED_GROUPS), Math.ceil(all / COUNTED_GROUPS), 1];
}

/**
 * Workgroups for a kernel whose invocations are counted along x.
 * @throws Error when one axis cannot hold them
 */
export function linear(invocations: number, size = 64): [number, number, number] {
  const x = groups(invocations, size);
  if (x > MOST_GROUPS)
    throw new Error(`dispatch: needs ${x} workgroups along x, WebGPU takes ${MOST_GROUPS}`);
  return [x, 1, 1];
}
