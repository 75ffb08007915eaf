import { describe, expect, it } from 'vitest';
import type { EpochRow, FeatureRanks, Floors, Ranks } from '../../metrics.ts';
import { rankCurves, rankRows, rankTable } from './rankCurves.ts';

function ranksOf(images: number, rankMe: number, alpha: number | null = 1): Ranks {
  const dense: FeatureRanks = { dimension: 64, rankMe, effectiveRank: rankMe + 1, alpha };
  return { images, branches: { gated: { ...dense, rankMe: rankMe / 2 }, dense } };
}

function epoch(step: number, ranks?: Ranks): EpochRow {
  const knn20 = { gated: null, dense: null };
  return { epoch: step / 10, step, knn20, macRatio: null, channelUsage: [], ...(ranks && { ranks }) };
}

const floors: Floors = { rawPixels: null, untrained: { gated: null, dense: null }, ranks: ranksOf(150, 8) };

describe('the ranks of a run', () => {
  const rows = rankRows([epoch(10, ranksOf(512, 12, null)), epoch(20), epoch(30, ranksOf(512, 16))], floors);

  it('begin with the untrained network, need no labels, and leave out evaluations without them', () => {
    expect(rows.map(({ step, ranks: { images } }) => [step, images])).toEqual([
      [0, 150],
      [10, 512],
      [30, 512],
    ]);
    expect(rankRows([epoch(10)], null)).toEqual([]);
  });

  it('have a curve for each branch, dense first, with the newest value or that at a step', () => {
    const { points, curves, read } = rankCurves(rows, 'rankMe', null);
    expect(curves.map(({ label }) => label)).toEqual(['dense', 'gated']);
    expect(points).toEqual([
      { step: 0, dense: 8, gated: 4 },
      { step: 10, dense: 12, gated: 6 },
      { step: 30, dense: 16, gated: 8 },
    ]);
    expect([read('dense', null), read('gated', 12)]).toEqual([16, 6]);
  });

  it('have a gap where α-ReQ had too few eigenvalues', () => {
    expect(rankCurves(rows, 'alpha', null).points.map(({ dense }) => dense)).toEqual([1, Number.NaN, 1]);
  });

  it('stand in a table with their numbers of images', () => {
    const table = rankTable(rows);
    expect(table.columns).toEqual([
      ...['epoch', 'step', 'images', 'RankMe dense', 'effective rank dense', 'α-ReQ dense'],
      ...['RankMe gated', 'effective rank gated', 'α-ReQ gated'],
    ]);
    expect(table.row(1)).toEqual([1, 10, 512, 12, 13, null, 6, 13, null]);
    expect(table.row(0)[0]).toBeNull();
    expect(rankTable([]).length).toBe(0);
  });
});
