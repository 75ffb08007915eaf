/** A linear or logarithmic axis: where a value lies, and which values are labelled. */
export interface Scale {
  readonly ticks: readonly number[];
  /**
   * Place of a value, in the units of the range. A value outside the domain has a place outside the range.
   */
  at(value: number): number;
}

type Pair = readonly [number, number];

/**
 * About `count` round numbers from the first at or below the lowest value to the first at or above the
 * highest.
 */
export function linearScale(domain: Pair, range: Pair, count = 5): Scale {
  const [low, high] = padded(domain);
  const step = roundStep((high - low) / count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  const [from, to] = [ticks[0]!, ticks.at(-1)!];
  return { ticks, at: (value) => range[0] + ((value - from) / (to - from)) * (range[1] - range[0]) };
}

/** A logarithmic scale around positive values, with 1, 2 and 5 times each power of ten. */
export function logScale([low, high]: Pair, range: Pair): Scale {
  const rounds: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of [1, 2, 5]) rounds.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  const from = rounds.findLast((value) => value <= low * (1 + 1e-9)) ?? rounds[0]!;
  const to = rounds.find((value) => value >= high * (1 - 1e-9) && value > from) ?? rounds.at(-1)!;
  const ticks = rounds.filter((value) => value >= from && value <= to);
  const span = Math.log(to / from);
  return {
    // Up to about two decades the ticks are at 1, 2 and 5; a longer scale has only powers of ten.
    ticks: ticks.length <= 7 ? ticks : ticks.filter((value) => Number.isInteger(Math.log10(value))),
    at: (value) => range[0] + (Math.log(value / from) / span) * (range[1] - range[0]),
  };
}

/** The smallest of 1, 2 and 5 times a power of ten that is at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return digit * power;
}

/** Makes room around the value if the domain has only one. */
function padded([low, high]: Pair): Pair {
  return low < high ? [low, high] : [low - 0.05 * (Math.abs(low) || 1), high + 0.05 * (Math.abs(high) || 1)];
}
