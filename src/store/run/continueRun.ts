import type { RunFile } from '../../run/runFile.ts';
import { exchanged } from '../exchanges.ts';
import { type GoOnOrder, usePlayground } from '../playground.ts';
import { newId, useLibrary } from '../runs/library.ts';
import { type DataSource, faults, useSettings } from '../settings.ts';
import { applyEvent, newRun, type RunState } from './run.ts';

/** What the run of a file can be gone on from. */
export type StartingPoint =
  /** Everything: it goes on exactly. */
  | 'checkpoint'
  /** Nothing but what can be looked at. */
  | 'nothing';

export function startingPointOf({ checkpoint }: RunFile): StartingPoint {
  return checkpoint === null ? 'nothing' : 'checkpoint';
}

/** Steps that a run of a file has made. */
export function stepsOf({ steps }: RunFile): number {
  return steps.at(-1)?.step ?? 0;
}

/** How many steps a continued run is offered: as many as it was to make, or as many again. */
export function stepsOffered(file: RunFile): number {
  const made = stepsOf(file);
  return made < file.config.steps ? file.config.steps : 2 * made;
}

/**
 * Goes on with the run of a file, in this browser from now on: from its checkpoint, with its curves so far.
 * @param steps the whole run's, those that were made included
 * @throws Error in words, with everything as it was
 */
export async function continueRun(file: RunFile, steps: number): Promise<void> {
  const { config: made, checkpoint: packed } = file;
  const checkpoint = await exchanged('Unpacking the checkpoint', {
    kind: 'checkpoint',
    ask: { config: made, checkpoint: packed },
  });
  if (checkpoint === null) throw new Error('This file carries no checkpoint: its run can only be looked at.');
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

/** What a run of its own begins with. */
export interface Beginning extends Pick<GoOnOrder, 'config' | 'source' | 'engine' | 'checkpoint'> {
  /** Its course so far. */
  readonly file: RunFile;
  /** What to say of it in the list. */
  readonly note?: string;
}

/** Goes on from a checkpoint as a run of its own, with the course before it, in place of the run on the page. */
export async function goOnAsNew(beginning: Beginning): Promise<void> {
  const { file, config, source, engine, checkpoint, note } = beginning;
  const { eventsOf } = await import('../../run/runFile.ts');
  const id = newId();
  const told = eventsOf({ ...file, config }, id).filter(
    ({ kind }) => !['finished', 'weights', 'state'].includes(kind),
  );
  const state = told.reduce<RunState>(applyEvent, newRun(id, config, { kind: 'here' }));
  const playground = usePlayground.getState();
  playground.abandon();
  const library = useLibrary.getState();
  library.begin(state, source, engine, note);
  // Whoever resumes it one day finds its beginning there too.
  for (const event of told) library.hear(event);
  playground.goOn({ config, source, engine, state, checkpoint });
}

/** Where the images are read from: the run's own place, or for a user's files those that are chosen now. */
function sourceFor(file: RunFile, chosen: DataSource): DataSource {
  const { source } = file;
  if (source && source.kind !== 'files') return source;
  const sampling = source && { side: source.side, limits: source.limits };
  if (chosen.kind === 'files' && chosen.train.length > 0) return { ...chosen, ...sampling };
  if (source === null) return chosen;
  const { train, test } = file.data ?? { train: 0, test: 0 };
  throw new Error(
    `The run was trained on files that no run file carries${train > 0 ? ` (${file.data?.name}, ${train} training and ${test} test images)` : ''}. Choose them in the Data panel, then continue.`,
  );
}
