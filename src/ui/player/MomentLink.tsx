import { Link } from 'lucide-react';
import { placeNow } from '../../store/player/goTo.ts';
import { usePlayer } from '../../store/player/player.ts';
import { usePlayground } from '../../store/playground.ts';
import { byProject, identityOf, stepsMade } from '../../store/run/run.ts';
import { useShare } from '../../store/share.ts';

/**
 * Copies a link to the run on the page: to the step that is looked at or the place of its dial, with the
 * images that are marked, or to the run as such while it plays.
 */
export function MomentLink() {
  const there = usePlayground(({ run }) => run !== null && (byProject(run) ?? identityOf(run)) !== null);
  const playing = usePlayer((state) => state.playing);
  const words = playing ? 'Copy a link to this run' : 'Copy a link to this moment';
  return (
    <button
      type="button"
      className="button quiet icon"
      aria-label={words}
      title={words}
      disabled={!there}
      onClick={copy}
    >
      <Link size={15} aria-hidden />
    </button>
  );
}

function copy(): void {
  const { run } = usePlayground.getState();
  if (run === null) return;
  const place = placeNow(stepsMade(run));
  const by = byProject(run);
  const own = identityOf(run);
  const { copyMoment } = useShare.getState();
  if (by !== null) void copyMoment({ ...place, system: by.system });
  else if (own !== null) void copyMoment({ ...place, run: own });
}
