import { describe, expect, it } from 'vitest';
import type { DialPoint } from './dial.ts';
import { cautionOf } from './dialCaution.ts';

describe('the caution of a point', () => {
  const point = (changes: Partial<DialPoint>): DialPoint => ({
    ...{ budget: 0.1, macRatio: 0.1, calibrated: 0.1, reach: 'met', setting: { kind: 'shift', shift: -1 } },
    ...{ knn20: null, standardError: null, nestedness: null, channelUsage: [], moment: null },
    ...changes,
  });

  it('is silent where the MACs are met within .01', () => {
    expect([cautionOf(point({})), cautionOf(point({ macRatio: 0.109 }))]).toEqual([null, null]);
  });

  it('says where δ leaves what was tried, and where test images spend something else', () => {
    expect(cautionOf(point({ reach: 'smallest', macRatio: 0.15 }))).toBe(
      'The dial cannot serve 10.0 % of the MACs: the smallest δ that was tried spends more. It stands at 15.0 %.',
    );
    expect(cautionOf(point({ reach: 'largest' }))).toContain('the largest δ that was tried spends less');
    expect(cautionOf(point({ reach: 'jumped', setting: { kind: 'width', width: 0.5 } }))).toContain(
      'no width comes nearer than .01',
    );
    expect(cautionOf(point({ macRatio: 0.12 }))).toBe(
      'The test images spend 12.0 % of the MACs, not the 10.0 % asked for: the training images that δ was found with spend 10.0 %.',
    );
  });
});
