import { useRef } from 'react';
import type { Branch } from '../../metrics.ts';
import type { RunRecord } from '../../store/run/run.ts';

type Maps = RunRecord['maps'];

/**
 * The maps of two branches, both of one evaluation and one projection. While only one of them is new, those
 * before it stay, because differences between the maps should be those of the branches. A run file may hold
 * maps of different evaluations; they are then shown as they are.
 */
export function useSameEvaluation(run: string | null, maps: Maps | null, pair: readonly Branch[]): Maps {
  const shown = useRef<{ readonly run: string | null; readonly pair: string; readonly maps: Maps } | null>(
    null,
  );
  const name = pair.join(' ');
  const before = shown.current?.run === run && shown.current.pair === name ? shown.current.maps : null;
  const next = maps ?? {};
  if (isSame(next, pair) || before === null || !isLater(next, before, pair)) {
    shown.current = { run, pair: name, maps: next };
    return next;
  }
  return before;
}

/** Whether the maps belong together. One map alone does. */
export function isSame(maps: Maps, pair: readonly Branch[]): boolean {
  const [first, ...others] = pair.flatMap((branch) => maps[branch] ?? []);
  return others.every((map) => map.step === first!.step && map.projection === first!.projection);
}

/** Whether some maps have followed others. If a run went back to an earlier step, they have not. */
function isLater(next: Maps, before: Maps, pair: readonly Branch[]): boolean {
  return pair.every((branch) => (next[branch]?.step ?? -1) >= (before[branch]?.step ?? -1));
}
