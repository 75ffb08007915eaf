import { describe, expect, it } from 'vitest';
import { PAPER_ROWS, type PaperRow } from './paperTable.ts';

const find = (data: string, system: string, branch: string, budget: number | null): PaperRow =>
  PAPER_ROWS.find(
    (row) => row.data === data && row.system === system && row.branch === branch && row.budget === budget,
  )!;

describe('the paper’s table', () => {
  it('has all of its rows: ten per data set, seven of ImageNet-100', () => {
    expect(PAPER_ROWS).toHaveLength(37);
    expect(new Set(PAPER_ROWS.map((row) => JSON.stringify(row))).size).toBe(37);
  });

  // The differences stand in print beside the numbers: they were copied on their own.
  it.each([
    ['CIFAR-10', 0.1, -2.17, 1.19, -4.43],
    ['CIFAR-10', 0.5, -0.71, -0.3, -2.6],
    ['STL-10', 0.3, -1.3, 0.69, -3.14],
    ['STL-10', 0.1, -2.86, 0.81, -4.51],
  ])('gives the printed differences: %s at t_d %d', (data, budget, toDense, toGating, reduction) => {
    const gated = find(data, 'dual-gating', 'gated', budget);
    const gating = find(data, 'vicreg-gating', 'gated', budget);
    const dense = find(data, 'vicreg', 'dense', null);
    expect(100 * (gated.accuracy - dense.accuracy)).toBeCloseTo(toDense, 6);
    expect(100 * (gated.accuracy - gating.accuracy)).toBeCloseTo(toGating, 6);
    expect(100 * (gating.ratio - gated.ratio)).toBeCloseTo(reduction, 6);
  });

  it('spends the dense MACs in dense branches, and fewer in gated ones, in the order of t_d', () => {
    for (const row of PAPER_ROWS) {
      if (row.branch === 'dense') expect(row.ratio).toBe(1);
      else {
        expect(row.ratio).toBeGreaterThan(row.budget! - 0.02);
        expect(row.ratio).toBeLessThan(row.budget! + 0.12);
      }
    }
  });
});
