import type { Branch } from '../../metrics.ts';
import { unpackBits } from '../../statistics/bitset.ts';
import { mcnemar, type PairedComparison } from '../../statistics/confidence.ts';
import type { ShelvedRun } from './runsShelf.ts';

export type { PairedComparison } from '../../statistics/confidence.ts';

/** A branch of a run. */
export interface RunBranch {
  readonly run: ShelvedRun;
  readonly branch: Branch;
}

/**
 * Compares 20-NN of two branches on the same test images by McNemar's test. A sentence if this is not
 * possible.
 */
export function comparedPair(first: RunBranch, second: RunBranch): PairedComparison | string {
  const [one, other] = [first.run.data, second.run.data];
  if (first.run.id === second.run.id && first.branch === second.branch) return 'Choose two different ones.';
  if (one.name !== other.name || one.test !== other.test) {
    return `Only runs with the same test images can be compared in pairs: these have ${one.test} of ${one.name} and ${other.test} of ${other.name}.`;
  }
  const [a, b] = [correctOf(first), correctOf(second)];
  if (a === null || b === null) {
    return 'Which test images were right was not kept in one of these runs: its file is from before that was written.';
  }
  const [right, alsoRight] = [flagsOf(a, one.test), flagsOf(b, one.test)];
  if (right === null || alsoRight === null) {
    return 'Which test images were right cannot be read in one of these runs: what was kept of it is damaged.';
  }
  return mcnemar(right, alsoRight);
}

/** null if the text does not hold that many flags. This runs while the page is drawn, and must not throw. */
function flagsOf(text: string, count: number): Uint8Array | null {
  if (count === 0) return null;
  try {
    return unpackBits(text, count);
  } catch {
    return null;
  }
}

function correctOf({ run, branch }: RunBranch): string | null {
  return run.branches.find((result) => result.branch === branch)?.correct ?? null;
}
