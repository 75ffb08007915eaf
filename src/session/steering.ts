import type { Command } from '../run/protocol.ts';
import type { StateMachine } from './machine.ts';

/** Thrown through an evaluation that the user ended. */
export class Stopped extends Error {}

/** What the user has asked of a run that is under way, and the waiting that comes of it. */
export class Steering {
  private pauseAsked = false;
  private stopAsked = false;
  /** Ends the wait of a pause. */
  private wake: (() => void) | null = null;

  constructor(
    private readonly machine: StateMachine,
    /** Called before a pause begins: what was held back should be told. */
    private readonly beforePause: () => void,
  ) {}

  hear(kind: Extract<Command['kind'], 'pause' | 'resume' | 'step' | 'stop'>): void {
    switch (kind) {
      case 'pause':
        this.pauseAsked = true;
        if (this.machine.state === 'training') this.machine.to('pausing');
        break;
      case 'resume':
        this.pauseAsked = false;
        if (this.machine.state === 'pausing') this.machine.to('training');
        this.wake?.();
        break;
      case 'step':
        // Pause stays asked for: the loop takes one step and waits again.
        this.pauseAsked = true;
        this.wake?.();
        break;
      case 'stop':
        this.stopAsked = true;
        this.pauseAsked = false;
        this.wake?.();
        break;
      default:
        kind satisfies never;
    }
  }

  /** A step must not be taken before the engine rests: a pause or the end was asked for. */
  get restAsked(): boolean {
    return this.pauseAsked || this.stopAsked;
  }

  /** Before a step: waits out a pause. False when the user ended the run. */
  async mayTrain(): Promise<boolean> {
    if (this.pauseAsked && !this.stopAsked) await this.pause();
    if (this.stopAsked) return false;
    this.machine.to('training');
    return true;
  }

  /** In an evaluation that a stop ends. A pause waits for the step after it. */
  async mayEvaluate(): Promise<void> {
    if (this.stopAsked) throw new Stopped();
  }

  /** In the last evaluation: there is no step to pause before, so that the evaluation itself is held. */
  async mayFinish(): Promise<void> {
    if (!this.pauseAsked) return;
    await this.pause();
    this.machine.to('evaluating');
  }

  private async pause(): Promise<void> {
    this.beforePause();
    if (this.machine.state === 'training') this.machine.to('pausing');
    this.machine.to('paused');
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = null;
  }
}
