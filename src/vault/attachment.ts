import { CheckpointError } from '../run/checkpoint/checkpointFile.ts';
import { parseRunFile, type RunFile, runFileOf } from '../run/files/runFile.ts';
import type { RunRecord } from '../run/record.ts';
import { rewound } from '../run/record.ts';
import { z } from '../run/zod.ts';
import type { RunEntry } from './door/entry.ts';

// The text that is stored with a checkpoint, so that the run can continue with its own curves and maps, and
// on the same images. It also identifies a file that the index no longer names.

const schema = z.object({
  id: z.string(),
  name: z.nullable(z.string()),
  engine: z.enum(['auto', 'wasm', 'cpu', 'webgpu']),
  fingerprint: z.nullable(z.string()),
  file: z.unknown(),
});

/** The text stored with a checkpoint, from everything that the run has said up to it. */
export function attachmentOf(
  { id, name, engine, fingerprint, config }: RunEntry,
  record: RunRecord,
  step: number,
): string {
  return JSON.stringify({ id, name, engine, fingerprint, file: runFileOf(config, rewound(record, step)) });
}

/** @throws CheckpointError or RunFileError when the text is damaged, or belongs to another run */
export function readAttachment(text: string, id: string): RunFile {
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
