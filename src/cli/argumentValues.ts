import { UsageError } from './usageError.ts';

/** A finite number. @throws UsageError, as do all functions of this file */
export function number(flag: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`${flag} must be a number, got "${text}"`);
  return value;
}

/** A whole number from 1 up; null if none was given. */
export function wholeNumber(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = number(flag, text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${flag} must be a whole number from 1 up, got ${text}`);
  return value;
}

export function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UsageError(`${flag} must be one of ${allowed.join(', ')}, got "${value}"`);
  return found;
}

/** A budget of the dial. */
export function budgetShare(flag: string, text: string): number {
  const share = text.trim() === '' ? Number.NaN : Number(text);
  if (!(share > 0 && share <= 1))
    throw new UsageError(`${flag} must be a share of the dense MACs, above 0 and up to 1, got ${text}`);
  return share;
}
