import { quads } from '../plan/maps.ts';
import type { PairTerms } from '../plan/tasks/lossTasks.ts';
import type { Call } from './kernels.ts';
import { type MatrixAt, matrixBytes } from './rows.ts';

// The loss of a step from the terms of pairs of passes, as calls of kernels. Addresses are bytes. Pair p has
// the passes 2p and 2p + 1.

export interface StepTerms {
  readonly pairs: readonly PairTerms[];
  /** Embeddings of all pairs, [pairs · 2 · N, D]. */
  readonly z: MatrixAt;
  /** Gradients of the pairs' own terms, as z; they become those of the loss. */
  readonly dz: number;
  /** PAIR_BYTES a pair (vicreg.ts). */
  readonly own: number;
  /** Scratch, 16 bytes for each pair and quad of columns. */
  readonly distances: number;
  /** Value of a distillation per squared distance of embeddings. */
  readonly distillationValue: number;
  /** From gates.ts: budget + bound, budget, bound, MAC ratio; null for a step without gates. */
  readonly cost: number | null;
  /** Address of `pairTable`. */
  readonly table: number;
  readonly step: number;
  /**
   * RESULT_BYTES: the loss; invariance, variance, covariance of the first pair; budget, bound, MAC ratio (−1
   * without gates); the step's number; 8 unweighted values of terms; the variance of the first pair's view 1
   * and of view 2, and the covariance of each; then four floats that the optimiser writes (optimizer.ts).
   */
  readonly result: number;
  /** The loss. Where it is not finite it stays so. It must be a number before the first step. */
  readonly total: number;
}

/** Bytes of a step's results. */
export const RESULT_BYTES = 96;

/** What `stepTerms` reads of the pairs. */
export function pairTable(pairs: readonly PairTerms[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(pairs.flatMap(({ own, distillation }) => [own, distillation?.term ?? -1]));
}

/** Makes the gradients of the loss from those of the terms, and adds up the loss. */
export function stepTerms(task: StepTerms): Call[] {
  const { pairs, z, dz, own, distances, distillationValue, cost, table, step, result, total } = task;
  const rows = z.rows / pairs.length;
  const pairBytes = matrixBytes({ ...z, rows });
  const count = quads(z.columns);
  return [
    ...pairs.map(({ own: term, distillation }, pair): Call => {
      const at = (of: number) => z.at + of * pairBytes;
      return {
        kernel: 'termGradient',
        units: count,
        numbers: [
          ...[at(pair), dz + pair * pairBytes, distillation ? at(distillation.teacher) : 0, rows, count],
          ...[step, term, distillation?.term ?? -1, 2 * distillationValue, distances + pair * 16 * count],
        ],
      };
    }),
    {
      kernel: 'stepTerms',
      units: 1,
      numbers: [
        ...[table, pairs.length, own, distances, count, distillationValue],
        ...[cost ?? 0, step, result, total],
      ],
    },
  ];
}

/** Keeps `bytes` of values that a step moves before its loss is known; whole quads. */
export function keep(values: number, kept: number, bytes: number): Call {
  return { kernel: 'keep', units: bytes / 16, numbers: [values, kept] };
}

/** Gives back what was kept, if the loss at `total` is not finite. */
export function restore(values: number, kept: number, bytes: number, total: number): Call {
  return { kernel: 'restore', units: bytes / 16, numbers: [values, kept, total] };
}
