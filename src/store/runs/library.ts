import { create } from 'zustand';
import type { Space } from '../../platform/privateFiles.ts';
import type { RunFile } from '../../run/files/runFile.ts';
import type { CheckpointEvent, DataSource, EngineChoice, Ready } from '../../run/protocol.ts';
import type { ClientEvent } from '../../session/door/client.ts';
import { VaultClient, type VaultNews } from '../../vault/door/client.ts';
import type { RunEntry } from '../../vault/door/entry.ts';
import type { Description, ResumableRun } from '../../vault/door/protocol.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { summaryOfSource } from './sourceSummary.ts';

export type { RunEntry } from '../../vault/door/entry.ts';
export { bytesOf } from '../../vault/door/entry.ts';
export type { Description, ResumableRun } from '../../vault/door/protocol.ts';
export { isResumable, sizeText } from '../../vault/door/pruning.ts';

/** The runs that this browser keeps, from all tabs and visits. */
export interface Library {
  /** In the order of their start, without runs whose deletion can still be undone. */
  readonly entries: readonly RunEntry[];
  /** Ids of the runs that another tab trains. */
  readonly elsewhere: ReadonlySet<string>;
  readonly space: Space | null;
  /** The reason why nothing is kept in this browser; null if runs are kept. */
  readonly unavailable: string | null;
  readonly complaint: string | null;
  /** Whether the complaint is that the browser gives no more room. */
  readonly full: boolean;
  /** The run whose last events could not be kept. */
  readonly unkept: string | null;
  /** A deleted run that can be restored. */
  readonly removed: RunEntry | null;
  /** Whether the index has been read. */
  readonly opened: boolean;
  /** Reads what is kept. A repeated call also shows what other tabs have changed. */
  open(): void;
  describe(id: string, change: Partial<Description>): void;
  /** Deletes a run after a delay in which the user can undo it. */
  remove(id: string): void;
  undo(): void;
  /** Deletes a run at once, which cannot be undone. The list shows it until it is gone. */
  removeNow(id: string): void;
  deleteCheckpoints(id: string): void;
  /** Everything that is kept of a run. @throws Error in words */
  load(id: string): Promise<RunFile>;
  /** A run as a file, with its newest checkpoint. @throws Error in words */
  file(id: string): Promise<Blob>;
  /** What is needed to continue a run, which belongs to this tab from then on. @throws Error in words */
  resume(id: string): Promise<ResumableRun>;
  /** What is needed to begin another run with a checkpoint of this one. @throws Error in words */
  fork(id: string, step: number): Promise<ResumableRun>;
  /** A run starts on the page. @param described what the list of runs says of it */
  begin(run: RunState, source: DataSource, engine: EngineChoice, described?: Partial<Description>): void;
  /** Takes in an event of the run on the page. */
  hear(event: ClientEvent): void;
  keep(event: CheckpointEvent): void;
  /** The run is no longer on the page. */
  leave(id: string): void;
  dismiss(): void;
}

/** Time in which a deletion can be undone, milliseconds. */
export const UNDO_MS = 12_000;

export const useLibrary = create<Library>()((set, get) => {
  let deletion: ReturnType<typeof setTimeout> | undefined;
  let client: VaultClient | null = null;

  /** Opened when it is first needed; null without workers, where nothing is kept. */
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
        set({ complaint: news.message, full: news.full, ...(news.run && { unkept: news.run }) });
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
    // Nobody can ask for a kept run where none is kept.
    if (!found) throw new RangeError('library: without workers there is no kept run to ask for');
    return found;
  }

  return {
    entries: [],
    elsewhere: new Set<string>(),
    space: null,
    unavailable: null,
    complaint: null,
    full: false,
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
    removeNow: (id) => vault()?.send({ kind: 'delete', id }),
    deleteCheckpoints: (id) => vault()?.send({ kind: 'deleteCheckpoints', id }),
    load: async (id) => needed().load(id),
    file: async (id) => needed().file(id),
    resume: async (id) => needed().resume(id),
    fork: async (id, step) => needed().fork(id, step),
    begin: ({ run: id, config }, source, engine, { name = null, note = '' } = {}) => {
      const startedOn = new Date().toISOString();
      const run = { id, config, engine, source: summaryOfSource(source), startedOn, name, note };
      vault()?.send({ kind: 'begin', run });
    },
    hear: (event) => {
      const told = forVault(event);
      if (told) vault()?.send({ kind: 'event', event: told });
    },
    keep: (event) => vault()?.keep(event),
    leave: (id) => vault()?.send({ kind: 'leave', run: id }),
    dismiss: () => set({ complaint: null, full: false }),
  };
});

/** An id that no other run has, in any browser. It is also the name of a folder. */
export function newId(): string {
  const words = crypto.getRandomValues(new Uint32Array(2));
  return [Date.now(), ...words].map((number) => number.toString(36)).join('-');
}

/** Number of steps of a run that remain when it leaves the page. */
export function keptStep(run: RunState): number {
  const { entries, unavailable, unkept } = useLibrary.getState();
  const entry = entries.find(({ id }) => id === run.run);
  if (!entry || unavailable !== null) return 0;
  // The vault writes events in their order, so this record is not lost unless there was no room.
  if (run.state === 'finished' && unkept !== run.run) return stepsMade(run);
  return entry.checkpoints[0]?.step ?? 0;
}

type Told = Exclude<
  ClientEvent,
  { kind: 'mapProgress' | 'mapFailed' | 'progress' | 'images' | 'memory' | 'state' | 'interrupted' }
>;

/** The part of an event that the vault stores. It leaves out the maps' pictures, which are large. */
function forVault(event: ClientEvent): Told | null {
  switch (event.kind) {
    case 'mapProgress':
    case 'mapFailed':
    case 'progress':
    case 'images':
    case 'memory':
    case 'state':
    case 'interrupted':
      return null;
    case 'ready':
      return { ...event, ready: { ...event.ready, mapImages: withoutPixels(event.ready) } };
    case 'mapImages':
      return { ...event, mapImages: withoutPixels(event) };
    default:
      return event;
  }
}

function withoutPixels({ mapImages }: Pick<Ready, 'mapImages'>): Ready['mapImages'] {
  return { ...mapImages, pixels: new Uint8Array(0) };
}

/** The entries with this one, in its old place or in the place that its start gives. */
function merged(entries: readonly RunEntry[], entry: RunEntry): readonly RunEntry[] {
  if (entries.some(({ id }) => id === entry.id))
    return entries.map((each) => (each.id === entry.id ? entry : each));
  return [...entries, entry].toSorted((a, b) => a.startedOn.localeCompare(b.startedOn));
}
