import { type Arrival, isThere, type Portion, trainThere } from '../data/images/arrival.ts';
import { BrokenOffError } from '../data/images/dataset.ts';
import type { SessionNews } from '../run/protocol.ts';
import { mapImagesOf, type Stage } from './stage.ts';
import type { Steering } from './steering.ts';

/** Time between two looks at what has come, while a run waits for it, milliseconds. */
const LOOK_MS = 200;

/** Least time between two counts of what has come, while a run trains, milliseconds. */
const TELL_MS = 100;

/** What the gathering of images needs of the session that they belong to. */
export interface GatheringLinks {
  /** Sends news to the page, which knows the map images already if they are there. */
  tell(news: SessionNews): void;
  readonly steering: Steering;
  /** Resolves when every step that was asked for is taken in and told. */
  rest(): Promise<void>;
}

/** All test images, and no training images. */
const TEST: Portion = { train: 0, test: true };

/**
 * The images of a run that come while it trains. They are handed to the engine between steps, and the page is
 * told how many there are. Which images a step takes does not depend on it (course/batches.ts): a step whose
 * images have not come waits.
 */
export class Gathering {
  private shown: boolean;
  private told = '';
  private toldAt = 0;
  /** Whether the page was told that the run waits. */
  private waited = false;

  /** @param handed training images that the engine has */
  constructor(
    private readonly stage: Stage,
    private handed: number,
    private readonly links: GatheringLinks,
  ) {
    this.shown = isThere(stage.data, TEST);
  }

  /** Whether this much is there. Then it is handed on, so that what is measured on it comes after it. */
  has(needed: Portion): boolean {
    const there = isThere(this.stage.data, needed);
    if (there) this.takeIn();
    return there;
  }

  /** Training images that are there. */
  get train(): number {
    return trainThere(this.stage.data);
  }

  /**
   * Waits until this much is there, and hands it on. When it does not come, the run pauses, and tries again
   * when it goes on. False when the user ended the run meanwhile.
   */
  async until(needed: Portion): Promise<boolean> {
    const { steering, rest } = this.links;
    while (!this.has(needed)) {
      if (!(await steering.mayTrain())) return false;
      await rest();
      const fault = await this.wait(needed, steering.nextRest());
      if (fault !== null) steering.hear('pause');
    }
    return true;
  }

  /** Hands on what has come since the last call. */
  private takeIn(): void {
    const { data, engine } = this.stage;
    if (data.arrival === undefined) return;
    const { train } = this;
    if (train > this.handed) {
      engine.addImages(this.handed, train);
      this.handed = train;
    }
    if (!this.shown && isThere(data, TEST)) {
      this.shown = true;
      this.links.tell({ kind: 'mapImages', mapImages: mapImagesOf(this.stage) });
    }
    this.tellOf(data.arrival, false, null);
  }

  /**
   * Waits until this much is there, or until `ended`. Gives the reason when it does not come; null otherwise.
   * @throws DataError if what came cannot be used
   */
  private async wait(needed: Portion, ended: Promise<void>): Promise<string | null> {
    const { arrival } = this.stage.data;
    if (arrival === undefined) return null;
    let fault: string | null = null;
    const come = arrival.until(needed).catch((error: unknown) => {
      if (!(error instanceof BrokenOffError)) throw error;
      fault = error.message;
    });
    let isOver = false;
    const over = Promise.race([come, ended]).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      this.tellOf(arrival, true, null);
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
    }
    await over;
    this.tellOf(arrival, false, fault);
    return fault;
  }

  /** Waits for the test images. If they do not come, the page is told, and the result is false. */
  async untilTest(): Promise<boolean> {
    try {
      await this.stage.data.arrival?.until(TEST);
      return true;
    } catch (error) {
      if (!(error instanceof BrokenOffError)) throw error;
      this.links.tell({ kind: 'notice', message: `The test images have not come: ${error.message}` });
      return false;
    }
  }

  private tellOf({ received, total }: Arrival, waits: boolean, fault: string | null): void {
    const news = { kind: 'images', received, total, waits, fault } as const;
    const text = JSON.stringify(news);
    const isSoon = performance.now() - this.toldAt < TELL_MS;
    const isPassing = !waits && !this.waited && fault === null && received < total;
    if (text === this.told || (isSoon && isPassing)) return;
    this.told = text;
    this.toldAt = performance.now();
    this.waited = waits;
    this.links.tell(news);
  }
}
