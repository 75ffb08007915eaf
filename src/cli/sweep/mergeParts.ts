import type { RunSet } from '../../run/sets/runSetFile.ts';
import { mergedSets } from '../../run/sets/runSetMerge.ts';
import { requireOut } from '../files/outFile.ts';
import { addRuns, readRunSet } from './runSetOnDisk.ts';
import type { MergeArguments } from './sweepArguments.ts';

/**
 * Puts the runs of several files together, and into one file, if it is named, beside those that are in it
 * already. Returns them all.
 * @throws Error for a part that is missing or holds no run set. Nothing is written then.
 */
export async function mergeParts(
  { parts, out }: MergeArguments,
  say: (text: string) => void,
): Promise<RunSet> {
  if (out !== null) await requireOut({ path: out, flag: '--out', kind: 'a set of runs', inputs: parts });
  const sets = [];
  for (const part of parts) {
    const set = await readRunSet(part, `--merge ${part}`);
    if (set === null)
      throw new Error(`--merge ${part}: expected the runs of a sweep, got nothing there. Check the path.`);
    sets.push(set);
  }
  const [first, ...others] = sets;
  const merged = mergedSets(first!, ...others);
  if (out === null) return merged;
  const set = await addRuns(out, merged);
  say(`wrote ${out}: ${set.runs.length} runs, from ${parts.length} files`);
  return set;
}
