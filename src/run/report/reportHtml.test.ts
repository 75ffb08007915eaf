import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { parseRunSet, type RunSet } from '../sets/runSetFile.ts';
import type { RunSummary } from '../sets/runSummary.ts';
import { escaped } from './escaped.ts';
import { REPORT_HEAD, type ReportFrame, reportHtml } from './reportHtml.ts';

const FRAME: ReportFrame = {
  madeOn: '2026-11-29T00:00:00.000Z',
  version: '0.1.0',
  command: 'npm run sweep -- a.json',
  sweepFile: null,
};

/** A run with its sub-network's and its dense accuracy; dense VICReg has the latter only. */
function run(config: Partial<RunConfig>, accuracies: readonly number[], macs = 300): RunSummary {
  const whole: RunConfig = { ...DEFAULT_CONFIG, ...config };
  const denseMacs = whole.width === DEFAULT_CONFIG.width ? 1000 : 310;
  const result = (branch: 'gated' | 'dense', knn20: number, cost: number) => ({
    ...{ branch, knn20, macs: cost },
    ridge: null,
    correct: null,
  });
  const [gated, dense] = whole.system === 'vicreg' ? [null, accuracies[0]] : accuracies;
  return {
    ...{ id: JSON.stringify([config, accuracies]), endedOn: null, config: whole, engine: 'wasm', steps: 5 },
    ...{
      data: { name: 'Emoji-10', source: null, train: 100, test: 400 },
      imagesPerSecond: 10,
      seconds: null,
    },
    ...{ stoppedEarly: false, budgetMoved: false, denseMacs, rawPixels: 0.25 },
    branches: [
      ...(typeof gated === 'number' ? [result('gated', gated, macs)] : []),
      ...(typeof dense === 'number' ? [result('dense', dense, denseMacs)] : []),
    ],
  };
}

function report(
  runs: readonly RunSummary[],
  recordedOn = 'a test',
  frame: Partial<ReportFrame> = {},
): string {
  const set: RunSet = { format: 'dualgate-runs', version: 1, recordedOn, engine: 'wasm', runs };
  return reportHtml(set, { ...FRAME, ...frame });
}

/** The words of a page, without its tags. */
const words = (html: string) => html.replaceAll(/<style>.*?<\/style>/gs, '').replaceAll(/<[^>]*>/g, ' ');

const gating = (seed: number, ...accuracies: number[]) =>
  run({ system: 'vicreg-gating', budget: 0.3, seed }, accuracies, 290);
const dual = (seed: number, ...accuracies: number[]) =>
  run({ system: 'dual-gating', budget: 0.3, seed }, accuracies);
const vicreg = (seed: number, accuracy: number, width = DEFAULT_CONFIG.width) =>
  run({ system: 'vicreg', seed, width }, [accuracy]);

describe('reportHtml', () => {
  it('names the winner where the interval leaves out 0, with interval and seeds', () => {
    const text = words(
      report([1, 2, 3].flatMap((seed) => [dual(seed, 0.4 + seed / 1000, 0.5), gating(seed, 0.3)])),
    );
    // Differences .101, .102, .103: 10.2 ± 4.303 × .1 / √3 = .25 points.
    expect(text).toContain(
      'Dual gating, t_d 0.30: gated (0.30) beats VICReg gated, t_d 0.30 (0.29) by 10.2 points (95 % interval 10.0 to 10.4, 3 seeds).',
    );
    // Mean .402, sd .001; √(.402 × .598 / 400) = 2.5 points.
    expect(text).toMatch(/Dual gating, t_d 0\.30: gated\s+40\.2 ± 0\.1\s+2\.5\s+–\s+0\.00 M\s+0\.300\s+3\s/);
    expect(text).toMatch(/raw pixels\s+25\.0 %/);
  });

  it('names no winner where it contains 0, but how many more seeds would tell', () => {
    const runs = [1, 2, 3].flatMap((seed) => [dual(seed, 0.3, 0.5), gating(seed, 0.3 + seed / 100)]);
    expect(words(report(runs))).toContain(
      'VICReg gated, t_d 0.30 (0.29) and Dual gating, t_d 0.30: gated (0.30) cannot be told apart yet: the first is ahead by 2.0 points (95 % interval −0.5 to 4.5, 3 seeds); about 1 more seed.',
    );
    const even = [dual(1, 0.3, 0.5), dual(2, 0.3, 0.5), gating(1, 0.35), gating(2, 0.2501)];
    expect(words(report(even))).toContain('2 seeds); more than 100 more seeds.');
  });

  it('says so where one seed, or none, is in common', () => {
    expect(words(report([dual(1, 0.4, 0.5), gating(1, 0.3)]))).toMatch(
      /ahead of VICReg gated, .* by 10\.0 points at the one seed that both have\. One seed gives no interval/,
    );
    expect(words(report([dual(1, 0.4, 0.5), gating(2, 0.3)]))).toContain('have no seed in common');
  });

  it('sets a small dense network beside gated ones of about its cost, as a share of the same whole', () => {
    const text = words(report([vicreg(1, 0.5), vicreg(1, 0.35, 4), dual(1, 0.4, 0.45)]));
    expect(text).toMatch(/gated \(0\.30\) is ahead of VICReg dense, width c0 4 \(0\.31\) by 5\.0 points/);
    expect(text).toMatch(/VICReg dense \(1\.00\) is ahead of VICReg dense, width c0 4 \(0\.31\) by 15/);
  });

  it('compares on the same images only, as far as they are known', () => {
    const on = (one: RunSummary, images: string) => ({ ...one, data: { ...one.data, images } });
    const own = [on(dual(1, 0.4, 0.5), 'a'), on(gating(1, 0.3), 'b')];
    expect(report(own)).not.toContain('at the one seed');
    expect(report(own).match(/<section>/g)).toHaveLength(2);
    expect(report([gating(1, 0.3), on(dual(1, 0.4, 0.5), 'a')])).toContain('at the one seed');
  });

  it('leaves out runs that belong to no budget, and those without labels, and says so', () => {
    const early = { ...dual(2, 0.4, 0.5), stoppedEarly: true };
    const blind = dual(3, 0.4, 0.5);
    const branches = blind.branches.map((branch) => ({ ...branch, knn20: null }));
    const text = words(report([dual(1, 0.4, 0.5), early, { ...blind, branches, rawPixels: null }]));
    expect(text).toContain(
      '3 runs, left out: 1 without labels, 1 that ended early or whose budget was moved.',
    );
    expect(words(report([early]))).toContain('No run here has an accuracy that could be compared.');
  });

  it('has every floor of pixels, and draws the best floor of all as the line to beat', () => {
    const pixels = { centred: 0.3, perImage: 0.35, components: 0.45 };
    const floored = (share: number) => ({ ...dual(1, 0.4, 0.5), pixels: { ...pixels, components: share } });
    const [low, high] = [floored(0.45), floored(0.47)];
    const named = (run: RunSummary, name: string, share: number) => ({ ...run, toBeat: { name, share } });
    const html = report([
      named(low, 'whitened components', 0.45),
      named({ ...high, config: { ...high.config, seed: 2 } }, 'whitened components', 0.47),
    ]);
    expect(words(html)).toMatch(/raw pixels\s+25\.0 %\s+Floor: 20-NN on centred pixels\s+30\.0 %/);
    expect(words(html)).toMatch(
      /less their image’s mean\s+35\.0 %\s+Floor: 20-NN on whitened components\s+46\.0 %/,
    );
    expect(words(html)).toMatch(/Line to beat\s+whitened components, 46\.0 %/);
    expect(html).toContain('Dashed: whitened components, the line to beat.');
    expect(html).toMatch(/<path class="floor"[^>]*><text[^>]*>whitened components</);
    const untrained = report([named(low, 'untrained dense', 0.48)]);
    expect(words(untrained)).toMatch(/Line to beat\s+untrained dense, 48\.0 %/);
  });

  it('draws raw pixels where no run knows more, and says that the line to beat is not known', () => {
    const html = report([dual(1, 0.4, 0.5)]);
    expect(html).toContain('Dashed: raw pixels.');
    expect(words(html)).toMatch(/Line to beat\s+not known: these runs are from before/);
    expect(words(html)).not.toContain('centred');
  });

  it('averages equal runs of one seed, so that they count once', () => {
    const twice = [dual(1, 0.4, 0.5), dual(1, 0.5, 0.5), gating(1, 0.3)];
    expect(words(report(twice))).toContain('by 15.0 points at the one seed');
  });

  it('needs no network and no script, and escapes every text', () => {
    const evil = `"><script>alert('1')</script>&amp;`;
    const runs = [dual(1, 0.4, 0.5)].map((one) => ({ ...one, data: { ...one.data, name: evil } }));
    const frame = { command: evil, sweepFile: evil, madeOn: evil, version: evil };
    const html = report(runs, evil, frame);
    expect(html.startsWith(REPORT_HEAD)).toBe(true);
    expect(html).not.toMatch(/<script|https?:|\bsrc=|\bhref=|url\(|@import/);
    expect(html.split(escaped(evil))).toHaveLength(7);
    expect(html).toMatch(/prefers-color-scheme:dark.*@media print/s);
    expect(escaped(evil)).toBe('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;');
  });

  it('closes every element it opens', () => {
    const open: string[] = [];
    for (const [, end, name, own] of report([dual(1, 0.4, 0.5), vicreg(1, 0.5), gating(1, 0.3)]).matchAll(
      /<(\/?)([a-z]\w*)[^>]*?(\/?)>/g,
    )) {
      if (end === '/') expect(open.pop()).toBe(name);
      else if (own === '' && name !== 'meta') open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('draws every seed and every mean of the recorded sweep inside the figure', () => {
    const recorded = new URL('../../../public/recorded/emoji10-sweep.json', import.meta.url);
    const set = parseRunSet(readFileSync(recorded, 'utf8'));
    const html = reportHtml(set, FRAME);
    const branches = set.runs.flatMap((one) => one.branches);
    const dots = [...html.matchAll(/class="seed" cx="([\d.-]+)" cy="([\d.-]+)"/g)];
    expect(dots).toHaveLength(branches.length);
    for (const [, x, y] of dots) {
      expect(Number(x)).toBeGreaterThan(56);
      expect(Number(x)).toBeLessThan(720);
      expect(Number(y)).toBeGreaterThanOrEqual(16);
      expect(Number(y)).toBeLessThanOrEqual(336);
    }
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });
});
