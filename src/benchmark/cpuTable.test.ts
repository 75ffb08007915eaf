import { expect, it } from 'vitest';
import type { CpuReport, MachineTimes } from './cpuSteps.ts';
import { cpuText } from './cpuTable.ts';
import { GROUPS, type Group } from './stepGroups.ts';

const share = { ms: 10, share: 1 / 9 };
const SHARES = Object.fromEntries(GROUPS.map((group) => [group, share])) as Record<Group, typeof share>;
const machine: MachineTimes = {
  fused: true,
  threads: 2,
  stepMs: 100,
  imagesPerSecond: 640,
  processorMs: null,
  speedUp: 3.25,
  gflops: 80,
  peakGflops: 130,
  convolutions: { gflops: 91, ofPeak: 0.7 },
  shares: SHARES,
  others: 0.125,
};
const report = (width: number): CpuReport => ({
  ...{ stepMs: 100, imagesPerSecond: 640, gflops: 80, limitGflops: 130, fractionOfLimit: 80 / 130 },
  ...{
    width,
    batch: 64,
    rounds: 7,
    tfjs: { stepMs: 325, imagesPerSecond: 197, processorMs: 320 },
    machines: [machine],
  },
});

it('cpuText has the goals of the width beside what was reached', () => {
  const lines = (width: number) => cpuText(report(width)).split('\n');
  expect(lines(16).slice(-4)).toEqual([
    'goals on two cores, and what fused, 2 reached',
    'at width 16, 3 times tfjs or more: 3.25 ×',
    'at width 16, .6 or more of the peak of as many threads inside convolutions: 0.70',
    'at most 15 % of the step for all but convolutions: 12.5 %',
  ]);
  expect(lines(8).at(-2)).toBe('at width 8, 2.5 times tfjs or more: 3.25 ×');
  expect(lines(32).slice(-2)[0]).toBe('goals on two cores, and what fused, 2 reached');
  expect(lines(8)[2]).toMatch(/^tfjs-wasm +325 ms +197\.0 +320 ms$/);
  expect(lines(8)[3]).toMatch(/^fused, 2 +100 ms +640\.0 +3\.25 × +80\.0 +91\.0 +130\.0 +0\.70$/);
});
