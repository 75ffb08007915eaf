import type { RunConfig } from '../../config.ts';
import type { Further, Order } from '../../exchange/door/protocol.ts';
import { configOfWeights } from '../../network/fromWeights.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { exportName } from '../data/files.ts';
import { exchanged } from '../exchanges.ts';
import { isResumable, useLibrary } from '../runs/library.ts';
import { applyEvent, identityOf, newRun, type RunRecord, type RunState, stepsMade } from './run.ts';

/** A file that is offered to the user. */
export interface Download {
  readonly name: string;
  readonly file: Blob;
}

/** What can be exported of a run: its weights, all of it (plain or gzip), or both for PyTorch. */
export type ExportKind = 'weights' | 'weights.safetensors' | 'run' | 'run.gz' | 'pytorch';

/** Whether the whole run is exported, not only its weights. */
export function isRun(what: ExportKind): boolean {
  return what === 'run' || what === 'run.gz';
}

/**
 * Whether training can continue from the file. It then needs the checkpoint of the same step as the weights.
 */
export function isGoneOnWith(what: ExportKind): boolean {
  return isRun(what) || what === 'pytorch';
}

/** A run that was read from a file. */
export interface OpenedRun {
  readonly file: RunFile;
  readonly state: RunState;
}

/**
 * The run in a file, plain or gzip, in the state of a run that has just finished.
 * @param run the run's id on the page
 * @throws Error with the fault of the file, in words
 */
export async function readRunFile(file: File, run: string): Promise<OpenedRun> {
  const parsed = await exchanged(reading(file), { kind: 'readRun', ask: { file } });
  // This is loaded when it is first needed, because the schema library would delay the first paint.
  const [{ eventsOf }, { identityOfFile }] = await Promise.all([
    import('../../run/files/runFile.ts'),
    import('../../run/files/runIdentity.ts'),
  ]);
  const id = await identityOfFile(parsed);
  const blank = newRun(run, parsed.config, { kind: 'opened', file: file.name, ...(id !== null && { id }) });
  return { file: parsed, state: eventsOf(parsed, run).reduce<RunState>(applyEvent, blank) };
}

/** Finds what training can continue from; null if there is nothing. @throws Error in words */
export type FindFurther = () => Promise<Further | null>;

/** What a kept run can continue from at the step that is shown; null if it cannot. @throws Error in words */
export async function furtherOfKept(id: string, run: RunState): Promise<Further | null> {
  const { entries, fork } = useLibrary.getState();
  const entry = entries.find((each) => each.id === id);
  const made = stepsMade(run);
  const newest = entry?.checkpoints.find(({ step }) => step <= made);
  if (!entry || !newest || !isResumable(entry)) return null;
  const { config, source, checkpoint } = await fork(id, newest.step);
  return { config, input: run.record.ready?.data.size ?? 0, source, checkpoint };
}

/** The file that is asked for; null if it needs weights and there are none. */
export function downloadOf(what: ExportKind, run: RunState, find: FindFurther): Promise<Download> | null {
  if (isRun(what)) return runDownload(run, what === 'run.gz', find);
  const { weights } = run.record;
  if (weights === null) return null;
  return calibratedDownload(what, run, weights, find);
}

/** Weights with the budgets of the run's dial as a file, alone or for PyTorch. */
async function calibratedDownload(
  what: ExportKind,
  run: RunState,
  weights: NonNullable<RunRecord['weights']>,
  find: FindFurther,
): Promise<Download> {
  const { calibratedWeights, dialIn } = await import('../../run/files/runDial.ts');
  const told = { dial: dialIn(run.record), steps: [{ step: stepsMade(run) }] };
  const calibrated = calibratedWeights(weights, told);
  if (what === 'pytorch') return pytorchDownload(run, calibrated, find);
  return weightsDownload(run, calibrated, what === 'weights' ? 'json' : 'safetensors');
}

/** A run as a file. */
async function runDownload(run: RunState, packed: boolean, find: FindFurther): Promise<Download> {
  const { config, record } = run;
  const name = packed ? `${nameOf('run', run)}.gz` : nameOf('run', run);
  const id = identityOf(run);
  const ask = { config, record, ...(id !== null && { id }), further: await find(), packed };
  return write(name, { kind: 'writeRun', ask });
}

/** Weights of a run as a file. @param what the part of the network, for the file's name */
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
 * A run as Python files with its weights and its configuration, in one zip. Weights without a run do not tell
 * how they were trained, and a slice cannot be trained. These are exported without the training script.
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
  // A run that has taken all its steps has nothing to continue.
  const further = trained && bundle.stepsDone < config.steps ? await find() : null;
  return write(nameOf('pytorch', run), { kind: 'writePytorch', ask: { weights, run: trained, further } });
}

/**
 * Weights in a file, as a run that has nothing else. Like a run, they can be evaluated, cut and trained
 * further.
 * @param run the run's id on the page
 * @param config the settings that the architecture does not decide
 * @throws Error with the fault of the file, in words
 */
export async function readWeightsFile(file: File, run: string, config: RunConfig): Promise<RunState> {
  const { weights, notice } = await exchanged(reading(file), { kind: 'readWeights', ask: { file } });
  const { runFileOf, eventsOf } = await import('../../run/files/runFile.ts');
  const adopted = configOfWeights(weights.architecture, config);
  const blank = newRun(run, adopted, { kind: 'opened', file: file.name, ...(notice && { notice }) });
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
