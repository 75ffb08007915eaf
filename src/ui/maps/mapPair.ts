import type { Branch } from '../../metrics.ts';
import { branchesOf } from '../../store/run/branches.ts';
import type { Ready } from '../../store/run/run.ts';

/** The branches whose maps stand side by side. */
export interface MapPair {
  readonly branches: readonly Branch[];
  /** The branches that can stand beside the dense one. */
  readonly others: readonly Branch[];
  readonly beside: Branch;
  /** The dense branch, and the one beside it. */
  readonly pair: readonly Branch[];
}

/** @param chosen the branch that the user wants beside the dense one; null for the first */
export function mapPair(ready: Ready | null, chosen: Branch | null): MapPair {
  const branches: readonly Branch[] = ready ? branchesOf(ready.config) : ['dense', 'gated'];
  const others = branches.filter((other) => other !== 'dense');
  const beside = others.find((other) => other === chosen) ?? others.at(-1) ?? 'gated';
  return { branches, others, beside, pair: ['dense', beside] };
}
