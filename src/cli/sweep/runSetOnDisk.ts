import { readFile } from 'node:fs/promises';
import { parseRunSet, type RunSet } from '../../run/sets/runSetFile.ts';
import { mergedSets } from '../../run/sets/runSetMerge.ts';
import { whileLocked } from '../files/fileLock.ts';
import { writeWhole } from '../files/wholeFile.ts';

/**
 * The run set in a file; null if there is no file yet. `place` is how errors call a file that is only read.
 * @throws Error for a file with any other content, because it must not be overwritten
 */
export async function readRunSet(path: string, place?: string): Promise<RunSet | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fault;
  }
  try {
    return parseRunSet(text);
  } catch (fault) {
    const got = fault instanceof Error ? fault.message : String(fault);
    if (place !== undefined) throw new Error(`${place}: ${got}`);
    throw new Error(`--out ${path} would go on from what is there, but: ${got} Or name another --out.`);
  }
}

/**
 * Adds runs to those of a file, which may not be there yet. Other processes may do the same at the same time:
 * no run is lost. Returns what the file then holds.
 */
export function addRuns(path: string, set: RunSet): Promise<RunSet> {
  return whileLocked(path, async () => {
    const before = await readRunSet(path);
    const merged = before === null ? set : mergedSets(before, set);
    await writeRunSet(path, merged);
    return merged;
  });
}

/** Writes a run set. Each run has its own line, so that people and diffs can read it. */
export async function writeRunSet(path: string, set: RunSet): Promise<void> {
  const runs = set.runs.map((run) => JSON.stringify(run)).join(',\n');
  const head = JSON.stringify({ ...set, runs: [] }).slice(0, -']}'.length);
  await writeWhole(path, `${head}\n${runs}\n]}\n`);
}
