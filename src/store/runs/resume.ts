import type { RunFile } from '../../run/files/runFile.ts';
import { usePlayground } from '../playground.ts';
import { goOnAsNew } from '../run/continueRun.ts';
import { applyEvent, newRun, type Origin, type RunState } from '../run/run.ts';
import { useSettings } from '../settings.ts';
import { useLibrary } from './library.ts';
import type { LibraryRow } from './libraryRows.ts';
import type { Overlayable } from './overlay.ts';
import { sourceOfSummary } from './sourceSummary.ts';

/** The state on the page of a run from its file. */
async function stateOf(file: RunFile, id: string, origin: Origin): Promise<RunState> {
  const { eventsOf } = await import('../../run/files/runFile.ts');
  return eventsOf(file, id).reduce<RunState>(applyEvent, newRun(id, file.config, origin));
}

/** Puts a kept run on the page as it was, and continues it. @throws Error in words */
export async function resumeRun(id: string): Promise<void> {
  const library = useLibrary.getState();
  const kept = await library.resume(id);
  const source = sourceOfSummary(kept, useSettings.getState().source);
  if (typeof source === 'string') {
    library.leave(id);
    throw new Error(source);
  }
  const stood = await stateOf(kept.file, id, { kind: 'here' });
  const warnings = kept.warnings.map((text) => ({
    ...{ step: kept.checkpoint.step, level: 'warning' as const },
    text: `${text} The one before it was taken.`,
  }));
  const state = { ...stood, log: [...stood.log, ...warnings] };
  const { config, engine, checkpoint } = kept;
  usePlayground.getState().goOn({ config, source, engine, state, checkpoint });
}

/**
 * Forks a kept run: begins a new run with one of its checkpoints. The kept run stays as it is.
 * @throws Error in words
 */
export async function forkRun({ id, name }: Pick<LibraryRow, 'id' | 'name'>, step: number): Promise<void> {
  const library = useLibrary.getState();
  const kept = await library.fork(id, step);
  const source = sourceOfSummary(kept, useSettings.getState().source);
  if (typeof source === 'string') throw new Error(source);
  await goOnAsNew({ ...kept, source, note: `Begun with step ${step} of ${name}` });
}

/** A kept run as it is shown. @throws Error in words */
export async function keptRun(id: string, name: string): Promise<RunState> {
  const file = await useLibrary.getState().load(id);
  // It gets an id of its own on the page, so that its events are not taken for events of the kept run.
  return stateOf(file, `shown-${id}`, { kind: 'opened', file: name, id });
}

/** Shows a kept run on the page. @throws Error in words */
export async function showRun(id: string, name: string): Promise<void> {
  usePlayground.getState().show(await keptRun(id, name), id);
}

/** The curves of a kept run, to be drawn over others. @throws Error in words */
export async function overlayOf(id: string): Promise<Overlayable> {
  const file = await useLibrary.getState().load(id);
  const { config, record } = await stateOf(file, id, { kind: 'opened', file: id });
  return { config, record };
}

/**
 * Copies a run's configuration and engine to the settings, and its images unless they need the user's files.
 */
export function duplicateRun({ config, entry }: Pick<LibraryRow, 'config' | 'entry'>): void {
  const settings = useSettings.getState();
  if (entry && entry.source.kind !== 'files') settings.chooseSource(entry.source);
  settings.adopt(config);
  if (entry) settings.chooseEngine(entry.engine);
}
