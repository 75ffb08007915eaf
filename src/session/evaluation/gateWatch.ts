/** A look at the gates comes after this many times its own duration, so that it costs 2 % of the time. */
const REST = 50;

/**
 * When to look at the gates between two steps. This goes by the clock, because how much a look costs beside a
 * step depends on the engine. What is seen is shown and not kept, so runs stay the same on every machine.
 */
export class GateWatch {
  private due: number;

  /**
   * @param leastMs least time between two looks, and before the first one, milliseconds; infinite: never look
   * @param now when training begins
   */
  constructor(
    private readonly leastMs: number,
    now: number,
  ) {
    this.due = now + leastMs;
  }

  isDue(now: number): boolean {
    return now >= this.due;
  }

  /** Notes a look from `began` to `ended`. */
  looked(began: number, ended: number): void {
    this.due = ended + Math.max(this.leastMs, REST * (ended - began));
  }
}
