import { webLocks } from '../platform/privateFiles.ts';

/** Which tab trains a run. A tab's ownership ends by itself when the tab is closed or crashes. */
export interface Ownership {
  /**
   * Gives the run to this tab. False if another tab has it.
   * @param patient waits a moment, because another tab may only be removing leftovers
   */
  take(id: string, patient?: boolean): Promise<boolean>;
  release(id: string): void;
  owns(id: string): boolean;
  /** Runs that other tabs own. */
  elsewhere(): Promise<string[]>;
}

/** Removing the leftovers of one run takes a few file operations. */
const PATIENCE_MS = 500;

/** Ownership by the browser's Web Locks. A lock's name is `prefix` and the run's id. */
export function lockedOwnership(prefix: string, locks = webLocks()): Ownership {
  const releases = new Map<string, () => void>();
  return {
    take: (id, patient = false) => {
      if (releases.has(id)) return Promise.resolve(true);
      return new Promise((resolve, reject) => {
        const options = patient ? { signal: AbortSignal.timeout(PATIENCE_MS) } : { ifAvailable: true };
        const held = locks.request(`${prefix}${id}`, options, (lock) => {
          resolve(lock !== null);
          // The lock is held until this resolves.
          return lock && new Promise<void>((release) => releases.set(id, release));
        });
        held.catch((error: unknown) => {
          if (error instanceof DOMException && error.name === 'TimeoutError') resolve(false);
          else reject(error);
        });
      });
    },
    release: (id) => {
      releases.get(id)?.();
      releases.delete(id);
    },
    owns: (id) => releases.has(id),
    elsewhere: async () => {
      const { held = [] } = await locks.query();
      const ids = held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : []));
      return ids.filter((id) => !releases.has(id));
    },
  };
}
