import type { ObjectiveSettings } from '../engine.ts';
import type { System } from '../network/systems.ts';

/** The settings of a step's loss. */
export interface Objective extends ObjectiveSettings {
  /**
   * The share of the dense MACs that the budget loss pulls to: t_d, or what an exact budget has moved it to.
   */
  readonly aim: number;
  /** The bound's width p, which falls from 1 to 0. */
  readonly boundWidth: number;
  /** Weights of the system's terms; if missing, the system's own. */
  readonly termWeights?: readonly number[] | undefined;
}

/** The weight of each term. */
export function weightsOfTerms(
  { terms }: System,
  { termWeights }: Pick<Objective, 'termWeights'>,
): readonly number[] {
  return termWeights ?? terms.map(({ weight }) => weight);
}
