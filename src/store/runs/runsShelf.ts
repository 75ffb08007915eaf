import type { RunSummary } from '../../run/sets/runSummary.ts';

/**
 * Origin of a run that can be compared: trained on this page, read from a file, or recorded with the project.
 */
export type RunOrigin = 'here' | 'file' | 'recorded';

export interface ShelvedRun extends RunSummary {
  readonly origin: RunOrigin;
  /**
   * Ids of the kept runs (vault/door/entry.ts) that gave this result. There are several if a run was
   * repeated.
   */
  readonly keptRuns: readonly string[];
}

const KEY = 'dualgate-runs';

/** The part of the browser's storage that is used here. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The browser's storage for this site; null if there is none, or if the page may not use it. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** The stored runs that can be read, and the number of those that cannot. */
export interface KeptRuns {
  /** In the order of their end. */
  readonly own: readonly ShelvedRun[];
  readonly lost: number;
}

/**
 * The results that the browser stores, read run by run. If none can be read (a later version of the page may
 * have written them), the stored text is moved aside before new results replace it.
 */
export class RunsShelf {
  readonly #storage = browserStorage();
  /** The stored text, if none of its runs can be read. */
  #unread: string | null = null;

  get isThere(): boolean {
    return this.#storage !== null;
  }

  /** @throws Error when something is stored, and none of it can be read */
  async read(): Promise<KeptRuns> {
    const text = this.#storage?.getItem(KEY) ?? null;
    this.#unread = text;
    if (text === null) return { own: [], lost: 0 };
    // This is loaded when it is first needed, because the schema library would delay the first paint.
    const { readableRuns } = await import('../../run/sets/runSetFile.ts');
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
   * Stores these runs, so that they survive a reload. Gives the name under which an unreadable text was moved
   * aside; null if there was none.
   * @throws Error when the browser does not allow it
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
    // The text is moved, because there may be no room for two copies.
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
