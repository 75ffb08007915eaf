import { expect, it } from 'vitest';
import { type BenchReport, reportText } from './report.ts';

const REPORT: BenchReport = {
  adapter: 'vendor architecture',
  software: false,
  width: 16,
  batch: 64,
  steps: 20,
  stepMs: 12.3456,
  imagesPerSecond: 5184.04,
  gflops: 2766.1,
  limitGflops: 4000,
  limitKernel: '8×8 registers',
  fractionOfLimit: 0.691525,
  dispatches: 301,
  submits: 1,
  buffersCreatedPerStep: 0,
  encodeMs: 0.98765,
  memoryBytes: 123_456_789,
  stockTfjs: {
    stepMs: 617.28,
    steps: 7,
    dispatches: 2656,
    submits: 178,
    buffersCreated: 430,
    lossDifference: 3e-6,
  },
  speedup: 50.0,
  profile: null,
};

it('says every number with its unit', () => {
  expect(reportText(REPORT, '1 May 2030').split('\n')).toEqual([
    'DualGate benchmark, 1 May 2030',
    'Adapter: vendor architecture',
    'Work: one dual-gating training step, width 16, batch 64; median of 20',
    'Compiled engine: 12.3 ms a step, 5184 images/s, 2766 GFLOP/s',
    'Limit: 4000 GFLOP/s (best matrix product in plain WGSL: 8×8 registers); the step reaches 69.2 % of it',
    'A step: 301 dispatches, 1 submits, 0 new buffers, 0.988 ms of JavaScript; 123 MB of GPU memory',
    'Stock tfjs WebGPU, same step: 617 ms (median of 7), 2656 dispatches, 178 submits, 430 new buffers; first losses differ by 3.0e-6',
    'Speedup over stock tfjs: 50×',
    '',
  ]);
});

it('leaves out an opponent that was not asked for, and names a software adapter as one', () => {
  const text = reportText({ ...REPORT, software: true, stockTfjs: null, speedup: null }, 'today');
  expect(text).not.toContain('tfjs');
  expect(text).toContain('Adapter: vendor architecture (software)\n');
});
