import { Pause, Play, Radio, Repeat } from 'lucide-react';
import { SPEEDS, usePlayer } from '../../store/player/player.ts';
import { usePlayground } from '../../store/playground.ts';
import { stepsMade } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';
import { count } from '../shell/format.ts';
import { MomentLink } from './MomentLink.tsx';
import { Ticks } from './Ticks.tsx';

/** Plays the run on the page, and moves all figures to any of its steps. @property live whether it trains */
export function PlayerBar({ live }: { readonly live: boolean }) {
  const playing = usePlayer((state) => state.playing);
  const loop = usePlayer((state) => state.loop);
  const speed = usePlayer((state) => state.speed);
  const length = usePlayground(({ run }) => (run ? stepsMade(run) : 0));
  const looked = useShown((state) => state.step);
  const epoch = useShown(({ run }) => run?.record.steps.at(-1)?.epoch ?? null);
  const { play, pause, scrub, toPresent, setLoop, setSpeed } = usePlayer.getState();
  const step = looked === null ? length : Math.min(looked, length);

  return (
    <div className="player">
      <button
        type="button"
        className="button icon"
        aria-label={playing ? 'Pause the player' : 'Play from the first step'}
        title={playing ? 'Pause the player' : 'Play'}
        disabled={length === 0}
        onClick={playing ? pause : play}
      >
        {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
      </button>
      <div className="track">
        <input
          type="range"
          aria-label="Step that is shown"
          aria-valuetext={`step ${count(step)} of ${count(length)}${epoch === null ? '' : `, epoch ${epoch + 1}`}`}
          min={0}
          max={length}
          step={1}
          value={step}
          disabled={length === 0}
          onChange={({ currentTarget }) => scrub(Number(currentTarget.value))}
          onKeyDown={(event) => {
            if (event.key !== ' ') return;
            // On the page, Space starts a run of one's own. Here it belongs to the player.
            event.preventDefault();
            event.stopPropagation();
            if (playing) pause();
            else play();
          }}
        />
        <Ticks length={length} />
      </div>
      <span className="at">
        step {count(step)}
        <span className="muted">/{count(length)}</span>
      </span>
      {live ? (
        <button
          type="button"
          className="button tiny live"
          aria-pressed={looked === null}
          title="Back to the present"
          onClick={toPresent}
        >
          <Radio size={13} aria-hidden /> Live
        </button>
      ) : (
        <button
          type="button"
          className="button quiet icon"
          aria-label="Play again at the end"
          title="Play again at the end"
          aria-pressed={loop}
          onClick={() => setLoop(!loop)}
        >
          <Repeat size={15} aria-hidden />
        </button>
      )}
      <select
        className="input speed"
        aria-label="Speed of the player"
        title="Speed of the player"
        value={speed}
        onChange={({ currentTarget }) =>
          setSpeed(SPEEDS.find((one) => String(one) === currentTarget.value) ?? 1)
        }
      >
        {SPEEDS.map((one) => (
          <option key={one} value={one}>
            {one} ×
          </option>
        ))}
      </select>
      <MomentLink />
    </div>
  );
}
