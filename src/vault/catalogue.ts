import { type DBSchema, openDB } from 'idb';
import { configSchema } from '../run/runSchema.ts';
import type { RunEntry } from './door/entry.ts';

/** The index of the kept runs. What it says is there was written and checked before. */
export interface Catalogue {
  /** In the order they were started. */
  all(): Promise<RunEntry[]>;
  get(id: string): Promise<RunEntry | null>;
  /** Takes a new run in. */
  add(entry: RunEntry): Promise<void>;
  /** Changes an entry, whatever other tabs do to it meanwhile. null when it is not there. */
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
      // What the disk holds must be on it before files that the entry named are removed.
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

/** Settings that came after an entry was written have their defaults in it. */
function understood(entry: RunEntry): RunEntry {
  const config = configSchema.safeParse(entry.config);
  return config.success ? { ...entry, config: config.data } : entry;
}
