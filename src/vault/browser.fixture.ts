import { DEFAULT_CONFIG } from '../presets.ts';
import type { SessionEvent } from '../run/protocol.ts';
import type { Catalogue } from './catalogue.ts';
import type { Disk } from './disk.ts';
import type { NewRun, RunEntry } from './door/entry.ts';
import type { Ownership } from './ownership.ts';
import { Vault } from './vault.ts';

// A browser in memory, with tabs that keep runs in it.

export const RUN: NewRun = {
  ...{ id: 'a', config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
  source: { kind: 'emoji10', test: 'unseen-style' },
};
export const FAILED: SessionEvent = {
  kind: 'failed',
  run: 'a',
  reason: 'diverged',
  message: 'NaN',
  advice: '',
};
export const CHECKPOINT = {
  file: '3.checkpoint',
  step: 3,
  bytes: 100,
  demanded: false,
  writtenOn: RUN.startedOn,
};

/** What the tabs of one browser share. */
export class Browser {
  readonly entries = new Map<string, RunEntry>();
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly owners = new Map<string, string>();
  isFull = false;
  #files = 0;

  readonly catalogue: Catalogue = {
    all: async () => [...this.entries.values()],
    get: async (id) => this.entries.get(id) ?? null,
    add: async (entry) => void this.entries.set(entry.id, entry),
    change: async (id, change) => {
      const entry = this.entries.get(id);
      if (entry === undefined) return null;
      const changed = { ...entry, ...change(entry) };
      this.entries.set(id, changed);
      return changed;
    },
    remove: async (id) => void this.entries.delete(id),
  };

  readonly disk: Disk = {
    write: async (folder, file, bytes) => {
      if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
      this.files.set(`${folder}/${file}`, bytes);
    },
    read: async (folder, file) => {
      const bytes = this.files.get(`${folder}/${file}`);
      if (bytes === undefined) throw new DOMException('no such file', 'NotFoundError');
      return bytes;
    },
    remove: async (folder, file) => void this.files.delete(`${folder}/${file}`),
    removeFolder: async () => {},
    folders: async () => [],
    files: async () => [],
  };

  tab(name: string): Vault {
    const { owners } = this;
    const ownership: Ownership = {
      take: async (id) => {
        if (!owners.has(id)) owners.set(id, name);
        return owners.get(id) === name;
      },
      release: (id) => void owners.delete(id),
      owns: (id) => owners.get(id) === name,
      elsewhere: async () => [],
      whenFree: async () => {},
    };
    return new Vault({
      ...{ disk: this.disk, catalogue: this.catalogue, ownership },
      imagesKept: async () => false,
      unique: () => `${++this.#files}`,
      now: () => RUN.startedOn,
    });
  }
}

/** A browser in which a tab has begun a run. */
export async function begun(): Promise<{ readonly browser: Browser; readonly vault: Vault }> {
  const browser = new Browser();
  const vault = browser.tab('first');
  await vault.begin(RUN);
  return { browser, vault };
}
