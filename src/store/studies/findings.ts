import { canExport, usePlayground } from '../playground.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { type Facts, type Laboratory, type OrderName, useLaboratory } from './laboratory.ts';

export type { InferenceReport, Speedup } from '../../inference/report.ts';
export { FORM_NAMES, type FormName } from '../../inference/report.ts';
export {
  MASK_TEXTS,
  type MaskKind,
  type MaskResult,
  type MasksOutcome,
} from '../../laboratory/door/masksOrder.ts';
export type {
  BranchComparison,
  BranchSpread,
  DataFacts,
  MatryoshkaCurve,
  MeasureResult,
  MeasuresOutcome,
  Score,
} from '../../laboratory/door/measuresOrder.ts';
export {
  bestScore,
  type FloorScore,
} from '../../laboratory/door/measuresOrder.ts';
export type { SliceForm } from '../../laboratory/door/sliceOrder.ts';

/** Facts of the kind that belongs to the name. */
type FactsOf<Name extends OrderName> = Extract<Facts, { kind: KindOf<Name> }>;
type KindOf<Name extends OrderName> = Name extends `${infer Kind} ${string}` ? Kind : Name;

/** The facts about these weights under a name; null if the known facts are about other weights. */
export function factsAbout<Name extends OrderName>(
  { findings }: Pick<Laboratory, 'findings'>,
  name: Name,
  run: RunState | null,
): FactsOf<Name> | null {
  const found = findings[name];
  if (!found || !run?.record.weights) return null;
  const { subject, facts } = found;
  if (subject.run !== run.run || subject.step !== stepsMade(run)) return null;
  return isOf(facts, name) ? facts : null;
}

/** The facts of the newest order of a name, whichever weights it was about; null unless the order is done. */
export function factsOfNewest<Name extends OrderName>(
  { orders, findings }: Pick<Laboratory, 'orders' | 'findings'>,
  name: Name,
): FactsOf<Name> | null {
  const facts = findings[name]?.facts;
  return orders[name]?.phase.kind === 'done' && facts && isOf(facts, name) ? facts : null;
}

function isOf<Name extends OrderName>(facts: Facts, name: Name): facts is FactsOf<Name> {
  return facts.kind === name.split(' ', 1)[0];
}

/** The facts about the weights on the page, under a name. */
export function useFacts<Name extends OrderName>(name: Name): FactsOf<Name> | null {
  const run = usePlayground((playground) => playground.run);
  return useLaboratory((laboratory) => factsAbout(laboratory, name, run));
}

/** Whether the run's weights are at hand, so that its session need not be asked. */
export function hasWeights(run: RunState | null): boolean {
  return run !== null && run.record.weights !== null;
}

/** Whether weights can be asked for: the run is paused, and its engine holds them. */
export function couldTakeWeights(run: RunState | null): boolean {
  return run?.state === 'paused' && !run.record.weights && canExport(run);
}
