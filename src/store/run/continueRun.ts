import type { RunFile } from '../../run/files/runFile.ts';
import { exchanged } from '../exchanges.ts';
import { usePlayground } from '../playground.ts';
import { newId, useLibrary } from '../runs/library.ts';
import { readAs } from '../runs/sourceSummary.ts';
import { type DataSource, faults, useSettings } from '../settings.ts';
import type { GoOnOrder } from './orders.ts';
import { applyEvent, newRun, type RunState } from './run.ts';

/** What the run of a file can continue from. */
export type StartingPoint =
  /** A checkpoint, so that it continues exactly. */
  | 'checkpoint'
  /** Nothing. The run can only be shown. */
  | 'nothing';

export function startingPointOf({ checkpoint }: RunFile): StartingPoint {
  return checkpoint === null ? 'nothing' : 'checkpoint';
}

/** Number of steps that a run of a file has made. */
export function stepsOf({ steps }: RunFile): number {
  return steps.at(-1)?.step ?? 0;
}

/**
 * Number of steps suggested for a continued run: the planned number, or twice the steps made if all were
 * made.
 */
export function stepsOffered(file: RunFile): number {
  const made = stepsOf(file);
  return made < file.config.steps ? file.config.steps : 2 * made;
}

/**
 * Continues the run of a file from its checkpoint, with its earlier curves. It is then a run of this browser.
 * @param steps number of steps of the whole run, including those made
 * @throws Error in words; nothing has changed then
 */
export async function continueRun(file: RunFile, steps: number): Promise<void> {
  const { config: made, checkpoint: packed } = file;
  const checkpoint = await exchanged('Unpacking the checkpoint', {
    kind: 'checkpoint',
    ask: { config: made, checkpoint: packed },
  });
  if (checkpoint === null)
    throw new Error(
      'This file carries no checkpoint, so that its run can only be looked at. To go on, export it with one: on the page before it ends, or with --checkpoint on the command line.',
    );
  if (steps <= checkpoint.step) {
    throw new Error(
      `The run must have more steps than the ${checkpoint.step} that its checkpoint was made after, got ${steps}.`,
    );
  }
  const { source: chosen, engine } = useSettings.getState();
  const source = sourceFor(file, chosen);
  const config = { ...file.config, steps };
  const problems = faults({ config, source });
  if (problems.length > 0) throw new Error(`${problems.join('. ')}.`);

  const playground = usePlayground.getState();
  playground.instead(() => void goOnAsNew({ file, config, source, engine, checkpoint }));
}

/** What a new run begins with. */
export interface Beginning extends Pick<GoOnOrder, 'config' | 'source' | 'engine' | 'checkpoint'> {
  /** The file of the earlier run. */
  readonly file: RunFile;
  /** The name in the list of runs. Without one, its settings are its name. */
  readonly name?: string;
  /** The note for the list of runs. */
  readonly note?: string;
  /** What the log says of its beginning, in a sentence. */
  readonly said?: string;
}

/** Continues from a checkpoint as a new run, with its earlier curves. It replaces the run on the page. */
export async function goOnAsNew(beginning: Beginning): Promise<void> {
  const { file, config, source, engine, checkpoint, name = null, note = '', said } = beginning;
  const { eventsOf } = await import('../../run/files/runFile.ts');
  const id = newId();
  const told = eventsOf({ ...file, config }, id).filter(
    ({ kind }) => !['finished', 'weights', 'state'].includes(kind),
  );
  if (said) told.push({ kind: 'notice', run: id, message: said });
  const state = told.reduce<RunState>(applyEvent, newRun(id, config, { kind: 'here' }));
  const playground = usePlayground.getState();
  playground.abandon();
  const library = useLibrary.getState();
  library.begin(state, source, engine, { name, note });
  // The library keeps the beginning too, for the case that the run is resumed later.
  for (const event of told) library.hear(event);
  playground.goOn({ config, source, engine, state, checkpoint });
}

/**
 * Where the images are read from: the run's own source, or the chosen files if they were the user's files.
 */
function sourceFor(file: RunFile, chosen: DataSource): DataSource {
  const { source } = file;
  if (source && source.kind !== 'files') return source;
  if (chosen.kind === 'files' && chosen.train.length > 0) return source ? readAs(chosen, source) : chosen;
  if (source === null) return chosen;
  const { train, test } = file.data ?? { train: 0, test: 0 };
  throw new Error(
    `The run was trained on files that no run file carries${train > 0 ? ` (${file.data?.name}, ${train} training and ${test} test images)` : ''}. Choose them in the Data panel, then continue.`,
  );
}
