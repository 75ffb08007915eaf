import type { RunSummary } from '../session/runSummary.ts';

/** Where a run that can be compared comes from: trained on this page, read from a file, or recorded with the project. */
export type RunOrigin = 'here' | 'file' | 'recorded';

export interface ShelvedRun extends RunSummary {
  readonly origin: RunOrigin;
}

const KEY = 'dualgate-runs';

/** The part of the browser's storage that is used. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The browser's storage for this site; null where there is none, or it may not be used. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/**
 * The runs kept from earlier visits, in the order they ended.
 * @throws Error saying that what is there could not be read
 */
export async function readShelf(storage: Storage | null): Promise<ShelvedRun[]> {
  const text = storage?.getItem(KEY) ?? null;
  if (text === null) return [];
  // Loaded when first needed: the schema library would only delay the first paint.
  const { parseRunSet } = await import('../session/runSetFile.ts');
  const { origins, ...set } = JSON.parse(text) as { origins?: Readonly<Record<string, unknown>> };
  const { runs } = parseRunSet(JSON.stringify(set));
  return runs.map((run) => ({ ...run, origin: origins?.[run.id] === 'file' ? 'file' : 'here' }));
}

/** Keeps these runs over a reload. @throws Error when the browser does not let it. */
export function writeShelf(storage: Storage | null, runs: readonly ShelvedRun[]): void {
  if (storage === null) throw new Error('this browser keeps nothing for this site');
  storage.setItem(
    KEY,
    JSON.stringify({
      ...setOf(runs),
      origins: Object.fromEntries(runs.map(({ id, origin }) => [id, origin])),
    }),
  );
}

/** A run set of these runs, for a file. */
export function setOf(runs: readonly ShelvedRun[]) {
  return {
    format: 'dualgate-runs',
    version: 1,
    recordedOn: 'a browser',
    engine: 'auto',
    runs: runs.map(({ origin: _, ...run }) => run),
  } as const;
}
