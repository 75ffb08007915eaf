import * as tf from '@tensorflow/tfjs';
import type { Term } from '../network/systems.ts';
import { constant, distilLogits, ntXent } from './contrastive.ts';
import type { Objective } from './objective.ts';
import { meanSquaredDistance, type VicregTerms, vicreg } from './vicreg.ts';

/** The value of a term, and its parts if it is VICReg. Scalars. */
export interface TermLoss {
  readonly value: tf.Scalar;
  readonly vicreg: VicregTerms | null;
}

/**
 * One term of a system's loss, before its weight.
 * @param embedding gives the embedding of a pass, [N, D], by its place
 */
export function termLoss(
  term: Term,
  embedding: (pass: number) => tf.Tensor2D,
  objective: Objective,
): TermLoss {
  const pair = ([first, second]: readonly [number, number]) => [embedding(first), embedding(second)] as const;
  const [z1, z2] = pair(term.passes);
  const teacher = () => {
    if (term.teacher === null) throw new Error(`terms: ${term.kind} must have a teacher, got none`);
    return pair(term.teacher);
  };
  switch (term.kind) {
    case 'vicreg': {
      const parts = vicreg(z1, z2, objective);
      return { value: parts.total, vicreg: parts };
    }
    case 'contrastive':
      return { value: ntXent(z1, z2, objective.contrastTemperature), vicreg: null };
    case 'distil-logits':
      return { value: distilLogits([z1, z2], teacher()), vicreg: null };
    case 'distil-embedding': {
      const [t1, t2] = teacher();
      const distance = tf.add(meanSquaredDistance(z1, constant(t1)), meanSquaredDistance(z2, constant(t2)));
      return { value: tf.mul(distance, objective.invarianceWeight / 2) as tf.Scalar, vicreg: null };
    }
    default:
      return term.kind satisfies never;
  }
}
