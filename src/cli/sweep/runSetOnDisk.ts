import { readFile } from 'node:fs/promises';
import { parseRunSet, type RunSet } from '../../run/runSetFile.ts';
import { writeWhole } from '../wholeFile.ts';

/**
 * The run set in a file; null if there is no file yet.
 * @throws Error for a file with any other content, because it must not be overwritten
 */
export async function readRunSet(path: string): Promise<RunSet | null> {
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
    throw new Error(`--out ${path} would go on from what is there, but: ${got} Or name another --out.`);
  }
}

/** Writes a run set. Each run has its own line, so that people and diffs can read it. */
export async function writeRunSet(path: string, set: RunSet): Promise<void> {
  const runs = set.runs.map((run) => JSON.stringify(run)).join(',\n');
  const head = JSON.stringify({ ...set, runs: [] }).slice(0, -']}'.length);
  await writeWhole(path, `${head}\n${runs}\n]}\n`);
}
