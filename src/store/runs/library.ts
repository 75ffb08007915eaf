import { create } from 'zustand';
import type { CheckpointEvent, DataSource, EngineChoice } from '../../run/protocol.ts';
import type { RunFile } from '../../run/runFile.ts';
import type { ClientEvent } from '../../session/door/client.ts';
import { VaultClient, type VaultNews } from '../../vault/door/client.ts';
import type { RunEntry } from '../../vault/door/entry.ts';
import type { Description, ResumableRun, Space } from '../../vault/door/protocol.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { summaryOfSource } from './sourceSummary.ts';

export type { RunEntry } from '../../vault/door/entry.ts';
export { bytesOf } from '../../vault/door/entry.ts';
export type { Description, ResumableRun } from '../../vault/door/protocol.ts';
export { isResumable, sizeText } from '../../vault/door/pruning.ts';

/** The runs that this browser keeps, whoever trained them and when. */
export interface Library {
  /** In the order they were started; without those whose deletion can still be undone. */
  readonly entries: readonly RunEntry[];
  /** Runs that another tab trains, by id. */
  readonly elsewhere: ReadonlySet<string>;
  readonly space: Space | null;
  /** Nothing is kept in this browser, and why; null while it is. */
  readonly unavailable: string | null;
  readonly complaint: string | null;
  /** The run whose last words could not be kept. */
  readonly unkept: string | null;
  /** Deleted, and can be brought back. */
  readonly removed: RunEntry | null;
  /** The index was read. */
  readonly opened: boolean;
  /** Reads what is kept; again to see what other tabs did. */
  open(): void;
  describe(id: string, change: Partial<Description>): void;
  /** Deletes a run once there was time to think better of it. */
  remove(id: string): void;
  undo(): void;
  deleteCheckpoints(id: string): void;
  /** All that is kept of a run. @throws Error in words */
  load(id: string): Promise<RunFile>;
  /** A run as a file, with its newest checkpoint. @throws Error in words */
  file(id: string): Promise<Blob>;
  /** What it takes to go on with a run. It is this tab's from then on. @throws Error in words */
  resume(id: string): Promise<ResumableRun>;
  /** What it takes to begin another run with a checkpoint of this one. @throws Error in words */
  fork(id: string, step: number): Promise<ResumableRun>;
  /** A run starts on the page. @param note what to say of it in the list */
  begin(run: RunState, source: DataSource, engine: EngineChoice, note?: string): void;
  /** The run on the page said something. */
  hear(event: ClientEvent): void;
  keep(event: CheckpointEvent): void;
  /** The run is not on the page any more. */
  leave(id: string): void;
  dismiss(): void;
}

/** As long as a deletion can be undone, milliseconds. */
export const UNDO_MS = 12_000;

export const useLibrary = create<Library>()((set, get) => {
  let deletion: ReturnType<typeof setTimeout> | undefined;
  let client: VaultClient | null = null;

  /** Made when first needed: where there are no workers, nothing is kept. */
  function vault(): VaultClient | null {
    if (typeof Worker === 'undefined') return null;
    client ??= new VaultClient(hearVault);
    return client;
  }

  function hearVault(news: VaultNews): void {
    switch (news.kind) {
      case 'opened': {
        const { removed } = get();
        const entries = news.entries.filter(({ id }) => id !== removed?.id);
        const { space } = news;
        set({ entries, elsewhere: new Set(news.elsewhere), space, opened: true, unavailable: null });
        break;
      }
      case 'unavailable':
        set({ unavailable: news.reason, opened: true });
        break;
      case 'entry':
        if (news.entry.id !== get().removed?.id) set({ entries: merged(get().entries, news.entry) });
        if (news.entry.id === get().unkept && news.entry.state !== 'under way') set({ unkept: null });
        set({ space: news.space });
        break;
      case 'gone':
        set({ entries: get().entries.filter(({ id }) => id !== news.id), space: news.space });
        break;
      case 'complaint':
        set({ complaint: news.message, ...(news.run && { unkept: news.run }) });
        break;
      default:
        news satisfies never;
    }
  }

  function deleteNow(): void {
    clearTimeout(deletion);
    const { removed } = get();
    if (removed) vault()?.send({ kind: 'delete', id: removed.id });
    set({ removed: null });
  }

  function needed(): VaultClient {
    const found = vault();
    if (!found) throw new Error('This browser keeps no runs.');
    return found;
  }

  return {
    entries: [],
    elsewhere: new Set<string>(),
    space: null,
    unavailable: null,
    complaint: null,
    unkept: null,
    removed: null,
    opened: false,
    open: () => vault()?.send({ kind: 'open' }),
    describe: (id, change) => {
      const entry = get().entries.find((each) => each.id === id);
      if (!entry) return;
      set({ entries: merged(get().entries, { ...entry, ...change }) });
      vault()?.send({ kind: 'describe', id, change });
    },
    remove: (id) => {
      deleteNow();
      const removed = get().entries.find((entry) => entry.id === id) ?? null;
      set({ removed, entries: get().entries.filter((entry) => entry.id !== id) });
      deletion = setTimeout(deleteNow, UNDO_MS);
    },
    undo: () => {
      clearTimeout(deletion);
      const { removed, entries } = get();
      if (removed) set({ removed: null, entries: merged(entries, removed) });
    },
    deleteCheckpoints: (id) => vault()?.send({ kind: 'deleteCheckpoints', id }),
    load: async (id) => needed().load(id),
    file: async (id) => needed().file(id),
    resume: async (id) => needed().resume(id),
    fork: async (id, step) => needed().fork(id, step),
    begin: ({ run: id, config }, source, engine, note = '') => {
      // Only the page may ask. A browser that refuses keeps the runs all the same, until it runs out of room.
      void globalThis.navigator?.storage?.persist?.().catch(() => false);
      const startedOn = new Date().toISOString();
      const run = { id, config, engine, source: summaryOfSource(source), startedOn, note };
      vault()?.send({ kind: 'begin', run });
    },
    hear: (event) => {
      const told = forVault(event);
      if (told) vault()?.send({ kind: 'event', event: told });
    },
    keep: (event) => vault()?.keep(event),
    leave: (id) => vault()?.send({ kind: 'leave', run: id }),
    dismiss: () => set({ complaint: null }),
  };
});

/** An id that no other run has, here or elsewhere; also a name of a folder. */
export function newId(): string {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return [Date.now(), ...words].map((number) => number.toString(36)).join('-');
}

/** Steps of a run that are not lost when it leaves the page. */
export function keptStep(run: RunState): number {
  const { entries, unavailable, unkept } = useLibrary.getState();
  const entry = entries.find(({ id }) => id === run.run);
  if (!entry || unavailable !== null) return 0;
  // What was told is written before anything that comes later, unless there was no room for it.
  if (run.state === 'finished' && unkept !== run.run) return stepsMade(run);
  return entry.checkpoints[0]?.step ?? 0;
}

type Told = Exclude<
  ClientEvent,
  { kind: 'mapProgress' | 'mapFailed' | 'progress' | 'state' | 'interrupted' }
>;

/** What the vault writes down of an event; the pictures of the maps are not among it, and are large. */
function forVault(event: ClientEvent): Told | null {
  switch (event.kind) {
    case 'mapProgress':
    case 'mapFailed':
    case 'progress':
    case 'state':
    case 'interrupted':
      return null;
    case 'ready': {
      const mapImages = { ...event.ready.mapImages, pixels: new Uint8Array(0) };
      return { ...event, ready: { ...event.ready, mapImages } };
    }
    default:
      return event;
  }
}

/** The entry in its place, or at its place by its start. */
function merged(entries: readonly RunEntry[], entry: RunEntry): readonly RunEntry[] {
  if (entries.some(({ id }) => id === entry.id))
    return entries.map((each) => (each.id === entry.id ? entry : each));
  return [...entries, entry].toSorted((a, b) => a.startedOn.localeCompare(b.startedOn));
}
