import type { Place } from '../../run/links/momentLink.ts';
import type { RunState } from '../run/run.ts';
import { useSelection } from '../run/selection.ts';
import { useShown } from '../run/shown.ts';
import { usePlayer } from './player.ts';

/** Looks at a place of the run on the page: pauses there, and marks its images. */
export function goTo(run: Pick<RunState, 'run'>, { step, image, against }: Place): void {
  usePlayer.getState().pause();
  useShown.getState().look(run.run, step);
  useSelection.setState({ pinned: image, against });
}

/** The place that is looked at in the run on the page. @param length its steps */
export function placeNow(length: number): Place {
  const { pinned, against } = useSelection.getState();
  const step = usePlayer.getState().playing ? null : (useShown.getState().step ?? length);
  return { step, image: pinned, against };
}
