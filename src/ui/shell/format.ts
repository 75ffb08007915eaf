/** The page writes this dash for a number that is missing or not finite. */
const NONE = '–';
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 0.3125 → "31.3 %". */
export function percent(fraction: number | null | undefined, digits = 1): string {
  return isNumber(fraction) ? `${(100 * fraction).toFixed(digits)} %` : NONE;
}

/** A number from 0 to 1 where there is little room: 0.3 → ".30" with two digits. */
export function share(fraction: number, digits: number): string {
  return fraction.toFixed(digits).replace(/^0/, '');
}

/** A difference with its sign, which is “+” for 0: −1.25 → "−1.3" with one digit. */
export function signed(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** A standard error of .044 → "± 4.4 points"; nothing if it is not known. */
export function points(error: number | null | undefined): string {
  return isNumber(error) ? `± ${(100 * error).toFixed(1)} points` : '';
}

/** What accuracies were measured on: "on 128 test images, learning from 256". Nothing if it is not known. */
export function measuredOn(sample: { readonly bank: number; readonly test: number } | undefined): string {
  if (sample === undefined) return '';
  return `on ${count(sample.test)} test images${sample.bank > 0 ? `, learning from ${count(sample.bank)}` : ''}`;
}

/** 1000 → "1,000". */
export function count(value: number | null | undefined): string {
  return isNumber(value) ? whole.format(value) : NONE;
}

/** Multiply-adds: 11211616 → "11.2 M". */
export function macs(value: number | null | undefined): string {
  if (!isNumber(value)) return NONE;
  for (const [size, prefix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= size) return `${(value / size).toPrecision(3)} ${prefix}`;
  }
  return value.toFixed(0);
}

/** Three significant digits, without an exponent if that is shorter. For losses, rates and times. */
export function figure(value: number | null | undefined): string {
  if (!isNumber(value)) return NONE;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(1);
  return size >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));
}

/** A number beside an axis: two significant digits, always short. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return value.toExponential(0);
  return size >= 10 ? whole.format(value) : String(Number(value.toPrecision(2)));
}

/** Seconds: 190 → "3:10", 4000 → "1:06:40". */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  const total = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** 3073000 → "3.1 MB", 147100000 → "147 MB". */
export function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(value >= 1e8 ? 0 : 1)} MB`;
  return `${(value / 1e3).toFixed(1)} kB`;
}

/** Whether a number is there and finite, so that it can be told. */
export function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
