import type { SessionState } from '../run/protocol.ts';

/** The states that may follow each state. Every state but the last three may fail. */
const NEXT: Readonly<Record<SessionState, readonly SessionState[]>> = {
  idle: ['loading'],
  loading: ['compiling', 'failed'],
  // A run that continues from a checkpoint goes straight to training or to a pause.
  compiling: ['evaluating', 'training', 'paused', 'interrupted', 'failed'],
  evaluating: ['training', 'paused', 'finished', 'interrupted', 'failed'],
  training: ['pausing', 'evaluating', 'interrupted', 'failed'],
  pausing: ['paused', 'training', 'evaluating', 'interrupted', 'failed'],
  paused: ['training', 'evaluating', 'interrupted', 'failed'],
  interrupted: [],
  finished: [],
  failed: [],
};

/** The only holder of a session's state. Throws on a move that the table does not allow. */
export class StateMachine {
  private current: SessionState = 'idle';

  constructor(private readonly announce: (state: SessionState) => void) {}

  get state(): SessionState {
    return this.current;
  }

  /** Moves to `next` and announces it. A move to the present state announces nothing. */
  to(next: SessionState): void {
    if (next === this.current) return;
    if (!NEXT[this.current].includes(next)) {
      throw new Error(
        `session: cannot go from ${this.current} to ${next}, only to ${NEXT[this.current].join(', ') || 'nowhere'}`,
      );
    }
    this.current = next;
    this.announce(next);
  }
}
