import { create } from 'zustand';
import type { SystemId } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { type TabId, usePlace } from '../place.ts';
import { usePlayer } from '../player/player.ts';
import { usePlayground } from '../playground.ts';
import { recordedRun, useRecorded } from '../recorded/recorded.ts';
import { type RunState, stepsMade } from '../run/run.ts';
import { useRuns } from '../runs/runs.ts';
import { measuredRuns, sectionsOf } from '../runs/runsTable.ts';
import { type Answer, answerOf } from '../studies/questions.ts';

/** Where a step of the story begins to show its run. */
type Opening =
  /** It plays from its first step. */
  | 'start'
  /** It plays on from the change of its budget. */
  | 'budget'
  /** It stands at its last step. */
  | 'end';

/** A step of the story: the recorded run that it shows, and where to look. */
export interface StoryStep {
  readonly system: SystemId;
  readonly opening: Opening;
  readonly tab: TabId;
  /** The topic of the panel that it points at. */
  readonly points: 'network' | 'budget' | 'distribution' | 'maps' | 'questions';
}

export const STORY: readonly StoryStep[] = [
  { system: 'dual-gating', opening: 'start', tab: 'run', points: 'network' },
  { system: 'dual-gating', opening: 'budget', tab: 'run', points: 'budget' },
  { system: 'dual-gating', opening: 'end', tab: 'channels', points: 'distribution' },
  { system: 'dual-gating', opening: 'end', tab: 'run', points: 'maps' },
  { system: 'vicreg', opening: 'end', tab: 'compare', points: 'questions' },
];

/** What a step tells about. Its numbers are those of recorded runs, whatever run is on the page. */
export interface Told {
  /** The step, from 1. */
  readonly step: number;
  /** The run that it shows, to its end. */
  readonly run: RunState;
  /** Recorded gated networks against small dense ones; null where the step does not need it. */
  readonly small: Answer | null;
}

export interface Story {
  readonly told: Told | null;
  /** Why the run of a step could not be shown, in a sentence. */
  readonly complaint: string | null;
  /**
   * Shows the run of a step, at its moment and in its tab. Asks first if the run on the page would be lost.
   * @param step from 1
   * @param still whether nothing may play
   */
  tell(step: number, still: boolean): Promise<void>;
}

export const useStory = create<Story>()((set) => {
  let newest = 0;
  return {
    told: null,
    complaint: null,
    tell: async (step, still) => {
      const own = ++newest;
      const { system, opening, tab, points } = STORY[step - 1]!;
      set({ complaint: null });
      try {
        const reading = recordedRun(system);
        const [run, small] = await Promise.all([reading, points === 'questions' ? smallAnswer() : null]);
        if (own !== newest) return;
        set({ told: { step, run, small } });
        usePlace.getState().open(tab);
        await put(run, system, momentOf(run, opening, still), !still && opening !== 'end');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (own === newest) set({ complaint: reason });
      }
    },
  };
});

/** The step of the run at which a step of the story begins. */
function momentOf(run: RunState, opening: Opening, still: boolean): number {
  const last = stepsMade(run);
  const [change] = run.record.budgets;
  switch (opening) {
    case 'start':
      return still ? last : 0;
    case 'budget': {
      if (!change) return still ? last : 0;
      const next = run.record.epochs.find((row) => row.step > change.step);
      return still ? (next?.step ?? last) : change.step;
    }
    case 'end':
      return last;
    default:
      return opening satisfies never;
  }
}

/** Puts the run on the page at one of its steps. If it is there already, it only moves. */
async function put(run: RunState, system: SystemId, step: number, plays: boolean): Promise<void> {
  const isThere = () => usePlayground.getState().run?.run === run.run;
  if (isThere()) usePlayer.getState().scrub(step);
  else await useRecorded.getState().open(system, step);
  if (plays && isThere()) usePlayer.getState().play();
}

/** What the recorded runs say about gated networks and small dense ones; null if they are not on the site. */
async function smallAnswer(): Promise<Answer | null> {
  await useRuns.getState().load();
  const recorded = measuredRuns(useRuns.getState().recorded);
  return answerOf('small', sectionsOf(recorded, 'knn20'), DEFAULT_CONFIG);
}
