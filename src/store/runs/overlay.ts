import { create } from 'zustand';
import type { RunConfig } from '../../config.ts';
import type { RunRecord } from '../../run/record.ts';
import { reasonOf } from '../exchanges.ts';
import { useLooks } from '../looks.ts';

/** The part of a run that the charts draw, and its result. */
export type Curves = Pick<
  RunRecord,
  'ready' | 'steps' | 'epochs' | 'gradients' | 'budgets' | 'floors' | 'final'
>;

/** A run whose curves can be drawn over those of the run on the page. */
export interface Overlayable {
  readonly config: RunConfig;
  readonly record: RunRecord;
}

/** A run that is drawn over the charts. */
export interface OverlaidRun {
  readonly id: string;
  readonly name: string;
  readonly config: RunConfig;
  readonly record: Curves;
  /** Its place decides how its lines look on every chart. A place that becomes free is used again. */
  readonly place: number;
  /** The colour that the user gave to it, as #rrggbb, instead of that of its place. */
  readonly color?: string;
}

/** With more runs, the lines could not be distinguished. */
export const OVERLAY_LIMIT = 6;

export interface Overlay {
  /** In the order in which they were added. */
  readonly runs: readonly OverlaidRun[];
  /** Ids of the runs that are being read. */
  readonly loading: ReadonlySet<string>;
  /** The reason why a run could not be added. */
  readonly complaint: string | null;
  /** Adds a run or removes it, also while it is still being read. Never throws. */
  toggle(id: string, name: string, load: () => Promise<Overlayable>): Promise<void>;
  /** Changes the name of a run, if it is drawn. */
  rename(id: string, name: string): void;
  /** Gives a run a colour, which this browser remembers. */
  recolor(id: string, color: string): void;
  clear(): void;
  dismiss(): void;
}

export const useOverlay = create<Overlay>()((set, get) => {
  /** The reading of each run that counts. A reading no longer counts if its run was removed meanwhile. */
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
          throw new Error('It has no step and no evaluation. Choose another run.');
        const color = useLooks.getState().runColors[id];
        const place = freePlace(get().runs);
        const overlaid = { id, name, config, record: curves, place, ...(color && { color }) };
        set({ runs: [...get().runs, overlaid], loading: without(id) });
      } catch (error) {
        if (tickets.get(id) !== ticket) return;
        const reason = reasonOf(error);
        const complaint = reason && `${name} could not be laid over the charts. ${reason}`;
        set({ loading: without(id), complaint });
      }
    },
    rename: (id, name) => set({ runs: get().runs.map((run) => (run.id === id ? { ...run, name } : run)) }),
    recolor: (id, color) => {
      const { runColors, choose } = useLooks.getState();
      choose({ runColors: { ...runColors, [id]: color } });
      set({ runs: get().runs.map((run) => (run.id === id ? { ...run, color } : run)) });
    },
    clear: () => {
      tickets.clear();
      set({ runs: [], loading: new Set(), complaint: null });
    },
    dismiss: () => set({ complaint: null }),
  };
});

/** Curves and result only. The weights, pictures and maps of a run over the charts would only take memory. */
function curvesOf({ ready, steps, epochs, gradients, budgets, floors, final }: RunRecord): Curves {
  const mapImages = { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  return { ready: ready && { ...ready, mapImages }, steps, epochs, gradients, budgets, floors, final };
}

function freePlace(runs: readonly OverlaidRun[]): number {
  const taken = new Set(runs.map(({ place }) => place));
  return Array.from({ length: OVERLAY_LIMIT }, (_, place) => place).find((place) => !taken.has(place)) ?? 0;
}
