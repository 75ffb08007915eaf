/** The ends of an axis as they are asked for; 'auto' follows the values. */
export type Range = readonly [number | 'auto', number | 'auto'];

/** What the numbers of an axis are: plain ones, or fractions that are written as per cent. */
export type Unit = 'plain' | 'share';

/** One axis of a chart: its ends, and the values that have a mark on it, in ascending order, each once. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
  readonly ticks: readonly number[];
}

/** Values that differ by less, relative to their size, are one value: a mean of a number rounds it. */
const ROUNDING = 1e-9;
/** Free room above and below the values, as a share of their range. */
const ROOM = 0.04;

/**
 * The vertical axis around some values. Its marks are computed here and not by the chart library, which gives
 * a narrow range the same mark several times; of equal marks React leaves some on the chart for good.
 * @param values what is drawn; NaN and infinities do not count, nor do 0 and less on a logarithmic axis
 * @param asked the ends; a logarithmic axis ignores ends that are not above 0
 * @param count about how many marks there should be
 */
export function valueAxis(
  values: Iterable<number>,
  asked: Range,
  log: boolean,
  unit: Unit,
  count: number,
): Axis {
  const [lowest, highest] = extent(values, log);
  const [from, to] = ends(lowest, highest, log, unit);
  const asks = (end: number | 'auto', own: number) => (end === 'auto' || (log && end <= 0) ? own : end);
  const first = asks(asked[0], from);
  const last = asks(asked[1], to);
  const axis = first < last ? { from: first, to: last } : { from, to };
  return { ...axis, log, ticks: log ? logTicks(axis.from, axis.to, count) : ticksIn(axis, count, false) };
}

/**
 * The axis of the steps. A logarithmic one begins at step 1.
 * @param last the newest step of the chart
 * @param zoom the first and last step to show; null for all
 */
export function stepAxis(
  last: number,
  zoom: readonly [number, number] | null,
  log: boolean,
  count: number,
): Axis {
  const begin = log ? 1 : 0;
  const from = Math.max(begin, zoom?.[0] ?? begin);
  const to = Math.max(from + 1, zoom?.[1] ?? last);
  const axis = { from, to };
  return { ...axis, log, ticks: log ? logTicks(from, to, count) : ticksIn(axis, count, true) };
}

/** Where a value lies between the ends of an axis: 0 at its beginning, 1 at its end. */
export function shareAt({ from, to, log }: Axis, value: number): number {
  if (log) return Math.log(value / from) / Math.log(to / from);
  return (value - from) / (to - from);
}

/** The value at a share of the axis. */
export function valueAt({ from, to, log }: Axis, share: number): number {
  if (log) return from * (to / from) ** share;
  return from + share * (to - from);
}

function extent(values: Iterable<number>, log: boolean): [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return [lowest, highest];
}

function ends(lowest: number, highest: number, log: boolean, unit: Unit): [number, number] {
  if (lowest > highest) return log ? [1, 10] : [0, 1];
  const isOne = highest - lowest <= ROUNDING * Math.abs(highest);
  if (log) {
    const room = isOne ? 2 : (highest / lowest) ** ROOM;
    return [lowest / room, highest * room];
  }
  const room = isOne ? (Math.abs(highest) || 1) / 10 : ROOM * (highest - lowest);
  // No share of a whole is below 0 or above 1, so neither is the room around them.
  const least = lowest >= 0 ? 0 : Number.NEGATIVE_INFINITY;
  const most = unit === 'share' && highest <= 1 ? 1 : Number.POSITIVE_INFINITY;
  return [Math.max(least, lowest - room), Math.min(most, highest + room)];
}

/** Round numbers inside an axis, the same distance apart. */
function ticksIn({ from, to }: Pick<Axis, 'from' | 'to'>, count: number, whole: boolean): number[] {
  const exact = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(exact));
  const factor = [1, 2, 5].find((one, i) => exact / power < Math.sqrt(one * [2, 5, 10][i]!)) ?? 10;
  const apart = whole ? Math.max(1, factor * power) : factor * power;
  const first = Math.ceil(from / apart - ROUNDING);
  const last = Math.floor(to / apart + ROUNDING);
  // Multiples of a distance below 1 are not exact, so they are rounded to its digits.
  const digits = Math.min(100, Math.max(0, -Math.floor(Math.log10(apart))));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * apart).toFixed(digits)));
}

/** Powers of ten inside an axis; with their multiples by 2 and 5, or plain round numbers, if they are few. */
function logTicks(from: number, to: number, count: number): number[] {
  const lowest = Math.floor(Math.log10(from));
  const powers = Array.from({ length: Math.ceil(Math.log10(to)) - lowest + 1 }, (_, i) => lowest + i);
  const isInside = (value: number) => value >= from * (1 - ROUNDING) && value <= to * (1 + ROUNDING);
  const tens = powers.map((power) => Number(`1e${power}`)).filter(isInside);
  if (tens.length >= 3) {
    const every = Math.ceil(tens.length / (count + 1));
    return tens.filter((_, i) => i % every === 0);
  }
  const finer = powers.flatMap((power) => [1, 2, 5].map((one) => Number(`${one}e${power}`))).filter(isInside);
  return finer.length >= 3 ? finer : ticksIn({ from, to }, count, false);
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/**
 * The text of each mark: at most seven characters, and as many digits as neighbours need to differ. From
 * 10,000 on with “k”, from a million on and below a thousandth with a power of ten.
 */
export function tickTexts({ ticks, log }: Axis, unit: Unit): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  return ticks.map((tick, i) => {
    const neighbour = ticks[i + 1] ?? ticks[i - 1] ?? 0.99 * tick;
    const apart = Math.abs(log ? tick : neighbour - tick);
    if (unit === 'share') return `${(100 * tick).toFixed(digitsOf(100 * apart))} %`;
    if (tick === 0) return '0';
    const size = log ? Math.abs(tick) : largest;
    if (size >= 1e6 || size < 1e-3) return scientific(tick, apart);
    if (size >= 1e4) return `${(tick / 1000).toFixed(digitsOf(apart / 1000))}k`;
    return Math.abs(tick) >= 1000 ? whole.format(tick) : tick.toFixed(digitsOf(apart));
  });
}

/** Digits after the point that a distance between two numbers shows in. */
function digitsOf(apart: number): number {
  return apart > 0 ? Math.min(4, Math.max(0, -Math.floor(Math.log10(apart) + ROUNDING))) : 0;
}

function scientific(value: number, apart: number): string {
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(apart || 1) + ROUNDING);
  return value.toExponential(Math.min(2, Math.max(0, digits))).replace('e+', 'e');
}
