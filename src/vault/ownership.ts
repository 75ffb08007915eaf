import { webLocks } from '../platform/locks.ts';
import { uniqueName } from '../platform/uniqueName.ts';

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
  /** Resolves when no tab has the run any more, also after a crash. */
  whenFree(id: string): Promise<void>;
}

/** Removing the leftovers of one run takes a few file operations. */
const PATIENCE_MS = 500;

/** Ownership by the browser's Web Locks. A lock's name is `prefix` and the run's id. */
export function lockedOwnership(prefix: string, locks = webLocks()): Ownership {
  const releases = new Map<string, () => void>();
  let own: Promise<string | undefined> | null = null;
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
    // The lock is given back at once. It is shared, so that nobody takes the one who waited for an owner.
    whenFree: (id) => locks.request(`${prefix}${id}`, { mode: 'shared' }, () => undefined),
    elsewhere: async () => {
      own ??= clientOf(locks);
      const here = await own;
      const { held = [] } = await locks.query();
      // A lock that this tab has just given back may still be in the list.
      const others = held.filter(({ clientId, mode }) => clientId !== here && mode === 'exclusive');
      return others.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    },
  };
}

/**
 * The name that the browser gives to this tab's worker in its list of locks: that of a lock which it holds.
 */
async function clientOf(locks: LockManager): Promise<string | undefined> {
  const probe = `probe ${uniqueName()}`;
  return locks.request(probe, async () => {
    const { held = [] } = await locks.query();
    return held.find(({ name }) => name === probe)?.clientId;
  });
}
