import { create } from 'zustand';
import { HUB_SETS, type HubSetId, useHub } from '../data/hub.ts';
import { usePlayground } from '../playground.ts';
import { useLibrary } from './library.ts';
import type { LibraryRow } from './libraryRows.ts';

/** Something that takes room in this browser. */
export interface RoomRow {
  /** Its own name among the rows. */
  readonly key: string;
  readonly name: string;
  /** What it is, and what becomes of it. */
  readonly detail: string;
  readonly bytes: number;
  /** Why it cannot be deleted now, in words; null if it can. */
  readonly blocked: string | null;
  readonly is: { readonly run: LibraryRow } | { readonly set: HubSetId };
}

/** What decides the rows. */
export interface Occupants {
  /** The list of runs. */
  readonly rows: readonly LibraryRow[];
  /** Ids of the runs that another tab trains. */
  readonly elsewhere: ReadonlySet<string>;
  /** The run whose end could not be kept. */
  readonly unkept: string | null;
  /** Bytes of each data set from Hugging Face; null or undefined if nothing is known of any. */
  readonly sets: Readonly<Record<HubSetId, number>> | null | undefined;
  readonly downloading: boolean;
}

/** Everything that takes room and has a size of its own, the largest first. */
export function roomRows({ rows, elsewhere, unkept, sets, downloading }: Occupants): RoomRow[] {
  const runs = rows.flatMap((run): RoomRow[] => {
    if (run.entry === null || run.bytes === null || run.bytes === 0) return [];
    const made = run.entry.checkpoints.length;
    const checkpoints = made === 1 ? '1 checkpoint' : `${made} checkpoints`;
    const blocked = run.here
      ? 'It is under way here.'
      : elsewhere.has(run.id)
        ? 'Another tab trains it.'
        : run.id === unkept
          ? 'It is the run that room is needed for.'
          : null;
    const detail = [run.standing, ...(made > 0 ? [checkpoints] : [])].join(', ');
    return [{ key: run.id, name: run.name, detail, bytes: run.bytes, blocked, is: { run } }];
  });
  const kept = HUB_SETS.flatMap(({ id, label }): RoomRow[] => {
    const bytes = sets?.[id] ?? 0;
    if (bytes === 0) return [];
    const blocked = downloading ? 'A download is under way.' : null;
    return [
      { key: id, name: label, detail: 'images, can be downloaded again', bytes, blocked, is: { set: id } },
    ];
  });
  return [...runs, ...kept].toSorted((a, b) => b.bytes - a.bytes);
}

/** Where the user makes room: what takes how much, and what of it is to be deleted. */
export interface Room {
  readonly open: boolean;
  /** Keys of the rows that are to be deleted. */
  readonly chosen: ReadonlySet<string>;
  /** Whether the user has asked for the deletion and has not confirmed it yet. */
  readonly confirming: boolean;
  show(): void;
  hide(): void;
  choose(key: string, yes: boolean): void;
  ask(yes: boolean): void;
  /**
   * Deletes rows at once: a deletion that could be undone would free nothing. Results of runs stay in the
   * table, where they take next to nothing. When all rows are gone, the run on the page is kept again.
   */
  free(rows: readonly RoomRow[]): void;
}

const NOTHING = { chosen: new Set<string>(), confirming: false };

export const useRoom = create<Room>()((set, get) => ({
  open: false,
  ...NOTHING,
  show: () => {
    set({ open: true, ...NOTHING });
    useLibrary.getState().open();
    useHub.getState().measure();
  },
  hide: () => set({ open: false, ...NOTHING }),
  choose: (key, yes) => {
    const others = [...get().chosen].filter((other) => other !== key);
    set({ chosen: new Set(yes ? [...others, key] : others), confirming: false });
  },
  ask: (confirming) => set({ confirming }),
  free: (rows) => {
    set(NOTHING);
    const runs = rows.flatMap(({ is }) => ('run' in is ? [is.run] : []));
    const sets = rows.flatMap(({ is }) => ('set' in is ? [is.set] : []));
    whenGone(
      runs.map(({ id }) => id),
      sets,
      keepAgain,
    );
    for (const { id } of runs) useLibrary.getState().removeNow(id);
    for (const id of sets) {
      useHub.getState().askToClear(id);
      useHub.getState().clear(true);
    }
  },
}));

/** Calls back once, as soon as none of these takes room any more. What cannot be deleted says so itself. */
function whenGone(runs: readonly string[], sets: readonly HubSetId[], then: () => void): void {
  const stops: (() => void)[] = [];
  const look = () => {
    const { entries } = useLibrary.getState();
    const { kept } = useHub.getState();
    if (entries.some(({ id }) => runs.includes(id)) || sets.some((id) => (kept?.[id] ?? 0) > 0)) return;
    for (const stop of stops) stop();
    then();
  };
  stops.push(useLibrary.subscribe(look), useHub.subscribe(look));
}

/** The run on the page is kept as it stands now, and nobody complains of missing room any more. */
function keepAgain(): void {
  const { run, keepNow } = usePlayground.getState();
  const { dismiss, hear, unkept } = useLibrary.getState();
  dismiss();
  if (run === null || run.origin.kind !== 'here') return;
  const { final, stoppedEarly } = run.record;
  if (run.state === 'training' || run.state === 'paused') keepNow();
  // Its end is told again, because it was told when there was no room for it.
  else if (unkept === run.run && final) hear({ kind: 'finished', run: run.run, final, stoppedEarly });
}
