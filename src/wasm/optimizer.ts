import { type DescendTensor, PARTS } from '../plan/tasks/lossTasks.ts';
import type { Call } from './kernels.ts';
import { RESULT_BYTES } from './terms.ts';

// One step of LARS-wrapped SGD with momentum for all tensors (method §5) as calls of kernels. Addresses are
// bytes.

/** Floats of a chunk: the work that is not split. */
const CHUNK = 4096;
/** Parts of the network that a quad of norms has room for. */
const MOST_PARTS = 4;

/** LARS's settings (engine.ts). */
export interface Lars {
  readonly eta: number;
  readonly clip: boolean;
  readonly exclude1d: boolean;
}

/** What kernels read of the tensors: rows of four words, for each chunk and for each tensor. */
export interface DescendTables {
  readonly chunks: Uint32Array<ArrayBuffer>;
  readonly tensors: Uint32Array<ArrayBuffer>;
}

/** @throws Error when a tensor is not in whole quads */
export function descendTables(tensors: readonly DescendTensor[]): DescendTables {
  const chunks: number[][] = [];
  const rows = tensors.map(({ offset, length, axes, weightDecay, part }, tensor) => {
    if (offset % 4 !== 0 || length % 4 !== 0)
      throw new Error(`descend: tensors must be in whole quads, got ${length} floats at ${offset}`);
    const first = chunks.length;
    for (let at = 0; at < length; at += CHUNK)
      chunks.push([(offset + at) / 4, Math.min(CHUNK, length - at) / 4, tensor, PARTS.indexOf(part)]);
    const [decay] = new Uint32Array(Float32Array.of(weightDecay).buffer);
    return [first, chunks.length - first, axes, decay!];
  });
  return { chunks: Uint32Array.from(chunks.flat()), tensors: Uint32Array.from(rows.flat()) };
}

export interface Descend {
  /** All tensors of their kind; parameters and momenta are updated in place. */
  readonly parameters: number;
  readonly gradients: number;
  readonly momenta: number;
  /** Addresses of the tables, and how many rows they have. */
  readonly chunks: { readonly at: number; readonly count: number };
  readonly tensors: { readonly at: number; readonly count: number };
  /** Scratch: 16 bytes a chunk, 8 a tensor. */
  readonly squares: number;
  readonly scales: number;
  /** plan/stepScalars.ts: the learning rate. */
  readonly step: number;
  /** The loss. Nothing moves where it is not finite. */
  readonly total: number;
  /** A step's results (terms.ts): the last four floats get the squared norms of the parts, and 0. */
  readonly result: number;
  readonly momentum: number;
  readonly lars: Lars | null;
}

/** The calls of one step. */
export function descend(task: Descend): Call[] {
  const { parameters, gradients, momenta, chunks, tensors, squares, scales, step, total, momentum } = task;
  const { lars, result } = task;
  const { eta = 0, clip = false, exclude1d = false } = lars ?? {};
  return [
    {
      kernel: 'chunkSquares',
      units: chunks.count,
      numbers: [chunks.at, parameters, gradients, squares],
    },
    {
      kernel: 'partSquares',
      units: MOST_PARTS,
      numbers: [chunks.at, chunks.count, squares, result + RESULT_BYTES - 4 * MOST_PARTS],
    },
    {
      kernel: 'tensorScales',
      units: tensors.count,
      numbers: [
        tensors.at,
        squares,
        step,
        scales,
        Number(lars !== null),
        Number(clip),
        Number(exclude1d),
        eta,
      ],
    },
    {
      kernel: 'descend',
      units: chunks.count,
      numbers: [chunks.at, parameters, gradients, momenta, scales, step, total, momentum],
    },
  ];
}
