/** What of a data set is needed, or is there: the first training images, and all test images or none. */
export interface Portion {
  /** Number of training images. */
  readonly train: number;
  readonly test: boolean;
}

/**
 * Images that are fetched while a run trains on the first of them already. Their arrays have the size of the
 * whole set from the beginning. What has not come yet is zeros.
 */
export interface Arrival {
  /** What is there. It only grows. */
  readonly there: Portion;
  /** Images of both sets whose bytes have come. */
  readonly received: number;
  /** Images of both sets. */
  readonly total: number;
  /**
   * Resolves when this much is there. A fetch that broke off is taken up again.
   * @throws BrokenOffError if it breaks off again; DataError if what came is not what it must be
   */
  until(needed: Portion): Promise<void>;
}

/** Number of training images that are there. */
export function trainThere({
  train,
  arrival,
}: {
  readonly train: { readonly count: number };
  readonly arrival?: Arrival;
}): number {
  return arrival?.there.train ?? train.count;
}

/** Whether this much of a data set is there. Without an arrival, all of it is. */
export function isThere({ arrival }: { readonly arrival?: Arrival }, { train, test }: Portion): boolean {
  if (arrival === undefined) return true;
  return arrival.there.train >= train && (arrival.there.test || !test);
}
