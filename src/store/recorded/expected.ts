import { create } from 'zustand';
import type { SystemId } from '../../config.ts';
import { RECORDED_DATA } from '../../recorded/systems.ts';
import type { Ready } from '../../run/protocol.ts';
import { reasonOf } from '../exchanges.ts';
import { isOwn, type RunState } from '../run/run.ts';
import { recordedRun } from './recorded.ts';

/** The recorded runs that charts draw behind the curves of an own run: what can be expected of it. */
export interface Expected {
  /** Those that were fetched. */
  readonly runs: Readonly<Partial<Record<SystemId, RunState>>>;
  /** The reason why one could not be fetched, in a sentence. */
  readonly complaint: string | null;
  /** Fetches the recorded run of a system, once. Never throws. */
  fetch(system: SystemId): Promise<void>;
}

export const useExpected = create<Expected>()((set, get) => ({
  runs: {},
  complaint: null,
  fetch: async (system) => {
    if (get().runs[system]) return;
    try {
      const run = await recordedRun(system);
      set({ runs: { ...get().runs, [system]: run }, complaint: null });
    } catch (error) {
      set({ complaint: reasonOf(error) });
    }
  },
}));

/** The system whose recorded run may be drawn behind a run; null for a recorded run, or for other images. */
export function expectedSystem(run: RunState | null): SystemId | null {
  const { ready } = run?.record ?? {};
  if (run === null || !isOwn(run) || !ready || run.record.steps.length === 0) return null;
  return ready.data.name === RECORDED_DATA ? run.config.system : null;
}

type Images = Pick<Ready, 'data'>;

/**
 * Whether two runs learned from the same images. Where the images of one were never counted by their bytes,
 * the name and the numbers of images must do.
 */
export function onSameImages(one: Images | null, other: Images | null): boolean {
  if (one === null || other === null) return false;
  const [a, b] = [one.data, other.data];
  if (a.fingerprint !== undefined && b.fingerprint !== undefined) return a.fingerprint === b.fingerprint;
  return a.name === b.name && a.train === b.train && a.test === b.test && a.size === b.size;
}
