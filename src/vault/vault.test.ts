import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import type { SessionEvent } from '../run/protocol.ts';
import type { Catalogue } from './catalogue.ts';
import type { Disk } from './disk.ts';
import { type NewRun, newEntry, type RunEntry } from './door/entry.ts';
import { NoRoom } from './noRoom.ts';
import type { Ownership } from './ownership.ts';
import { Vault } from './vault.ts';

const RUN: NewRun = {
  ...{ id: 'a', config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
  source: { kind: 'emoji10', test: 'unseen-style' },
};
const FAILED: SessionEvent = { kind: 'failed', run: 'a', reason: 'diverged', message: 'NaN', advice: '' };
const CHECKPOINT = { file: '3.checkpoint', step: 3, bytes: 100, demanded: false, writtenOn: RUN.startedOn };

/** What the tabs of one browser share. */
class Browser {
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
async function begun(): Promise<{ readonly browser: Browser; readonly vault: Vault }> {
  const browser = new Browser();
  const vault = browser.tab('first');
  await vault.begin(RUN);
  return { browser, vault };
}

describe('what the vault refuses', () => {
  it('is a run that another tab has deleted', async () => {
    await expect(new Browser().tab('first').load('a')).rejects.toThrow(/is not kept any more/);
  });

  it('is to delete a run that another tab trains, until that tab has ended it', async () => {
    const { browser, vault } = await begun();
    const second = browser.tab('second');
    await expect(second.delete('a')).rejects.toThrow(/Another tab trains this run: end it there first/);
    vault.leave('a');
    await second.delete('a');
    expect(browser.entries.size).toBe(0);
  });

  it('is to resume a run that another tab trains', async () => {
    const { browser } = await begun();
    browser.entries.set('a', { ...newEntry(RUN), checkpoints: [CHECKPOINT] });
    await expect(browser.tab('second').resume('a')).rejects.toThrow(
      /Another tab trains this run: go on there/,
    );
  });

  it('is to go on from a checkpoint that is not there or cannot be read', async () => {
    const { browser, vault } = await begun();
    vault.leave('a');
    await expect(vault.resume('a')).rejects.toThrow(/no checkpoint to go on from/);
    await expect(vault.load('a')).rejects.toThrow(/Nothing of this run was kept but its settings/);
    browser.entries.set('a', { ...newEntry(RUN), checkpoints: [CHECKPOINT] });
    await expect(vault.fork('a', 9)).rejects.toThrow(/no checkpoint of step 9 any more; kept: 3/);
    await expect(vault.resume('a')).rejects.toThrow(/None of this run’s checkpoints can be read/);
  });

  it('is to show a run whose file is gone', async () => {
    const { browser, vault } = await begun();
    await vault.hear(FAILED);
    vault.leave('a');
    browser.files.clear();
    await expect(vault.load('a')).rejects.toThrow(/The file of this run cannot be read: no such file/);
  });

  it('is to keep a run without room for it, until there is room', async () => {
    const { browser, vault } = await begun();
    browser.isFull = true;
    await expect(vault.hear(FAILED)).rejects.toBeInstanceOf(NoRoom);
    browser.isFull = false;
    await vault.hear(FAILED);
    vault.leave('a');
    expect((await vault.load('a')).config).toEqual(DEFAULT_CONFIG);
  });
});
