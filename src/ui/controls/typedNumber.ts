import type { NumberField } from '../../fields.ts';

type Range = Pick<NumberField, 'min' | 'max' | 'step'>;

/**
 * The number that a user typed into a field; NaN for anything else. Many languages write “0,02”: one comma is
 * a decimal sign where the field takes fractions. In a whole number it could also part thousands, so there it
 * is no number.
 */
export function typedNumber(typed: string, { step }: Pick<Range, 'step'>): number {
  const text = typed.trim();
  if (text === '') return Number.NaN;
  if (step !== 1 && /^[-+]?\d*,\d+$/.test(text)) return Number(text.replace(',', '.'));
  return Number(text);
}

/** What is wrong with a typed number, in words; null if it can be used. */
export function typedFault(typed: string, field: Range): string | null {
  const { min, max, step } = field;
  const value = typedNumber(typed, field);
  if (step === 1 && /\d,\d/.test(typed)) return 'a whole number without commas';
  if (!Number.isFinite(value) || value < min || value > max) return `${min} to ${max}`;
  return step === 1 && !Number.isInteger(value) ? 'a whole number' : null;
}

/** The value a step up or down, within the range and on the grid of the step. */
export function stepped(value: number, direction: 1 | -1, { min, max, step }: Range): number {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const next = Number((value + direction * step).toFixed(digits));
  return Math.min(max, Math.max(min, next));
}
