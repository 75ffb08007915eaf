import type { RunConfig, SystemId } from '../config.ts';
import { DEFAULT_CONFIG } from '../presets.ts';

/** The run that the page opens on comes first. */
export const RECORDED_SYSTEMS: readonly SystemId[] = ['dual-gating', 'vicreg', 'vicreg-gating', 'slimmable'];

export function isRecordedSystem(name: string): name is SystemId {
  return RECORDED_SYSTEMS.some((system) => system === name);
}

/** The name of the images that all of them learned from. */
export const RECORDED_DATA = 'Emoji-10';

/** Name of the file of a recorded run, below public/recorded. */
export function fileName(system: SystemId): string {
  return `${system}.run.json.gz`;
}

/** The results of all recorded runs, as a run set. */
export const RESULTS_FILE = 'systems.json';

/** A recorded run: what is trained, and how its budget moves on the way. */
export interface RecordingPlan {
  readonly config: RunConfig;
  /** t_d is set to `budget` at the first evaluation after `share` of the steps; null if it stays. */
  readonly move: { readonly share: number; readonly budget: number } | null;
}

/** The steps of the default preset, five epochs: what *Train your own* trains is what was recorded. */
const STEPS = DEFAULT_CONFIG.steps;
/** t_d of all systems at the end. */
const BUDGET = 0.3;
/** The first t_d of dual gating, so that its budget can be seen to move. */
const FIRST_BUDGET = 0.5;

/** The run that is recorded of a system. @param steps length of the run, steps of the optimiser */
export function recordingPlan(system: SystemId, steps = STEPS): RecordingPlan {
  const moves = system === 'dual-gating';
  return {
    config: {
      ...DEFAULT_CONFIG,
      ...{ system, steps, budget: moves ? FIRST_BUDGET : BUDGET, evaluateEvery: 1, mapPoints: 500 },
    },
    move: moves ? { share: 0.33, budget: BUDGET } : null,
  };
}
