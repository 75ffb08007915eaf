import { create } from 'zustand';
import type { RunConfig } from '../../config.ts';
import type { RunRecord } from '../../run/record.ts';
import { reasonOf } from '../exchanges.ts';

/** What the charts draw of a run, and what it came to. */
export type Curves = Pick<
  RunRecord,
  'ready' | 'steps' | 'epochs' | 'gradients' | 'budgets' | 'floors' | 'final'
>;

/** A run whose curves are to be laid over those of the run on the page. */
export interface Overlayable {
  readonly config: RunConfig;
  readonly record: RunRecord;
}

/** A run that is laid over the charts. */
export interface OverlaidRun {
  readonly id: string;
  readonly name: string;
  readonly config: RunConfig;
  readonly record: Curves;
  /** How its lines are told from those of others, on every chart: free places are given away again. */
  readonly place: number;
}

/** More lines than this cannot be told apart. */
export const OVERLAY_LIMIT = 6;

export interface Overlay {
  /** In the order in which they were laid on. */
  readonly runs: readonly OverlaidRun[];
  /** Those that are being read. */
  readonly loading: ReadonlySet<string>;
  /** Why a run could not be laid on. */
  readonly complaint: string | null;
  /** Lays a run on, or takes it off again; also while it is still being read. Never throws. */
  toggle(id: string, name: string, load: () => Promise<Overlayable>): Promise<void>;
  /** Another name for a run that may be laid on. */
  rename(id: string, name: string): void;
  clear(): void;
  dismiss(): void;
}

export const useOverlay = create<Overlay>()((set, get) => {
  /** Which reading of a run counts: one that was taken off meanwhile does not. */
  const tickets = new Map<string, symbol>();

  function without(id: string): ReadonlySet<string> {
    tickets.delete(id);
    return new Set([...get().loading].filter((other) => other !== id));
  }

  return {
    runs: [],
    loading: new Set<string>(),
    complaint: null,
    toggle: async (id, name, load) => {
      const { runs, loading } = get();
      if (runs.some((run) => run.id === id) || loading.has(id)) {
        set({ runs: runs.filter((run) => run.id !== id), loading: without(id), complaint: null });
        return;
      }
      if (runs.length + loading.size >= OVERLAY_LIMIT) {
        set({
          complaint: `At most ${OVERLAY_LIMIT} runs can be laid over the charts: more lines cannot be told apart. Take one off first.`,
        });
        return;
      }
      const ticket = Symbol(id);
      tickets.set(id, ticket);
      set({ loading: new Set([...loading, id]), complaint: null });
      try {
        const { config, record } = await load();
        if (tickets.get(id) !== ticket) return;
        const curves = curvesOf(record);
        if (curves.steps.length + curves.epochs.length === 0)
          throw new Error('It has no step and no evaluation.');
        const overlaid = { id, name, config, record: curves, place: freePlace(get().runs) };
        set({ runs: [...get().runs, overlaid], loading: without(id) });
      } catch (error) {
        if (tickets.get(id) !== ticket) return;
        const reason = reasonOf(error);
        const complaint = reason && `${name} could not be laid over the charts. ${reason}`;
        set({ loading: without(id), complaint });
      }
    },
    rename: (id, name) => set({ runs: get().runs.map((run) => (run.id === id ? { ...run, name } : run)) }),
    clear: () => {
      tickets.clear();
      set({ runs: [], loading: new Set(), complaint: null });
    },
    dismiss: () => set({ complaint: null }),
  };
});

/** Curves and result alone: weights, pictures and maps of an overlaid run would only fill memory. */
function curvesOf({ ready, steps, epochs, gradients, budgets, floors, final }: RunRecord): Curves {
  const mapImages = { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  return { ready: ready && { ...ready, mapImages }, steps, epochs, gradients, budgets, floors, final };
}

function freePlace(runs: readonly OverlaidRun[]): number {
  const taken = new Set(runs.map(({ place }) => place));
  return Array.from({ length: OVERLAY_LIMIT }, (_, place) => place).find((place) => !taken.has(place)) ?? 0;
}
