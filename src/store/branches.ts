import type { RunConfig } from '../config.ts';
import type { Branch } from '../metrics.ts';
import { systemOf } from '../network/fromConfig.ts';

/** The branches of a run's system: the dense one first, then the others, the widest first. */
export function branchesOf(config: RunConfig): readonly Branch[] {
  return systemOf(config).branches.toReversed();
}

/** A branch in words: “Dense”, “Gated”, “Width 50 %”. */
export function branchName(branch: Branch): string {
  if (branch === 'dense') return 'Dense';
  return branch === 'gated' ? 'Gated' : `Width ${branch.slice('slim'.length)} %`;
}
