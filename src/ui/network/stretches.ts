/** Neighbouring cells of one colour: from one place to before another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/**
 * A row's cells one by one, or, when merged, as few as show the same whole percents. NaN is a share of its
 * own.
 */
export function stretches(values: ArrayLike<number>, merged: boolean): Stretch[] {
  const cells: { from: number; to: number; share: number }[] = [];
  for (let at = 0; at < values.length; at++) {
    const share = Math.round(100 * values[at]!) / 100;
    const last = cells.at(-1);
    if (merged && last && Object.is(last.share, share)) last.to = at + 1;
    else cells.push({ from: at, to: at + 1, share });
  }
  return cells;
}
