import { usePlayground } from '../playground.ts';
import { type Change, changedSettings } from '../runs/whatChanged.ts';
import { type Settings, useSettings } from '../settings.ts';
import type { RunState } from './run.ts';

export type { Change } from '../runs/whatChanged.ts';

/** The settings in which the run on the page (`before`) differs from the next run (`after`). */
export function differencesToNext(run: RunState | null, { config }: Pick<Settings, 'config'>): Change[] {
  if (run === null) return [];
  // t_d may have been moved while it trained.
  return changedSettings({ ...run.config, budget: run.budget }, config);
}

/** Gives the next run the settings of the run on the page, and its images unless they are files. */
export function takeOverSettings(): void {
  const { run, source, opened } = usePlayground.getState();
  if (!run) return;
  const settings = useSettings.getState();
  const images = source ?? opened?.source ?? null;
  if (images && images.kind !== 'files') settings.chooseSource(images);
  settings.adopt({ ...run.config, budget: run.budget });
}
