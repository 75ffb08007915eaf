import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import { checkpointOf } from '../../run/checkpoint/runCheckpoint.ts';
import { parseRunFile, type RunFile } from '../../run/files/runFile.ts';
import { textOf } from '../../run/files/runText.ts';
import { UsageError } from '../usageError.ts';

/** A run from a file, with all that is needed to continue it. */
export interface KeptRun {
  readonly file: RunFile;
  readonly checkpoint: Checkpoint;
}

/** The content of a run's file, compressed by gzip if the path ends in .gz. */
export function runBytes(run: RunFile, path: string): string | Uint8Array {
  const text = JSON.stringify(run);
  return /\.gz$/i.test(path) ? gzipSync(text) : text;
}

/**
 * The run in a file, plain or gzip, with its checkpoint.
 * @throws UsageError for a file from which no run can continue
 */
export async function readKeptRun(path: string): Promise<KeptRun> {
  const bytes = await readFile(path).catch((fault: Error) => {
    throw new UsageError(`--resume ${path}: ${fault.message}. Check the path.`);
  });
  try {
    const file = parseRunFile(await textOf(new Blob([bytes])));
    const checkpoint = await checkpointOf(file);
    // Older files name the images of the run beside the checkpoint only.
    const images = checkpoint?.images ?? file.data?.fingerprint ?? null;
    if (checkpoint) return { file, checkpoint: { ...checkpoint, images } };
  } catch (fault) {
    throw new UsageError(`--resume ${path}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
  throw new UsageError(
    `--resume ${path}: the file must carry a checkpoint, and has none: write it with --checkpoint, or export it from the page`,
  );
}
