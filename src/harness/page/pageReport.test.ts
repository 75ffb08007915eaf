import { describe, expect, it } from 'vitest';
import { type PageReport, type PageVisit, pageTable, visitLine } from './pageReport.ts';

const VISIT: PageVisit = {
  engine: 'wasm',
  firstPaintMs: 400,
  hasRecordedRun: true,
  recordedMovingMs: 1200,
  lossMs: 4000,
  gateMs: 7000,
  accuraciesMs: 20_000,
  longestTaskMs: 41.4,
  tasksOver50Ms: 0,
  bytesToPaint: 150_000,
  bytesBeforeStart: 250_000,
  bytesToLoss: 3_250_000,
};

function tableOf(visits: readonly PageVisit[]): string[] {
  const report: PageReport = {
    date: '2026-11-29T00:00:00.000Z',
    browser: 'Chromium 1',
    cores: 2,
    load: [0.25, 1],
    visits,
  };
  return pageTable(report).split('\n');
}

const row = (lines: readonly string[], name: string) => lines.find((line) => line.startsWith(name));

it('visitLine tells what one visit saw, and what it did not see', () => {
  expect(visitLine({ ...VISIT, gateMs: null })).toMatch(
    /^first paint 0\.40 s, recorded run moving 1\.20 s, .*gate dot –, .*first loss 3,250 kB$/,
  );
});

describe('pageTable', () => {
  it('gives median and range beside the goal', () => {
    const lines = tableOf([400, 900, 500].map((firstPaintMs) => ({ ...VISIT, firstPaintMs })));
    expect(lines[0]).toBe(
      'built site, empty cache, 3 visits; Chromium 1, 2 cores, load 0.3 before and 1.0 after',
    );
    expect(lines[1]).toBe('engine: wasm');
    expect(row(lines, 'first paint')).toMatch(/^first paint +0\.50 s +0\.40 s – 0\.90 s +< 1 s$/);
    expect(row(lines, 'fetched until first loss')).toMatch(/ 3,250 kB +3,250 kB – 3,250 kB$/);
  });

  it('takes the mean of the middle two of an even number', () => {
    const lines = tableOf([1000, 9000].map((lossMs) => ({ ...VISIT, lossMs })));
    expect(row(lines, 'Start → first loss')).toMatch(/ 5\.00 s +1\.00 s – 9\.00 s +< 5 s$/);
  });

  it('says how many visits did not see a thing, and why none did', () => {
    const some = tableOf([VISIT, { ...VISIT, gateMs: null }]);
    expect(row(some, 'Start → first moving gate dot')).toMatch(/7\.00 s – 7\.00 s, 1 × not seen/);
    const none = tableOf([{ ...VISIT, hasRecordedRun: false, recordedMovingMs: null, accuraciesMs: null }]);
    expect(row(none, 'recorded run moving')).toMatch(/–, no recorded run on this page +< 1\.5 s$/);
    expect(row(none, 'Start → accuracy')).toMatch(/–, not seen while a visit lasted +< 25 s$/);
  });
});
