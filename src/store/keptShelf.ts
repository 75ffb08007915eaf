import { browserStorage, readShelf, type ShelvedRun, type Storage, writeShelf } from './runsShelf.ts';

/** The kept runs but for those that cannot be read, and how many these are. */
export interface KeptRuns {
  readonly own: readonly ShelvedRun[];
  readonly lost: number;
}

/**
 * The shelf in the browser's storage, read run by run: one that cannot be read takes none of the others with it. A
 * shelf of which nothing can be read, as a later version of the page may write it, is put aside before another takes
 * its place.
 */
export class KeptShelf {
  readonly #storage = browserStorage();
  /** The text of a shelf of which nothing can be read. */
  #unread: string | null = null;

  get isThere(): boolean {
    return this.#storage !== null;
  }

  /** @throws Error when there is a shelf, and nothing of it can be read */
  async read(): Promise<KeptRuns> {
    const storage = this.#storage;
    if (storage === null) return { own: [], lost: 0 };
    const { readableRuns } = await import('../session/runSetFile.ts');
    let lost = 0;
    const own = await readShelf({
      ...passedOn(storage),
      getItem: (key) => {
        this.#unread = storage.getItem(key);
        if (this.#unread === null) return null;
        const readable = readableRuns(this.#unread);
        this.#unread = null;
        lost = readable.lost;
        return readable.text;
      },
    });
    return { own, lost };
  }

  /**
   * Keeps these runs. Gives the name under which another shelf was put aside for it; null where there was none.
   * @throws Error when the browser does not let it
   */
  write(own: readonly ShelvedRun[]): string | null {
    const storage = this.#storage;
    let aside: string | null = null;
    const careful = storage && {
      ...passedOn(storage),
      setItem: (key: string, text: string) => {
        aside = this.#putAside(storage, key);
        storage.setItem(key, text);
      },
    };
    writeShelf(careful, own);
    return aside;
  }

  #putAside(storage: Storage, key: string): string | null {
    const text = this.#unread;
    if (text === null || storage.getItem(key) !== text) return null;
    const free = (name: string) => [null, text].includes(storage.getItem(name));
    let number = 1;
    while (!free(`${key}-unread-${number}`)) number++;
    const name = `${key}-unread-${number}`;
    // Moved, not copied: there may be no room for both.
    storage.removeItem(key);
    try {
      storage.setItem(name, text);
    } catch (error) {
      storage.setItem(key, text);
      throw error;
    }
    this.#unread = null;
    return name;
  }
}

/** A storage's own methods go by their object. */
function passedOn(storage: Storage): Storage {
  return {
    getItem: (key) => storage.getItem(key),
    setItem: (key, text) => storage.setItem(key, text),
    removeItem: (key) => storage.removeItem(key),
  };
}
