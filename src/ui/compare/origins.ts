import type { RunOrigin } from '../../store/runs/runs.ts';

/** Where a run comes from, in words. */
export const ORIGINS: Readonly<Record<RunOrigin, string>> = {
  here: 'trained here',
  file: 'from a file',
  recorded: 'recorded',
};
