/** The shortest time between two drawings of a figure while a run trains or plays, milliseconds. */
const PERIOD_MS = 600;
/** The same while a hand moves the slider, which figures should follow. */
const BY_HAND_MS = 100;
/** The longest time, on however slow a processor. */
const LONGEST_MS = 5000;
/** The part of the main thread's time that all figures together may take, so that the page still answers. */
const SHARE = 0.4;

/**
 * How often figures are drawn. On a slow processor one round of all figures can take longer than the time
 * until the next: the page would then do nothing but draw, and a click would wait for many seconds. So the
 * time between two rounds grows with what a round costs.
 */
export class DrawingPace {
  /** Time that the newest drawing took, milliseconds, by the turn of the figures that are drawn together. */
  private readonly costs = new Map<number, number>();

  /** @param ms from the change until the browser had painted it */
  drew(turn: number, ms: number): void {
    this.costs.set(turn, ms);
  }

  /** Figures of a turn that are not on the page any more take no time. */
  left(turn: number): void {
    this.costs.delete(turn);
  }

  /**
   * The time until a figure is drawn again, milliseconds.
   * @param byHand whether a hand moves the slider and waits for the figures: they may then take all the time
   */
  period(byHand: boolean): number {
    const round = [...this.costs.values()].reduce((sum, ms) => sum + ms, 0);
    const period = byHand ? Math.max(BY_HAND_MS, round) : Math.max(PERIOD_MS, round / SHARE);
    return Math.min(LONGEST_MS, period);
  }
}
