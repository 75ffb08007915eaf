/** Neighbouring cells of one colour: those from `from` to before `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/**
 * The cells of a row one by one. If `merged`, neighbours with the same whole percent become one. NaN equals
 * only NaN.
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
