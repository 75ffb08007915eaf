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

  it('takes every whole width, and refuses one whose quarter SlimCLR could not have', () => {
    for (const width of [2, 3, 10, 64]) expect(faults({ width })).toEqual([]);
    expect(faults({ width: 2.5 })).toEqual([expect.stringContaining('whole number')]);
    const slim = { system: 'slimmable', slimForm: 'slimclr' } as const;
    expect(faults({ ...slim, width: 3 })).toEqual([expect.stringContaining('at least 4')]);
    expect(faults({ ...slim, width: 5 })).toEqual([]);
  });

  it('tells of all faults at once', () => {
    expect(faults({ batch: 0, steps: 0, width: 0 })).toHaveLength(3);
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
