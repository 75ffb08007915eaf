import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../fields.ts';
import { stepped, typedFault, typedNumber } from './typedNumber.ts';

const rate = { min: 0.0001, max: 1, step: 0.0001 };
const steps = { min: 1, max: 1_000_000, step: 1 };

describe('a typed number', () => {
  it.each([
    ['0.02', 0.02],
    ['0,02', 0.02],
    [',5', 0.5],
    [' 1 ', 1],
    ['1e-3', 0.001],
  ])('%s is read', (typed, value) => {
    expect(typedNumber(typed, rate)).toBe(value);
    expect(typedFault(typed, rate)).toBeNull();
  });

  it.each(['', '0,', '0,0,2', '1,5e3', 'a', '2', '0,00001'])('%j is refused with the range', (typed) => {
    expect(typedFault(typed, rate)).toBe('0.0001 to 1');
  });

  it('with a comma is no whole number: it could mean a thousand', () => {
    expect(typedFault('1,000', steps)).toBe('a whole number without commas');
    expect(typedFault('1.5', steps)).toBe('a whole number');
    expect(typedFault('1000', steps)).toBeNull();
  });
});

describe('stepped', () => {
  it('stays on the grid and in the range', () => {
    expect(stepped(0.1, 1, rate)).toBe(0.1001);
    expect(stepped(0.3, -1, { min: 0.05, max: 1, step: 0.01 })).toBe(0.29);
    expect(stepped(1, -1, steps)).toBe(1);
    expect(stepped(1_000_000, 1, steps)).toBe(1_000_000);
  });

  it('can be taken in every field', () => {
    for (const field of FIELDS) {
      const up = stepped(field.min, 1, field);
      expect(up, field.key).toBeGreaterThan(field.min);
      expect(typedFault(String(up), field), field.key).toBeNull();
    }
  });
});
