import { create } from 'zustand';
import { usePlayground } from '../playground.ts';
import { stepsMade } from '../run/run.ts';
import { underWay } from '../run/runStates.ts';
import { useShown } from '../run/shown.ts';
import { advanced, type Head, type Speed, stepOf } from './head.ts';

export { SPEEDS, type Speed } from './head.ts';

/** Time between two moves of the player, milliseconds. */
const TICK_MS = 100;

/** Plays the run on the page again from its first step, and moves to any of its steps. */
export interface Player {
  readonly playing: boolean;
  readonly loop: boolean;
  readonly speed: Speed;
  /** Plays on from the step that is looked at, or from the start if that is the last one. */
  play(): void;
  pause(): void;
  /** Looks at a step, and pauses. The last step is the present. */
  scrub(step: number): void;
  /** Returns to the present, and pauses. */
  toPresent(): void;
  setLoop(loop: boolean): void;
  setSpeed(speed: Speed): void;
}

export const usePlayer = create<Player>()((set, get) => {
  let timer: ReturnType<typeof setInterval> | undefined;
  let head: Head = { step: 0, rested: 0 };
  let movedAt = 0;
  let played: string | null = null;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    if (get().playing) set({ playing: false });
  }

  function move(): void {
    const { run } = usePlayground.getState();
    if (run === null || run.run !== played) {
      stop();
      return;
    }
    const now = performance.now();
    const { speed, loop } = get();
    const next = advanced(head, now - movedAt, { length: stepsMade(run), speed, loop });
    movedAt = now;
    if (next === null) {
      useShown.getState().look(run.run, null, 'player');
      stop();
      return;
    }
    head = next;
    useShown.getState().look(run.run, stepOf(head), 'player');
  }

  // Another run takes the place of the one that is played.
  usePlayground.subscribe(({ run }) => {
    if (get().playing && run?.run !== played) stop();
  });

  return {
    playing: false,
    loop: true,
    speed: 1,
    play: () => {
      const { run } = usePlayground.getState();
      if (run === null || stepsMade(run) === 0) return;
      const { step } = useShown.getState();
      head = { step: step === null || step >= stepsMade(run) ? 0 : step, rested: 0 };
      played = run.run;
      movedAt = performance.now();
      clearInterval(timer);
      timer = setInterval(move, TICK_MS);
      set({ playing: true });
      useShown.getState().look(run.run, stepOf(head), 'player');
    },
    pause: stop,
    scrub: (step) => {
      stop();
      const { run } = usePlayground.getState();
      if (run === null) return;
      // The last step of a run under way soon has a later one.
      const isPresent = step >= stepsMade(run);
      useShown.getState().look(run.run, isPresent && underWay(run) ? null : step);
    },
    toPresent: () => {
      stop();
      const { run } = usePlayground.getState();
      if (run) useShown.getState().look(run.run, null);
    },
    setLoop: (loop) => set({ loop }),
    setSpeed: (speed) => set({ speed }),
  };
});
