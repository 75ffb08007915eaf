/** A look at the gates comes after this many times its own duration, so that it costs 2 % of the time. */
const REST = 50;

/**
 * When to look at the gates between two steps. This goes by the clock, because how much a look costs beside a
 * step depends on the engine. What is seen is shown and not kept, so runs stay the same on every machine.
 */
export class GateWatch {
  private due = 0;

  /** @param leastMs least time between two looks, milliseconds; undefined: never look */
  constructor(private readonly leastMs: number | undefined) {}

  /** Called when training begins or goes on. */
  begin(now: number): void {
    this.due = Math.max(this.due, now + (this.leastMs ?? 0));
  }

  isDue(now: number): boolean {
    return this.leastMs !== undefined && now >= this.due;
  }

  /** Notes a look from `began` to `ended`. */
  looked(began: number, ended: number): void {
    this.due = ended + Math.max(this.leastMs ?? 0, REST * (ended - began));
  }
}
