import type { RunConfig } from '../config.ts';
import { configOfWeights } from '../network/fromWeights.ts';
import type { Checkpoint } from '../session/checkpoint.ts';
import type { DataSource } from '../session/protocol.ts';
import { EMPTY_RECORD } from '../session/record.ts';
import type { RunFile } from '../session/runFile.ts';
import { gzipOf, textOf } from '../session/runText.ts';
import { exportName } from './files.ts';
import { applyEvent, newRun, type RunRecord, type RunState, stepsMade } from './run.ts';

/** A file for the user to keep. */
export interface Download {
  readonly name: string;
  readonly file: Blob;
}

/** What of a run can be kept as a file: its weights, or all of it, plain or packed; or both for PyTorch. */
export type ExportKind = 'weights' | 'weights.safetensors' | 'run' | 'run.gz' | 'pytorch';

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
  const text = await textOf(file);
  // Loaded when first needed: the schema library would only delay the first paint.
  const { parseRunFile, eventsOf } = await import('../session/runFile.ts');
  const parsed = parseRunFile(text);
  const blank = newRun(run, parsed.config, { kind: 'recorded', file: file.name });
  return { file: parsed, state: eventsOf(parsed, run).reduce<RunState>(applyEvent, blank) };
}

/** What it takes to go on with a run from its file. */
export interface Furthering {
  /** null for a run of a file. */
  readonly source: DataSource | null;
  readonly checkpoint: Checkpoint | null;
  /** The file that the run was read from. */
  readonly opened: RunFile | null;
}

/** A run as a file. */
export async function runDownload(
  run: RunState,
  packed: boolean,
  { source, checkpoint, opened }: Furthering,
): Promise<Download> {
  const { runFileOf } = await import('../session/runFile.ts');
  const { continuableOf } = await import('../session/runCheckpoint.ts');
  const { config, record } = run;
  const input = record.ready?.data.size ?? 0;
  const continuable = source ? await continuableOf({ config, input, source, checkpoint }) : opened;
  const text = JSON.stringify(
    continuable
      ? runFileOf(config, record, { source: continuable.source, checkpoint: continuable.checkpoint })
      : runFileOf(config, record),
  );
  const name = nameOf('run', run);
  if (packed) return { name: `${name}.gz`, file: await gzipOf(text) };
  return { name, file: new Blob([text], { type: 'application/json' }) };
}

/** Weights of a run as a file. @param what of the network, for the file's name */
export async function weightsDownload(
  run: RunState,
  weights: NonNullable<RunRecord['weights']>,
  format: 'json' | 'safetensors' = 'json',
  what: Parameters<typeof exportName>[0] = 'weights',
): Promise<Download> {
  const name = exportName(what, { ...run.config, budget: run.budget }, stepsMade(run), format);
  if (format === 'json')
    return { name, file: new Blob([JSON.stringify(weights)], { type: 'application/json' }) };
  const { weightsToSafetensors } = await import('../network/weightsTensors.ts');
  return { name, file: new Blob([weightsToSafetensors(weights)], { type: 'application/octet-stream' }) };
}

/** A run as Python files with its weights and its configuration, in one zip. */
export async function pytorchDownload(
  run: RunState,
  weights: NonNullable<RunRecord['weights']>,
): Promise<Download> {
  const { pytorchZip } = await import('../pytorch/pytorchZip.ts');
  const { name, train, size, recipe } = run.record.ready!.data;
  const order = {
    config: { ...run.config, budget: run.budget },
    recipe,
    data: { name, train, size },
    stepsDone: stepsMade(run),
  };
  return { name: nameOf('pytorch', run), file: await pytorchZip(weights, order, 'dualgate-pytorch') };
}

/**
 * Weights in a file, as a run that has nothing else: in the place of a run they can be evaluated, cut and trained on.
 * @param run what it shall be called
 * @param config what the architecture leaves open
 * @throws what is wrong with the file, in words
 */
export async function readWeightsFile(file: File, run: string, config: RunConfig): Promise<RunState> {
  const { readTrainedWeights } = await import('../session/weightsText.ts');
  const { runFileOf, eventsOf } = await import('../session/runFile.ts');
  const { weights } = await readTrainedWeights(file);
  const adopted = configOfWeights(weights.architecture, config);
  const blank = newRun(run, adopted, { kind: 'recorded', file: file.name });
  const parsed = runFileOf(adopted, { ...EMPTY_RECORD, weights });
  return eventsOf(parsed, run).reduce<RunState>(applyEvent, blank);
}

function nameOf(what: 'run' | 'pytorch', run: RunState): string {
  return exportName(what, { ...run.config, budget: run.budget }, stepsMade(run));
}
