import { Link } from 'lucide-react';
import { usePlayer } from '../../store/player/player.ts';
import { usePlayground } from '../../store/playground.ts';
import { byProject, stepsMade } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';
import { useShare } from '../../store/share.ts';

/** Copies a link to the recorded run: to the step that is looked at, or to its start while it plays. */
export function MomentLink() {
  const there = usePlayground(({ run }) => byProject(run) !== null);
  const playing = usePlayer((state) => state.playing);
  if (!there) return null;
  const words = playing ? 'Copy a link to this recorded run' : 'Copy a link to this moment';
  return (
    <button type="button" className="button quiet icon" aria-label={words} title={words} onClick={copy}>
      <Link size={15} aria-hidden />
    </button>
  );
}

function copy(): void {
  const { run } = usePlayground.getState();
  const by = byProject(run);
  if (run === null || by === null) return;
  const step = usePlayer.getState().playing ? null : (useShown.getState().step ?? stepsMade(run));
  void useShare.getState().copyMoment({ system: by.system, step });
}
