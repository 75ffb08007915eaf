import type { Place } from '../../run/links/momentLink.ts';
import type { Turned } from '../run/dial/onDial.ts';
import type { RunState } from '../run/run.ts';
import { useSelection } from '../run/selection.ts';
import { useShown } from '../run/shown.ts';
import { usePlayer } from './player.ts';

/** Looks at a place of the run on the page: pauses there, and marks its images. */
export function goTo(
  run: Pick<RunState, 'run'>,
  { step, image, against }: Pick<Place, 'step' | 'image' | 'against'>,
  turned: Turned | null = null,
): void {
  usePlayer.getState().pause();
  if (turned === null) useShown.getState().look(run.run, step);
  else useShown.getState().turn(run.run, turned);
  useSelection.setState({ pinned: image, against });
}

/** The place that is looked at in the run on the page. @param length its steps */
export function placeNow(length: number): Place {
  const { pinned, against } = useSelection.getState();
  const { step, turned } = useShown.getState();
  const dial = turned?.point.budget ?? null;
  const stands = dial === null && !usePlayer.getState().playing;
  return { step: stands ? (step ?? length) : null, dial, image: pinned, against };
}
