import type { GradientNorms, StepRow } from '../metrics.ts';
import { networkOf } from '../network/fromConfig.ts';
import { eventsOf, runFileOf } from '../run/files/runFile.ts';
import { newsOfMoment, storedMoment } from '../run/files/runMoments.ts';
import { momentSchema, runSchema } from '../run/files/runSchema.ts';
import type { Moment } from '../run/moments.ts';
import type { SessionEvent } from '../run/protocol.ts';
import type { RunRecord } from '../run/record.ts';
import { z } from '../run/zod.ts';
import { decimate } from '../statistics/decimate.ts';

const count = z.int().check(z.minimum(0));

const recordedSchema = z.object({
  format: z.literal('dualgate-recorded'),
  version: z.literal(1),
  /** Who made the run, and when. */
  recorded: z.object({
    /** ISO 8601, the day only. */
    on: z.string(),
    /** Processor, threads and program. */
    device: z.string(),
    /** Version of the project. */
    project: z.string(),
    /** From start to end with all evaluations. */
    seconds: z.number().check(z.minimum(0)),
  }),
  /**
   * The run without weights, which are over a megabyte and do not shrink. Its maps and gates are in
   * `moments`.
   */
  run: runSchema,
  /** What maps and gates showed after each evaluation, in the order of their steps. */
  moments: z.readonly(z.array(momentSchema)),
  /** The map images in one picture, row by row. */
  pictures: z.object({ columns: count.check(z.minimum(1)), type: z.string(), data: z.string() }),
});

/** A run that was recorded with the project, as it stands in its file. */
export type RecordedFile = z.output<typeof recordedSchema>;

/** What a recording is made of. */
export interface Recording extends Pick<RecordedFile, 'recorded' | 'pictures'> {
  readonly record: RunRecord;
  readonly moments: readonly Moment[];
}

/**
 * The content of the file of a recorded run, for JSON.stringify. Curves have at most as many rows as a chart
 * draws, with five digits.
 * @throws Error for a record without its network
 */
export function recordedFileOf({ record, moments, ...about }: Recording): RecordedFile {
  const { ready } = record;
  if (ready === null) throw new Error('recordedFileOf: the record must have its network, got none');
  const { blocks } = ready.network;
  const steps = decimated(record.steps).map(shortened);
  const run = runFileOf(ready.config, {
    ...record,
    steps,
    maps: {},
    mapGates: null,
    moments: [],
    mapNearest: null,
    weights: null,
  });
  return {
    format: 'dualgate-recorded',
    version: 1,
    ...about,
    run,
    moments: moments.map((moment) => storedMoment(moment, blocks)),
  };
}

/**
 * The recorded run in a file's text.
 * @throws Error that says what was expected and what was found
 */
export function parseRecordedFile(text: string): RecordedFile {
  const parsed = recordedSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [{ path, message } = { path: [], message: 'unreadable' }] = parsed.error.issues;
  const place = path.length > 0 ? path.map(String).join('.') : 'the file';
  throw new Error(
    `A recorded run must have format "dualgate-recorded", version 1; this one does not fit: ${place}: ${message}.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`A recorded run must be JSON, but this is not: ${why}.`);
  }
}

/**
 * The events that the recorded run sent: those of its run file, and its maps and gates one evaluation after
 * another.
 * @param pixels the map images, u8 [count, size, size, 3]
 * @throws Error if a moment does not fit the map images
 */
export function eventsOfRecorded(file: RecordedFile, run: string, pixels: Uint8Array): SessionEvent[] {
  const images = file.run.mapLabels.length;
  const { blocks } = networkOf(file.run.config, file.run.data?.size ?? 32);
  const drawn = file.moments.flatMap((one) => newsOfMoment(one, images, blocks));
  return [
    ...eventsOf(file.run, run).map((event) =>
      event.kind === 'ready'
        ? { ...event, ready: { ...event.ready, mapImages: { ...event.ready.mapImages, pixels } } }
        : event,
    ),
    ...drawn.map((news) => ({ ...news, run })),
  ];
}

type Curve = 'loss' | 'invariance' | 'variance' | 'covariance' | 'budgetLoss' | 'macRatio';
const CURVES: readonly Curve[] = ['loss', 'invariance', 'variance', 'covariance', 'budgetLoss', 'macRatio'];

function decimated(rows: readonly StepRow[]): readonly StepRow[] {
  const curves = CURVES.map((key) => (row: StepRow) => row[key] ?? Number.NaN);
  return decimate(rows, curves).map((index) => rows[index]!);
}

/** The row with five digits of each measured number. */
function shortened(row: StepRow): StepRow {
  const { loss, invariance, variance, covariance, budgetLoss, boundLoss, macRatio, terms, lr, ms } = row;
  const { byPass, gradientNorms } = row;
  return {
    ...row,
    ...{ loss: digits(loss), invariance: digits(invariance), variance: digits(variance) },
    ...{ covariance: digits(covariance), budgetLoss: digits(budgetLoss), boundLoss: digits(boundLoss) },
    ...{ macRatio: macRatio === null ? null : digits(macRatio), terms: terms.map(digits) },
    ...{ lr: digits(lr), ms: Math.round(ms) },
    ...(byPass && { byPass: { variance: both(byPass.variance), covariance: both(byPass.covariance) } }),
    ...(gradientNorms && { gradientNorms: shortNorms(gradientNorms) }),
  };
}

function both([first, second]: readonly [number, number]): readonly [number, number] {
  return [digits(first), digits(second)];
}

function shortNorms({ encoder, projector, gates }: GradientNorms): GradientNorms {
  return {
    ...{ encoder: digits(encoder), projector: digits(projector) },
    ...(gates !== undefined && { gates: digits(gates) }),
  };
}

function digits(value: number): number {
  return Number(value.toPrecision(5));
}
