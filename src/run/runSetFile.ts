import { z } from 'zod';
import type { EngineChoice } from './protocol.ts';
import { summaryFaultOf } from './runCheck.ts';
import { branchSchema, configSchema } from './runSchema.ts';
import type { RunSummary } from './runSummary.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);

const keys: z.ZodType<RunSummary> = z.object({
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

/** A run of a set, with what its keys alone do not tell: numbers that must fit each other. */
const summary = keys.superRefine((run, context) => {
  const fault = summaryFaultOf(run);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
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

const head = {
  format: z.literal('dualgate-runs'),
  version: z.literal(1),
  recordedOn: z.string(),
  engine: z.enum(['auto', 'wasm', 'cpu', 'webgpu']),
};

const runSet: z.ZodType<RunSet> = z.object({ ...head, runs: z.array(summary).readonly() });

/** A run set as the browser keeps it, its runs not looked at yet. */
const shelvedSet = z.object({
  ...head,
  runs: z.array(z.unknown()),
  origins: z.record(z.string(), z.unknown()).default({}),
  keptRuns: z.record(z.string(), z.array(z.string())).catch({}),
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
  const parsed = runSet.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw misfit(parsed.error);
}

/** What is wrong with a run that is to join a set, in words; null when nothing is. */
export function runFault(run: RunSummary): string | null {
  const parsed = summary.safeParse(run);
  return parsed.success ? null : faultsOf(parsed.error, 'the run');
}

/** The runs of a set that can be read, and how many of it cannot. */
export interface ReadableRuns {
  readonly runs: readonly RunSummary[];
  readonly lost: number;
  /** Where runs come from by their ids, as the browser's own shelf says beside a set. */
  readonly origins: Readonly<Record<string, unknown>>;
  /** Which runs that the browser keeps came to them, in the same way. */
  readonly keptRuns: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a run set run by run, so that one that cannot be read takes none of the others with it.
 * @throws RunSetError when it is no run set, or no run of it can be read
 */
export function readableRuns(text: string): ReadableRuns {
  const parsed = shelvedSet.safeParse(jsonOf(text));
  if (!parsed.success) throw misfit(parsed.error);
  const { runs: found, origins, keptRuns } = parsed.data;
  const results = found.map((run) => summary.safeParse(run));
  const runs = results.flatMap(({ data }) => data ?? []);
  const first = results.find(({ success }) => !success);
  if (first?.error && runs.length === 0) throw misfit(first.error);
  return { runs, lost: results.length - runs.length, origins, keptRuns };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunSetError(
      `A run set must be JSON, but this is not: ${error instanceof Error ? error.message : String(error)}. Choose a file that “npm run sweep” or “Save the runs” wrote.`,
    );
  }
}

function misfit(error: z.ZodError): RunSetError {
  return new RunSetError(
    `A run set must have format "dualgate-runs", version 1; this one does not fit: ${faultsOf(error, 'the file')}.`,
  );
}

/** The first few faults, each with its place. */
function faultsOf({ issues }: z.ZodError, whole: string): string {
  const faults = issues.slice(0, 3).map(({ path, message }) => {
    return `${path.length > 0 ? path.join('.') : whole}: ${message}`;
  });
  return faults.join('; ');
}
