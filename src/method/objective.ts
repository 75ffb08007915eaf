import type { ObjectiveSettings } from '../engine.ts';
import type { System } from '../network/systems.ts';

/** What a step is held to, beside the images. */
export interface Objective extends ObjectiveSettings {
  /** What the budget loss pulls to, share of the dense MACs: t_d, or what an exact budget has moved it to. */
  readonly aim: number;
  /** p, 1 → 0. */
  readonly boundWidth: number;
  /** Of each of the system's terms; as the system says when missing. */
  readonly termWeights?: readonly number[] | undefined;
}

/** How much each term weighs. */
export function weightsOfTerms(
  { terms }: System,
  { termWeights }: Pick<Objective, 'termWeights'>,
): readonly number[] {
  return termWeights ?? terms.map(({ weight }) => weight);
}
