import { useMemo } from 'react';
import { contrastGroups, type GroupContrast } from '../../store/run/channels.ts';
import { useSelection } from '../../store/run/selection.ts';
import { useSampled } from '../shell/useSampled.ts';

/**
 * How the two groups of map images differ in their gates. Null without groups or without the gates per image.
 */
export function useContrast(): GroupContrast | null {
  const blocks = useSampled((run) => run?.record.ready?.network.blocks ?? null, 1);
  const gates = useSampled((run) => run?.record.mapGates ?? null, 1);
  const groups = useSelection((state) => state.groups);
  return useMemo(
    () => (blocks && gates ? contrastGroups(blocks, gates, groups) : null),
    [blocks, gates, groups],
  );
}
