import { summaryFaultOf } from '../files/runCheck.ts';
import { branchSchema, configSchema, curveSchema } from '../files/runSchema.ts';
import type { EngineChoice } from '../protocol.ts';
import { z } from '../zod.ts';
import type { RunSummary } from './runSummary.ts';

const share = z.number().check(z.minimum(0), z.maximum(1));
const count = z.int().check(z.minimum(0));

const keys: z.ZodMiniType<RunSummary> = z.object({
  id: z.string().check(z.minLength(1)),
  endedOn: z.nullable(z.string()),
  config: configSchema,
  engine: z.nullable(z.enum(['wasm', 'cpu', 'webgpu'])),
  data: z.object({
    name: z.string(),
    source: z.nullable(z.string()),
    images: z.exactOptional(z.string()),
    train: count,
    test: count,
  }),
  steps: count,
  stoppedEarly: z.boolean(),
  budgetMoved: z.boolean(),
  denseMacs: z.number().check(z.positive()),
  branches: z
    .array(
      z.object({
        branch: branchSchema,
        macs: z.number().check(z.minimum(0)),
        knn20: z.nullable(share),
        ridge: z.nullable(share),
        correct: z.nullable(z.string()),
      }),
    )
    .check(z.minLength(1)),
  rawPixels: z.nullable(share),
  pixels: z.exactOptional(z.object({ centred: share, perImage: share, components: share })),
  toBeat: z.exactOptional(z.object({ name: z.string(), share })),
  dial: z.exactOptional(curveSchema),
  imagesPerSecond: z.number().check(z.minimum(0)),
  seconds: z.nullable(z.number().check(z.minimum(0))),
});

/** A run of a set. Beyond its keys, this checks that its numbers fit each other. */
const summary = keys.check(
  z.superRefine((run, context) => {
    const fault = summaryFaultOf(run);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  }),
);

/** Ended runs in a file. A sweep writes such a file, and the page shows it as recorded runs. */
export interface RunSet {
  readonly format: 'dualgate-runs';
  readonly version: 1;
  /** The machine, as far as it is known. Only people read it. */
  readonly recordedOn: string;
  /** The engine that was asked for. Each run names the engine that it used. */
  readonly engine: EngineChoice;
  readonly runs: readonly RunSummary[];
}

const head = {
  format: z.literal('dualgate-runs'),
  version: z.literal(1),
  recordedOn: z.string(),
  engine: z.enum(['auto', 'wasm', 'cpu', 'webgpu']),
};

const runSet: z.ZodMiniType<RunSet> = z.object({ ...head, runs: z.readonly(z.array(summary)) });

/** A run set as the browser keeps it. Its runs have not been checked yet. */
const shelvedSet = z.object({
  ...head,
  runs: z.array(z.unknown()),
  origins: z._default(z.record(z.string(), z.unknown()), {}),
  keptRuns: z.catch(z.record(z.string(), z.array(z.string())), {}),
});

const CHOOSE_WRITTEN = 'Choose a file that “npm run sweep” or “Save the runs” wrote.';

/** The file is not a run set. The message is for the user. */
export class RunSetError extends Error {
  override readonly name = 'RunSetError';
}

/**
 * The run set in a file's text.
 * @throws RunSetError that says what was expected and what was found
 */
export function parseRunSet(text: string): RunSet {
  const parsed = runSet.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw misfit(parsed.error);
}

/** The fault of a run that is to be added to a set, in words; null if there is none. */
export function runFault(run: RunSummary): string | null {
  const parsed = summary.safeParse(run);
  return parsed.success ? null : faultsOf(parsed.error, 'the run');
}

/** The runs of a set that can be read, and the number of those that cannot. */
export interface ReadableRuns {
  readonly runs: readonly RunSummary[];
  readonly lost: number;
  /** Where each run comes from, by its id. Only the browser's own store writes this into a set. */
  readonly origins: Readonly<Record<string, unknown>>;
  /**
   * The ids of the kept runs that led to each run, by its id. Only the browser's own store writes this into a
   * set.
   */
  readonly keptRuns: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a run set run by run, so that one unreadable run does not make the others unreadable.
 * @throws RunSetError when it is not a run set, or when none of its runs can be read
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
      `A run set must be JSON, but this is not: ${error instanceof Error ? error.message : String(error)}. ${CHOOSE_WRITTEN}`,
    );
  }
}

function misfit(error: z.core.$ZodError): RunSetError {
  return new RunSetError(
    `A run set must have format "dualgate-runs", version 1; this one does not fit: ${faultsOf(error, 'the file')}. ${CHOOSE_WRITTEN}`,
  );
}

/** The first three faults, each with its place. */
function faultsOf({ issues }: z.core.$ZodError, whole: string): string {
  const faults = issues.slice(0, 3).map(({ path, message }) => {
    return `${path.length > 0 ? path.join('.') : whole}: ${message}`;
  });
  return faults.join('; ');
}
