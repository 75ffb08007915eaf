import { Play } from 'lucide-react';
import { useEffect } from 'react';
import { prefersStillness } from '../../platform/stillness.ts';
import { usePlace } from '../../store/place.ts';
import { usePlayer } from '../../store/player/player.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { useRecorded } from '../../store/recorded/recorded.ts';
import { isOwn, stepsMade } from '../../store/run/run.ts';
import { StoryEntry } from '../story/StoryEntry.tsx';
import { PlayerBar } from './PlayerBar.tsx';
import { RecordedBadge } from './RecordedBadge.tsx';
import { RecordedChoice } from './RecordedChoice.tsx';
import { resultWords } from './resultWords.ts';

/**
 * What the page opens on: one sentence on what it does, a recorded run that plays in all panels, and the way
 * to a run of one's own. With any other run, and in the other tabs, less of it remains: the controls that
 * look back.
 */
export function RecordedStage() {
  const own = usePlayground(({ run }) => isOwn(run));
  const hasSteps = usePlayground(({ run }) => run !== null && stepsMade(run) > 0);
  const busy = usePlayground(({ run }) => underWay(run));
  const first = usePlace(({ tab }) => tab === 'run');
  const greeting = useRecorded((state) => state.greeting);
  const complaint = useRecorded((state) => state.complaint);
  const result = usePlayground(({ run }) => (run === null ? '' : resultWords(run)));
  useGreeting();
  usePauseWhileHidden();

  if (own) {
    if (!hasSteps) return null;
    return (
      <section className="stage" aria-label="Player" data-player>
        <PlayerBar live={busy} />
      </section>
    );
  }
  return (
    <section className="stage" aria-label="Player" data-player>
      {first && (
        <div className="stage-claim">
          <p>
            <strong>One encoder learns to be two networks at once</strong>: a dense one, and a gated one that
            computes only as much as you allow. Without labels, and in this browser tab.
            <span className="stage-result">{result}</span>
          </p>
          <StoryEntry />
          <button type="button" className="button primary" onClick={() => usePlayground.getState().toggle()}>
            <Play size={14} aria-hidden /> Train your own
          </button>
        </div>
      )}
      {/* It keeps its place from the start, so that nothing below moves when the run comes. */}
      {(hasSteps || greeting) && <PlayerBar live={false} />}
      <div className="credit">
        <RecordedBadge />
        <RecordedChoice />
      </div>
      {complaint && (
        <p className="fault" role="alert">
          {complaint}
        </p>
      )}
    </section>
  );
}

/** Fetches the recorded run once the page is painted. */
function useGreeting(): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      setTimeout(() => void useRecorded.getState().greet(prefersStillness()));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
}

/** Holds the player while nobody sees the page. */
function usePauseWhileHidden(): void {
  useEffect(() => {
    let held = false;
    const heed = () => {
      const { playing, pause, play } = usePlayer.getState();
      if (document.hidden && playing) {
        held = true;
        pause();
      } else if (!document.hidden && held) {
        held = false;
        play();
      }
    };
    document.addEventListener('visibilitychange', heed);
    return () => document.removeEventListener('visibilitychange', heed);
  }, []);
}
