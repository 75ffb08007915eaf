import { Enough } from '../evaluate/evaluation.ts';
import type { Command, Pace } from '../run/protocol.ts';
import type { StateMachine } from './machine.ts';

/** Ends an evaluation when the user stops the run: `mayEvaluate` throws it, and the session catches it. */
export class Stopped extends Error {}

/** The longest that a rest goes on unheard, milliseconds. */
const REST_MS = 50;

/** What the user has asked of the present run, and the waits that follow from it. */
export class Steering {
  private pauseAsked = false;
  private stopAsked = false;
  pace: Pace = 'full';
  /** Ends the wait of a pause; null outside a pause. */
  private wake: (() => void) | null = null;
  /** Called when a pause or the end is asked for. */
  private heard: (() => void)[] = [];

  constructor(
    private readonly machine: StateMachine,
    /** Awaited before a pause begins, so that what was held back is sent and the step is kept. */
    private readonly beforePause: () => Promise<void>,
  ) {}

  hear(kind: Extract<Command['kind'], 'pause' | 'resume' | 'step' | 'stop'>): void {
    switch (kind) {
      case 'pause':
        this.pauseAsked = true;
        if (this.machine.state === 'training') this.machine.to('pausing');
        this.tellHeard();
        break;
      case 'resume':
        this.pauseAsked = false;
        if (this.machine.state === 'pausing') this.machine.to('training');
        this.wake?.();
        break;
      case 'step':
        // The pause stays asked for: the loop takes one step and then waits again.
        this.pauseAsked = true;
        this.wake?.();
        break;
      case 'stop':
        this.stopAsked = true;
        this.pauseAsked = false;
        this.wake?.();
        this.tellHeard();
        break;
      default:
        kind satisfies never;
    }
  }

  /** Whether a pause or the end was asked for: the engine must then rest before the next step. */
  get restAsked(): boolean {
    return this.pauseAsked || this.stopAsked;
  }

  /** Resolves when a pause or the end is asked for from now on. */
  nextRest(): Promise<void> {
    return new Promise((resolve) => this.heard.push(resolve));
  }

  private tellHeard(): void {
    const heard = this.heard;
    this.heard = [];
    for (const tell of heard) tell();
  }

  /** Called before a step: waits until a pause is over. False when the user ended the run. */
  async mayTrain(): Promise<boolean> {
    if (this.pauseAsked && !this.stopAsked) await this.pause();
    if (this.stopAsked) return false;
    this.machine.to('training');
    return true;
  }

  /** Called in an evaluation that a stop ends. A pause is not taken here: it begins before the next step. */
  async mayEvaluate(): Promise<void> {
    if (this.stopAsked) throw new Stopped();
  }

  /** Called before the last evaluation: from now on, a stop ends this evaluation, no longer the training. */
  beginFinish(): void {
    this.stopAsked = false;
  }

  /**
   * Called in the last evaluation. No step follows in which a pause could begin, so the evaluation itself
   * waits.
   * @throws Enough when the user wants the numbers that there are by now
   */
  async mayFinish(): Promise<void> {
    if (this.pauseAsked) {
      await this.pause();
      this.machine.to('evaluating');
    }
    if (this.stopAsked) throw new Enough();
  }

  /**
   * Called after a step at a gentle pace: waits as long as the step took. A pause, the end or full speed ends
   * the wait.
   * @param since when the step was asked for, by `performance.now`
   */
  async restAfter(since: number): Promise<void> {
    const now = performance.now();
    const until = now + (now - since);
    while (this.pace === 'gentle' && !this.restAsked && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, Math.min(REST_MS, until - performance.now())));
  }

  private async pause(): Promise<void> {
    await this.beforePause();
    // Meanwhile the user may have resumed or ended the run.
    if (!this.pauseAsked) return;
    if (this.machine.state === 'training') this.machine.to('pausing');
    this.machine.to('paused');
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = null;
  }
}
