import { create } from 'zustand';
import type { SystemId } from '../../config.ts';
import { fileName, RECORDED_SYSTEMS } from '../../recorded/systems.ts';
import { textOf } from '../../run/files/runText.ts';
import { imageFault, type Marks, NO_MARKS, type Place } from '../../run/links/momentLink.ts';
import { usePlayer } from '../player/player.ts';
import { usePlayground } from '../playground.ts';
import type { Turned } from '../run/dial/onDial.ts';
import { applyEvent, newRun, type RunState, stepsMade } from '../run/run.ts';
import { useSelection } from '../run/selection.ts';
import { useShown } from '../run/shown.ts';
import { siteFile } from '../siteFile.ts';
import { pixelsOf } from './sheet.ts';

export { RECORDED_SYSTEMS } from '../../recorded/systems.ts';

/** Path of the recorded runs, from the site's root. */
const FOLDER = 'recorded/';

/** Runs that come with the page. */
export interface RecordedRuns {
  /** Whether the page still waits for the run that it opens on. */
  readonly greeting: boolean;
  /** The run that is being fetched; null if none is. */
  readonly fetching: SystemId | null;
  /** The reason why a run could not be shown, in a sentence. */
  readonly complaint: string | null;
  /**
   * Plays the first recorded run, unless there is a run on the page. Says nothing if it cannot be had: the
   * page works without it.
   * @param still whether it stands at its end instead of playing
   */
  greet(still: boolean): Promise<void>;
  /**
   * Shows a recorded run. Asks first if the run on the page would be lost.
   * @param step the step that it stands at; null if it plays
   * @param marks images that are marked, and the budget that its dial is turned to in the place of a step
   */
  open(system: SystemId, step?: number | null, marks?: Marks & Partial<Pick<Place, 'dial'>>): Promise<void>;
  /** Lets the page show another run first, if this finds one. */
  waitFor(other: Promise<unknown>): void;
}

const known = new Map<SystemId, Promise<RunState>>();

/** The recorded run of a system, fetched once. @throws Error in words */
export async function recordedRun(system: SystemId): Promise<RunState> {
  const fetched = known.get(system) ?? fetchRun(system);
  known.set(system, fetched);
  fetched.catch(() => known.delete(system));
  return fetched;
}

export const useRecorded = create<RecordedRuns>()((set, get) => {
  let newest = 0;
  let awaited: Promise<unknown> = Promise.resolve();

  /** @param step the step that it stands at; null if it plays */
  function show(
    run: RunState,
    step: number | null,
    { image, against }: Marks,
    turned: Turned | null = null,
  ): void {
    const { look, turn } = useShown.getState();
    // The run begins at its first step, and never shows its end for an instant before.
    if (turned === null) look(run.run, step ?? 0, 'player');
    else turn(run.run, turned);
    usePlayground.getState().show(run);
    useSelection.setState({ pinned: image, against });
    if (step === null && turned === null) usePlayer.getState().play();
  }

  return {
    greeting: true,
    fetching: null,
    complaint: null,
    greet: async (still) => {
      await awaited;
      // A link may have named another run.
      const isFree = () => usePlayground.getState().run === null && get().fetching === null;
      const run = isFree() ? await recordedRun(RECORDED_SYSTEMS[0]!).catch(() => null) : null;
      if (run !== null && isFree()) {
        // Nobody asked for this run, so a refusal of what the user did meanwhile stays said.
        const { complaint } = usePlayground.getState();
        show(run, still ? stepsMade(run) : null, NO_MARKS);
        usePlayground.setState({ complaint });
      }
      set({ greeting: false });
    },
    waitFor: (other) => {
      awaited = other;
    },
    open: async (system, step = null, marks = NO_MARKS) => {
      const own = ++newest;
      set({ fetching: system, complaint: null });
      try {
        const run = await recordedRun(system);
        const fault = imageFault(marks, run.record.ready?.mapImages.count ?? 0);
        const found = fault ?? (await turnedAt(run, marks.dial ?? null));
        if (own !== newest) return;
        if (typeof found === 'string') set({ complaint: `The link was not followed. ${found}` });
        else usePlayground.getState().instead(() => show(run, step, marks, found));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (own === newest) set({ complaint: `The recorded run could not be shown. ${reason}` });
      } finally {
        if (own === newest) set({ fetching: null });
      }
    },
  };
});

/** The point of the dial that a link names; null for none. A text says why there is none. */
async function turnedAt(run: RunState, budget: number | null): Promise<Turned | string | null> {
  // It is loaded when it is first needed, because few links turn a dial.
  return budget === null ? null : (await import('../player/linkedDial.ts')).linkedPoint(run, budget);
}

/** Fetches a recorded run. @throws Error in words */
async function fetchRun(system: SystemId): Promise<RunState> {
  const name = fileName(system);
  // The schema library is loaded meanwhile, and not before: it would delay the first paint.
  const [found, { eventsOfRecorded, parseRecordedFile }] = await Promise.all([
    siteFile(`${FOLDER}${name}`),
    import('../../recorded/recordedFile.ts'),
  ]);
  if (typeof found === 'number')
    throw new Error(`${name} is not on this site (HTTP ${found}). Try again later.`);
  const file = parseRecordedFile(await textOf(await found.blob()));
  const { run, recorded, pictures } = file;
  const pixels = await pixelsOf(pictures, run.mapLabels.length, run.data?.size ?? 32);
  const id = `recorded-${system}`;
  const byProject = { system, on: recorded.on, device: recorded.device, project: recorded.project };
  const blank = newRun(id, run.config, { kind: 'recorded', file: name, byProject });
  return eventsOfRecorded(file, id, pixels).reduce<RunState>(applyEvent, blank);
}
