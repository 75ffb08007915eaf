import { useEffect, useMemo } from 'react';
import { useLooks } from '../../store/looks.ts';
import { usePlayground } from '../../store/playground.ts';
import { expectedSystem, onSameImages, useExpected } from '../../store/recorded/expected.ts';
import type { RunState } from '../../store/run/run.ts';
import { settingsText } from '../player/settingsText.ts';
import { AROUND, type Band } from './bands.ts';

/** What a chart draws of the recorded run behind its own curves. */
export interface Behind {
  readonly bands: readonly Band[];
  /** Which run that is, for the legend; null where there is nothing behind the curves. */
  readonly label: string | null;
  /** What line and band are, and the settings of that run, in sentences. */
  readonly title: string;
}

/**
 * The recorded run of the same system on the same images, behind the curves of a run that is trained here or
 * was opened. It is fetched as soon as such a run has a step to draw, and not before.
 * @param draw must be the same function object as long as it draws the same
 */
export function useBehind(draw: (run: RunState) => readonly Band[]): Behind {
  const wanted = useLooks((looks) => looks.expected);
  const system = usePlayground(({ run }) => (wanted ? expectedSystem(run) : null));
  const ready = usePlayground(({ run }) => run?.record.ready ?? null);
  const recorded = useExpected(({ runs }) => (system === null ? null : (runs[system] ?? null)));
  const complaint = useExpected((expected) => (system === null ? null : expected.complaint));
  useEffect(() => {
    if (system !== null) void useExpected.getState().fetch(system);
  }, [system]);
  return useMemo(() => {
    if (recorded === null) return { ...NOTHING, ...(complaint && { label: FAILED, title: complaint }) };
    const bands = onSameImages(ready, recorded.record.ready) ? draw(recorded) : [];
    if (bands.length === 0) return NOTHING;
    return {
      bands,
      label: `recorded run, seed ${recorded.config.seed}`,
      title: `The recorded run of this system: ${settingsText(recorded)}. ${MEANING}`,
    };
  }, [recorded, complaint, ready, draw]);
}

const NOTHING: Behind = { bands: [], label: null, title: '' };
const FAILED = 'recorded run: not to be had';
const MEANING = `The line is the mean of ${2 * AROUND + 1} steps, the band reaches from their lowest to their highest value; evaluations have a line only. It is one run: other seeds may lie outside.`;
