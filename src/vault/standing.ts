import { z } from 'zod';
import { CheckpointError } from '../run/checkpointFile.ts';
import type { RunRecord } from '../run/record.ts';
import { rewound } from '../run/record.ts';
import { parseRunFile, type RunFile, runFileOf } from '../run/runFile.ts';
import type { RunEntry } from './door/entry.ts';

// What is written beside a checkpoint, so that the run goes on as itself: its curves and maps up to there, and which
// images it was trained on. A file without the index that named it can still be told by it.

const schema = z.object({
  id: z.string(),
  name: z.nullable(z.string()),
  engine: z.enum(['auto', 'wasm', 'cpu', 'webgpu']),
  fingerprint: z.nullable(z.string()),
  file: z.unknown(),
});

/** The note of a checkpoint after `step` steps, from all that the run has said since. */
export function standingOf(
  { id, name, engine, fingerprint, config }: RunEntry,
  record: RunRecord,
  step: number,
): string {
  return JSON.stringify({ id, name, engine, fingerprint, file: runFileOf(config, rewound(record, step)) });
}

/** @throws CheckpointError or RunFileError when it is no such note, or that of another run */
export function readStanding(text: string, id: string): RunFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CheckpointError('The run beside the checkpoint must be JSON, and is not.');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new CheckpointError('The run beside the checkpoint does not fit.');
  if (parsed.data.id !== id)
    throw new CheckpointError('The checkpoint is of another run than the one it is kept for.');
  return parseRunFile(JSON.stringify(parsed.data.file));
}
