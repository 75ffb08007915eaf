import { create } from 'zustand';
import { branchEntries } from '../../metrics.ts';
import type { RunRecord } from '../../run/record.ts';
import { recordAt } from '../../run/recordAt.ts';
import { usePlayground } from '../playground.ts';
import { isOf, runOnDial, type Turned } from './dial/onDial.ts';
import { type RunState, stepsMade } from './run.ts';
import { useSelection } from './selection.ts';

/** What moves the moment: a hand on the slider, or the player. */
export type Mover = 'hand' | 'player';

/**
 * The run on the page as figures show it: now, as it stood at an earlier step that is looked at, or at a
 * point of its dial.
 */
export interface Shown {
  readonly run: RunState | null;
  /** The step that is looked at; null for the present. */
  readonly step: number | null;
  /** Steps that the whole run had when that step was chosen: how far the charts reach meanwhile. */
  readonly length: number;
  readonly mover: Mover;
  /** The point of the dial that is shown; null while the run is shown as it was trained. */
  readonly turned: Turned | null;
  /**
   * Looks at a step of a run, at once or as soon as that run is on the page. Any other run is shown as it
   * stands now.
   * @param step null for the present
   */
  look(run: string, step: number | null, mover?: Mover): void;
  /**
   * Shows a run at a point of its dial, as it stands now. Any other run is shown as it was trained, and so is
   * this one once it has trained on.
   * @param turned null for the run as it was trained
   */
  turn(run: string, turned: Turned | null): void;
}

/** What is wanted of a run: one of its steps, or a point of its dial. */
type Wanted = { readonly run: string } & (
  | { readonly step: number; readonly turned: null }
  | { readonly step: null; readonly turned: Turned }
);

/**
 * Follows the run on the page. Figures read this store; what acts on the run reads the playground, which
 * always has the whole run.
 */
export const useShown = create<Shown>()((set, get) => {
  let wanted: Wanted | null = null;

  function follow(mover: Mover): void {
    const { run } = usePlayground.getState();
    const own = run !== null && wanted?.run === run.run ? wanted : null;
    const step = own?.step ?? null;
    const turned = run !== null && own?.turned && isOf(own.turned.dial, run) ? own.turned : null;
    const now = get();
    useSelection.getState().lookAt(step);
    const isSame = step === now.step && mover === now.mover && turned?.point === now.turned?.point;
    const shown = run && shownOf(run, step, turned, now.run);
    if (shown === now.run && isSame) return;
    // Of a run that goes on, the charts keep their length as long as nothing else is looked at.
    const isKept = step === now.step && run?.run === now.run?.run;
    set({ run: shown, step, turned, length: isKept ? now.length : run ? stepsMade(run) : 0, mover });
  }

  usePlayground.subscribe(({ run }, before) => {
    if (run !== before.run) follow(get().mover);
  });

  return {
    run: usePlayground.getState().run,
    step: null,
    length: 0,
    mover: 'hand',
    turned: null,
    look: (run, step, mover = 'hand') => {
      wanted = step === null ? null : { run, step, turned: null };
      follow(mover);
    },
    turn: (run, turned) => {
      wanted = turned && { run, step: null, turned };
      follow('hand');
    },
  };
});

function shownOf(run: RunState, step: number | null, turned: Turned | null, before: RunState | null) {
  if (turned !== null) return runOnDial(run, turned);
  return step === null ? run : runAt(run, step, before);
}

/**
 * The run as it stood after `step` steps.
 * @param before what was shown last: parts that stay the same are taken from it, so that nothing redraws them
 */
export function runAt(run: RunState, step: number, before: RunState | null = null): RunState {
  if (step >= stepsMade(run)) return run;
  const record = recordAt(run.record, step);
  const last = before?.run === run.run ? before.record : null;
  return {
    ...run,
    record: last === null ? record : withEqualParts(record, last),
    budget: record.budgets.at(-1)?.budget ?? run.config.budget,
    log: run.log.filter((line) => line.step <= step),
  };
}

/** The record, with the other's lists where they are as long, and its maps where they are the same. */
function withEqualParts(record: RunRecord, other: RunRecord): RunRecord {
  const { steps, epochs, gradients, budgets, maps } = other;
  const drawn = branchEntries(record.maps);
  const sameMaps =
    drawn.length === Object.keys(maps).length && drawn.every(([branch, map]) => maps[branch] === map);
  return {
    ...record,
    steps: isSame(record.steps, steps) ? steps : record.steps,
    epochs: isSame(record.epochs, epochs) ? epochs : record.epochs,
    gradients: isSame(record.gradients, gradients) ? gradients : record.gradients,
    budgets: isSame(record.budgets, budgets) ? budgets : record.budgets,
    maps: sameMaps ? maps : record.maps,
  };
}

/** Whether both are the same beginning of one run's list: rows are never changed, only added. */
function isSame<Row>(rows: readonly Row[], others: readonly Row[]): boolean {
  return rows.length === others.length && rows.at(-1) === others.at(-1);
}
