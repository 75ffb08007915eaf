import type { StepTerms } from '../engine.ts';

/** How much work may lie before an engine at a time, milliseconds: a pause waits for all of it. */
const AHEAD_MS = 100;

/** A step as it was asked of the engine. */
export interface AskedStep {
  /** Steps before it. */
  readonly index: number;
  readonly budget: number;
  readonly lr: number;
}

/** A step whose terms have come, with its share of the time that went by. */
export interface LandedStep extends AskedStep {
  readonly terms: StepTerms;
  readonly ms: number;
}

interface Step {
  readonly asked: AskedStep;
  readonly over: Promise<void>;
  /** undefined until it has come. */
  terms: StepTerms | undefined;
  error: unknown;
}

/**
 * Steps that were asked of an engine and whose terms have not been taken in. They are taken in order, up to the first
 * that failed.
 */
export class Flight {
  private steps: Step[] = [];
  private since = 0;
  private stepMs: number | null = null;

  /** @param ahead steps that the engine takes at once */
  constructor(private readonly ahead: number) {}

  get size(): number {
    return this.steps.length;
  }

  /**
   * No further step should be asked for now: the engine takes no more, or has enough to do. Two always fit, so that
   * the one is computed while the terms of the other travel.
   */
  get full(): boolean {
    const enough = this.stepMs === null ? 2 : Math.max(2, Math.ceil(AHEAD_MS / this.stepMs));
    return this.size >= Math.min(this.ahead, enough);
  }

  /** What made the first step of all fail that are left; undefined if it did not. */
  get fault(): unknown {
    return this.steps[0]?.error;
  }

  /**
   * Asks for a step by `work`.
   * @param work must not throw, but may reject
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

  /** Resolves when the first of all has come or failed. */
  async first(): Promise<void> {
    await this.steps[0]?.over;
  }

  /** Resolves when all have come or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.steps.map(({ over }) => over));
  }

  /** The steps that have come since it was asked last. What comes together shares the time. */
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
