import type { RunConfig } from '../../config.ts';
import type { Further, Order } from '../../exchange/door/protocol.ts';
import { configOfWeights } from '../../network/fromWeights.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import type { RunFile } from '../../run/runFile.ts';
import { exportName } from '../data/files.ts';
import { exchanged } from '../exchanges.ts';
import { isResumable, useLibrary } from '../runs/library.ts';
import { applyEvent, newRun, type RunRecord, type RunState, stepsMade } from './run.ts';

/** A file for the user to keep. */
export interface Download {
  readonly name: string;
  readonly file: Blob;
}

/** What of a run can be kept as a file: its weights, or all of it, plain or packed; or both for PyTorch. */
export type ExportKind = 'weights' | 'weights.safetensors' | 'run' | 'run.gz' | 'pytorch';

/** Whether it is the whole run, rather than its weights. */
export function isRun(what: ExportKind): boolean {
  return what === 'run' || what === 'run.gz';
}

/** Whether training is gone on with from the file: then it needs the checkpoint of the very step that the weights are of. */
export function isGoneOnWith(what: ExportKind): boolean {
  return isRun(what) || what === 'pytorch';
}

/** A run that was read from a file. */
export interface OpenedRun {
  readonly file: RunFile;
  readonly state: RunState;
}

/**
 * The run in a file, plain or gzip, as if it had just finished.
 * @param run what it shall be called
 * @throws what is wrong with the file, in words
 */
export async function readRunFile(file: File, run: string): Promise<OpenedRun> {
  const parsed = await exchanged(reading(file), { kind: 'readRun', ask: { file } });
  // Loaded when first needed: the schema library would only delay the first paint.
  const { eventsOf } = await import('../../run/runFile.ts');
  const blank = newRun(run, parsed.config, { kind: 'recorded', file: file.name });
  return { file: parsed, state: eventsOf(parsed, run).reduce<RunState>(applyEvent, blank) };
}

/** Finds what training goes on from; null where there is nothing. @throws Error in words */
export type FindFurther = () => Promise<Further | null>;

/** What a kept run goes on from as it is shown; null where it cannot. @throws Error in words */
export async function furtherOfKept(id: string, run: RunState): Promise<Further | null> {
  const { entries, fork } = useLibrary.getState();
  const entry = entries.find((each) => each.id === id);
  const made = stepsMade(run);
  const newest = entry?.checkpoints.find(({ step }) => step <= made);
  if (!entry || !newest || !isResumable(entry)) return null;
  const { config, source, checkpoint } = await fork(id, newest.step);
  return { config, input: run.record.ready?.data.size ?? 0, source, checkpoint };
}

/** What is asked of a run as a file; null where it takes weights, and there are none. */
export function downloadOf(what: ExportKind, run: RunState, find: FindFurther): Promise<Download> | null {
  if (isRun(what)) return runDownload(run, what === 'run.gz', find);
  const { weights } = run.record;
  if (weights === null) return null;
  if (what === 'pytorch') return pytorchDownload(run, weights, find);
  return weightsDownload(run, weights, what === 'weights' ? 'json' : 'safetensors');
}

/** A run as a file. */
async function runDownload(run: RunState, packed: boolean, find: FindFurther): Promise<Download> {
  const { config, record } = run;
  const name = packed ? `${nameOf('run', run)}.gz` : nameOf('run', run);
  return write(name, { kind: 'writeRun', ask: { config, record, further: await find(), packed } });
}

/** Weights of a run as a file. @param what of the network, for the file's name */
export async function weightsDownload(
  run: RunState,
  weights: NonNullable<RunRecord['weights']>,
  format: 'json' | 'safetensors' = 'json',
  what: Parameters<typeof exportName>[0] = 'weights',
): Promise<Download> {
  const name = exportName(what, { ...run.config, budget: run.budget }, stepsMade(run), format);
  return write(name, { kind: 'writeWeights', ask: { weights, format } });
}

/**
 * A run as Python files with its weights and its configuration, in one zip. Weights that came alone say nothing of how
 * they were trained, and a slice cannot be: they go out without the training script.
 */
async function pytorchDownload(
  run: RunState,
  weights: NonNullable<RunRecord['weights']>,
  find: FindFurther,
): Promise<Download> {
  const { config, budget, record, origin } = run;
  const { name, train, size, recipe } = record.ready!.data;
  const isTold = origin.kind === 'here' || record.steps.length > 0;
  const bundle = {
    ...{ config: { ...config, budget }, recipe },
    ...{ data: { name, train, size }, stepsDone: stepsMade(run) },
  };
  const trained = isTold && weights.architecture.inner === undefined ? bundle : null;
  // A run that has taken all its steps goes on with nothing.
  const further = trained && bundle.stepsDone < config.steps ? await find() : null;
  return write(nameOf('pytorch', run), { kind: 'writePytorch', ask: { weights, run: trained, further } });
}

/**
 * Weights in a file, as a run that has nothing else: in the place of a run they can be evaluated, cut and trained on.
 * @param run what it shall be called
 * @param config what the architecture leaves open
 * @throws what is wrong with the file, in words
 */
export async function readWeightsFile(file: File, run: string, config: RunConfig): Promise<RunState> {
  const weights = await exchanged(reading(file), { kind: 'readWeights', ask: { file } });
  const { runFileOf, eventsOf } = await import('../../run/runFile.ts');
  const adopted = configOfWeights(weights.architecture, config);
  const blank = newRun(run, adopted, { kind: 'recorded', file: file.name });
  const parsed = runFileOf(adopted, { ...EMPTY_RECORD, weights });
  return eventsOf(parsed, run).reduce<RunState>(applyEvent, blank);
}

type Writing = Extract<Order, { kind: 'writeRun' | 'writeWeights' | 'writePytorch' }>;

async function write(name: string, order: Writing): Promise<Download> {
  return { name, file: await exchanged<Writing['kind']>(`Writing ${name}`, order) };
}

function reading({ name, size }: File): string {
  return `Reading ${name} (${(size / 1e6).toFixed(size < 1e6 ? 2 : 1)} MB)`;
}

function nameOf(what: 'run' | 'pytorch', run: RunState): string {
  return exportName(what, { ...run.config, budget: run.budget }, stepsMade(run));
}
