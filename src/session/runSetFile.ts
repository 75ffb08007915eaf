import { z } from 'zod';
import type { EngineChoice } from './protocol.ts';
import { branchSchema, configSchema } from './runSchema.ts';
import type { RunSummary } from './runSummary.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);

const summary: z.ZodType<RunSummary> = z.object({
  id: z.string().min(1),
  endedOn: z.nullable(z.string()),
  config: configSchema,
  engine: z.nullable(z.enum(['wasm', 'cpu', 'webgpu'])),
  data: z.object({ name: z.string(), source: z.nullable(z.string()), train: count, test: count }),
  steps: count,
  stoppedEarly: z.boolean(),
  budgetMoved: z.boolean(),
  denseMacs: z.number().positive(),
  branches: z
    .array(
      z.object({
        branch: branchSchema,
        macs: z.number().min(0),
        knn20: z.nullable(share),
        ridge: z.nullable(share),
        correct: z.nullable(z.string()),
      }),
    )
    .min(1),
  rawPixels: z.nullable(share),
  imagesPerSecond: z.number().min(0),
  seconds: z.nullable(z.number().min(0)),
});

/** Runs that ended, in a file: what a sweep writes, and what the page shows as recorded. */
export interface RunSet {
  readonly format: 'dualgate-runs';
  readonly version: 1;
  /** The machine, as far as it says; for people. */
  readonly recordedOn: string;
  /** Which engine was asked for; each run says which one it had. */
  readonly engine: EngineChoice;
  readonly runs: readonly RunSummary[];
}

const runSet: z.ZodType<RunSet> = z.object({
  format: z.literal('dualgate-runs'),
  version: z.literal(1),
  recordedOn: z.string(),
  engine: z.enum(['auto', 'wasm', 'cpu', 'webgpu']),
  runs: z.array(summary).readonly(),
});

/** A file that is no run set, in words for its user. */
export class RunSetError extends Error {
  override readonly name = 'RunSetError';
}

/**
 * The run set in a file's text.
 * @throws RunSetError saying what was expected and what came
 */
export function parseRunSet(text: string): RunSet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RunSetError(
      `A run set must be JSON, but this is not: ${error instanceof Error ? error.message : String(error)}. Choose a file that “npm run sweep” or “Save the runs” wrote.`,
    );
  }
  const parsed = runSet.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 3).map(({ path, message }) => {
    return `${path.length > 0 ? path.join('.') : 'the file'}: ${message}`;
  });
  throw new RunSetError(
    `A run set must have format "dualgate-runs", version 1; this one does not fit: ${faults.join('; ')}.`,
  );
}
