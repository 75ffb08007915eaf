/** The number is small on software because a step of stock tfjs takes half a minute there, or minutes. */
const STEPS = { hardware: 7, software: 1 } as const;

/** A first step that takes longer than this on software is the only one, milliseconds. */
const PATIENCE_MS = 120_000;

/** How many steps of stock tfjs are wanted, and where they run. */
export interface StockOrder {
  /** null: the adapter decides. */
  readonly asked: number | null;
  readonly software: boolean;
}

/** Steps of stock tfjs that are to be timed, after a first one that is not. */
export function stockSteps({ asked, software }: StockOrder): number {
  return asked ?? STEPS[software ? 'software' : 'hardware'];
}

/**
 * Why none is timed after a first step that took so long; null if the steps are timed. Steps that the user
 * asked for are timed, however long they take.
 */
export function stockRefusal({ asked, software }: StockOrder, firstMs: number): string | null {
  if (asked !== null || !software || firstMs <= PATIENCE_MS) return null;
  return `its first step took ${Math.round(firstMs / 1000)} s, so none is timed (--stock-steps 1 times one)`;
}
