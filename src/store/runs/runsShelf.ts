import type { RunSummary } from '../../run/runSummary.ts';

/** Where a run that can be compared comes from: trained on this page, read from a file, or recorded with the project. */
export type RunOrigin = 'here' | 'file' | 'recorded';

export interface ShelvedRun extends RunSummary {
  readonly origin: RunOrigin;
  /** Ids of the kept runs (vault/door/entry.ts) that came to this; more than one where a run was repeated. */
  readonly keptRuns: readonly string[];
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

/** The kept runs but for those that cannot be read, and how many these are. */
export interface KeptRuns {
  /** In the order they ended. */
  readonly own: readonly ShelvedRun[];
  readonly lost: number;
}

/**
 * The runs that the browser keeps, read run by run. A shelf of which nothing can be read, as a later version of the page
 * may write it, is put aside before another takes its place.
 */
export class RunsShelf {
  readonly #storage = browserStorage();
  /** The text of a shelf of which nothing can be read. */
  #unread: string | null = null;

  get isThere(): boolean {
    return this.#storage !== null;
  }

  /** @throws Error when there is a shelf, and nothing of it can be read */
  async read(): Promise<KeptRuns> {
    const text = this.#storage?.getItem(KEY) ?? null;
    this.#unread = text;
    if (text === null) return { own: [], lost: 0 };
    // Loaded when first needed: the schema library would only delay the first paint.
    const { readableRuns } = await import('../../run/runSetFile.ts');
    const { runs, lost, origins, keptRuns } = readableRuns(text);
    this.#unread = null;
    return {
      own: runs.map((run) => ({
        ...run,
        origin: origins[run.id] === 'file' ? 'file' : 'here',
        keptRuns: keptRuns[run.id] ?? [],
      })),
      lost,
    };
  }

  /**
   * Keeps these runs over a reload. Gives the name under which another shelf was put aside for it; null where there was
   * none.
   * @throws Error when the browser does not let it
   */
  write(runs: readonly ShelvedRun[]): string | null {
    const storage = this.#storage;
    if (storage === null) throw new Error('this browser keeps nothing for this site');
    const origins = Object.fromEntries(runs.map(({ id, origin }) => [id, origin]));
    const keptRuns = Object.fromEntries(runs.map((run) => [run.id, run.keptRuns]));
    const text = JSON.stringify({ ...setOf(runs), origins, keptRuns });
    const aside = this.#putAside(storage);
    storage.setItem(KEY, text);
    return aside;
  }

  #putAside(storage: Storage): string | null {
    const text = this.#unread;
    if (text === null || storage.getItem(KEY) !== text) return null;
    const isFree = (name: string) => [null, text].includes(storage.getItem(name));
    let number = 1;
    while (!isFree(`${KEY}-unread-${number}`)) number++;
    const name = `${KEY}-unread-${number}`;
    // Moved, not copied: there may be no room for both.
    storage.removeItem(KEY);
    try {
      storage.setItem(name, text);
    } catch (error) {
      storage.setItem(KEY, text);
      throw error;
    }
    this.#unread = null;
    return name;
  }
}

/** A run set of these runs, for a file. */
export function setOf(runs: readonly ShelvedRun[]) {
  return {
    format: 'dualgate-runs',
    version: 1,
    recordedOn: 'a browser',
    engine: 'auto',
    runs: runs.map(({ origin: _, keptRuns: __, ...run }) => run),
  } as const;
}
