import { describe, expect, it } from 'vitest';
import { checkConfig, FIELDS } from './fields.ts';
import { DEFAULT_CONFIG, PRESETS } from './presets.ts';

const faults = (change: Partial<typeof DEFAULT_CONFIG>) => checkConfig({ ...DEFAULT_CONFIG, ...change });

describe('checkConfig', () => {
  it('accepts every preset', () => {
    for (const { id, config } of PRESETS) expect(checkConfig(config), id).toEqual([]);
  });

  it('accepts both ends of every range and refuses what lies outside, naming the field', () => {
    for (const { key, label, min, max } of FIELDS) {
      expect(faults({ [key]: max }), key).toEqual([]);
      expect(faults({ [key]: min }), key).toEqual([]);
      expect(faults({ [key]: max + 1 })[0], key).toContain(`${label} must be from ${min} to ${max}`);
      expect(faults({ [key]: min - 1 })[0], key).toContain(`got ${min - 1}`);
    }
  });

  it('refuses parts where a whole number is due, and what is no number', () => {
    expect(faults({ batch: 10.5 })[0]).toContain('must be a whole number');
    expect(faults({ seed: 1.5 })[0]).toContain('must be a whole number');
    expect(faults({ learningRate: Number.NaN })[0]).toContain('got NaN');
    expect(faults({ budget: Number.POSITIVE_INFINITY })).toHaveLength(1);
  });

  it('refuses a width whose quarter is no whole number', () => {
    expect(faults({ width: 10 })).toEqual([expect.stringContaining('multiple of 4')]);
    expect(faults({ width: 12 })).toEqual([]);
  });

  it('tells of all faults at once', () => {
    expect(faults({ batch: 0, steps: 0, width: 5 })).toHaveLength(3);
  });
});

describe('FIELDS', () => {
  it('has every number of a configuration once', () => {
    const numbers = Object.entries(DEFAULT_CONFIG).flatMap(([key, value]) =>
      typeof value === 'number' ? [key] : [],
    );
    expect(FIELDS.map(({ key }) => key as string).toSorted()).toEqual(numbers.toSorted());
  });
});
