/** Which tab trains a run. Ends by itself with the tab, however that ends. */
export interface Ownership {
  /** Makes the run this tab's. False when another has it. */
  take(id: string): Promise<boolean>;
  release(id: string): void;
  owns(id: string): boolean;
  /** Runs that other tabs have. */
  elsewhere(): Promise<string[]>;
}

/** Ownership by the browser's Web Locks, each under `prefix` and the run's id. */
export function lockedOwnership(prefix: string, locks = navigator.locks): Ownership {
  const releases = new Map<string, () => void>();
  return {
    take: (id) => {
      if (releases.has(id)) return Promise.resolve(true);
      return new Promise((resolve, reject) => {
        const held = locks.request(`${prefix}${id}`, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          // The lock is held until this resolves.
          return lock && new Promise<void>((release) => releases.set(id, release));
        });
        held.catch(reject);
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
