import type { Arrival, Portion } from '../data/images/arrival.ts';
import { BrokenOffError, type TrainAndTest } from '../data/images/dataset.ts';

/** Images that come when a test says so: at first, there are those of the first part. */
export class ScriptedArrival implements Arrival {
  readonly data: TrainAndTest;
  readonly total: number;
  there: Portion;
  private waiters: { needed: Portion; done: () => void; failed: (fault: unknown) => void }[] = [];

  /** @param whole the set, whose training images have parts */
  constructor(private readonly whole: TrainAndTest) {
    const { train, test } = whole;
    const empty = (set: typeof train) => ({
      ...set,
      pixels: new Uint8Array(set.pixels.length),
      labels: new Uint8Array(set.count),
    });
    this.data = { ...whole, train: empty(train), test: empty(test), arrival: this };
    this.total = train.count + test.count;
    this.there = { train: 0, test: false };
    this.come({ train: train.part!, test: false });
  }

  get received(): number {
    return this.there.train + (this.there.test ? this.whole.test.count : 0);
  }

  until(needed: Portion): Promise<void> {
    return new Promise((done, failed) => {
      this.waiters.push({ needed, done, failed });
      this.answer();
    });
  }

  /** This much comes. */
  come(there: Portion): void {
    const { train, test } = this.whole;
    const bytes = there.train * train.size ** 2 * 3;
    this.data.train.pixels.set(train.pixels.subarray(0, bytes));
    this.data.train.labels.set(train.labels.subarray(0, there.train));
    if (there.test) {
      this.data.test.pixels.set(test.pixels);
      this.data.test.labels.set(test.labels);
    }
    this.there = there;
    this.answer();
  }

  /** All that is missing comes. */
  comeAll(): void {
    this.come({ train: this.whole.train.count, test: true });
  }

  /** The fetch breaks off for whoever waits. */
  breakOff(): void {
    for (const { failed } of this.waiters.splice(0)) failed(new BrokenOffError('The line was cut (a test).'));
  }

  private answer(): void {
    const { train, test } = this.there;
    const isThere = ({ needed }: (typeof this.waiters)[number]) =>
      needed.train <= train && (test || !needed.test);
    for (const { done } of this.waiters.filter(isThere)) done();
    this.waiters = this.waiters.filter((waiter) => !isThere(waiter));
  }
}
