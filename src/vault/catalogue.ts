import { type DBSchema, openDB } from 'idb';
import { configSchema } from '../run/files/runSchema.ts';
import type { RunEntry } from './door/entry.ts';

/** The index of the kept runs. Every file that it names was written and checked before. */
export interface Catalogue {
  /** All entries, in the order in which their runs were started. */
  all(): Promise<RunEntry[]>;
  get(id: string): Promise<RunEntry | null>;
  /** Adds a new run. */
  add(entry: RunEntry): Promise<void>;
  /**
   * Changes an entry, safely even if other tabs change it at the same time. null if there is no such entry.
   */
  change(id: string, change: (entry: RunEntry) => Partial<RunEntry>): Promise<RunEntry | null>;
  remove(id: string): Promise<void>;
}

interface Schema extends DBSchema {
  runs: { key: string; value: RunEntry };
}

/** @throws DOMException where the browser has no database for this site, or does not allow it */
export async function openCatalogue(name: string): Promise<Catalogue> {
  const database = await openDB<Schema>(name, 1, {
    upgrade: (fresh) => void fresh.createObjectStore('runs', { keyPath: 'id' }),
  });
  return {
    all: async () => {
      const entries = (await database.getAll('runs')).map(understood);
      return entries.toSorted((a, b) => a.startedOn.localeCompare(b.startedOn));
    },
    get: async (id) => {
      const entry = await database.get('runs', id);
      return entry ? understood(entry) : null;
    },
    add: async (entry) => {
      const transaction = database.transaction('runs', 'readwrite', { durability: 'strict' });
      await Promise.all([transaction.store.put(entry), transaction.done]);
    },
    change: async (id, change) => {
      // The entry must be on the disk before files that its old version named are removed.
      const transaction = database.transaction('runs', 'readwrite', { durability: 'strict' });
      const found = await transaction.store.get(id);
      const entry = found ? understood(found) : null;
      const changed = entry && { ...entry, ...change(entry) };
      if (changed) await transaction.store.put(changed);
      await transaction.done;
      return changed;
    },
    remove: (id) => database.delete('runs', id),
  };
}

/** The entry with defaults for settings that were added after it was written. */
function understood(entry: RunEntry): RunEntry {
  const config = configSchema.safeParse(entry.config);
  return config.success ? { ...entry, config: config.data } : entry;
}
