import type { StepTerms } from '../engine.ts';
import type { StepRow } from '../metrics.ts';

/** The most work that waits before the engine at a time, milliseconds. A pause must wait for all of it. */
const AHEAD_MS = 100;

/** A step that the engine was asked for. */
export interface AskedStep {
  /** Number of steps before it. */
  readonly index: number;
  readonly budget: number;
  readonly lr: number;
}

/** A step whose terms have come, with its share of the time that passed. */
export interface LandedStep extends AskedStep {
  readonly terms: StepTerms;
  readonly ms: number;
}

/** The row of a step. */
export function rowOf({ index, terms, budget, lr, ms }: LandedStep, stepsPerEpoch: number): StepRow {
  return { step: index + 1, epoch: Math.floor(index / stepsPerEpoch), ...terms, budget, lr, ms };
}

interface Step {
  readonly asked: AskedStep;
  readonly over: Promise<void>;
  /** undefined until the terms have come. */
  terms: StepTerms | undefined;
  error: unknown;
}

/**
 * Steps that an engine was asked for, and whose terms have not yet been taken. They are taken in order, up to
 * the first one that failed.
 */
export class Flight {
  private steps: Step[] = [];
  private since = 0;
  private stepMs: number | null = null;

  /** @param ahead number of steps that the engine accepts at once */
  constructor(private readonly ahead: number) {}

  get size(): number {
    return this.steps.length;
  }

  /**
   * Whether no further step should be asked for now, because the engine accepts no more or has enough to do.
   * Two steps always fit, so that one is computed while the terms of the other are on their way.
   */
  get full(): boolean {
    const enough = this.stepMs === null ? 2 : Math.max(2, Math.ceil(AHEAD_MS / this.stepMs));
    return this.size >= Math.min(this.ahead, enough);
  }

  /** The error of the first remaining step; undefined if it has not failed. */
  get fault(): unknown {
    return this.steps[0]?.error;
  }

  /**
   * Adds a step, which `work` asks for.
   * @param work may reject, but must not throw
   */
  add(asked: AskedStep, work: () => Promise<StepTerms>): void {
    if (this.size === 0) this.since = performance.now();
    const step: Step = {
      asked,
      terms: undefined,
      error: undefined,
      over: work().then(
        (terms) => {
          step.terms = terms;
        },
        (error: unknown) => {
          step.error = error ?? new Error('the step failed without a reason');
        },
      ),
    };
    this.steps.push(step);
  }

  /** Resolves when the first remaining step has come or failed. */
  async first(): Promise<void> {
    await this.steps[0]?.over;
  }

  /** Resolves when all steps have come or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.steps.map(({ over }) => over));
  }

  /** The steps that have come since the last call. Steps that come together share the time equally. */
  take(): readonly LandedStep[] {
    const open = this.steps.findIndex(({ terms }) => terms === undefined);
    const landed = this.steps.splice(0, open < 0 ? this.size : open);
    if (landed.length === 0) return [];
    const now = performance.now();
    const ms = (now - this.since) / landed.length;
    this.since = now;
    this.stepMs = ms;
    return landed.map(({ asked, terms }) => ({ ...asked, terms: terms!, ms }));
  }
}
