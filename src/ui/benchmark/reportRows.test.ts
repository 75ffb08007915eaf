import { expect, it } from 'vitest';
import type { BenchReport } from '../../store/studies/benchmark.ts';
import { reportRows } from './reportRows.ts';

const REPORT: BenchReport = {
  ...{ adapter: 'a', software: false, width: 16, batch: 64, steps: 20 },
  ...{
    stepMs: 10,
    imagesPerSecond: 6400,
    gflops: 500,
    limitGflops: 1000,
    limitKernel: 'k',
    fractionOfLimit: 0.5,
  },
  ...{ dispatches: 301, submits: 1, buffersCreatedPerStep: 0, encodeMs: 0.98765, memoryBytes: 1e6 },
  stockTfjs: {
    stepMs: 80,
    steps: 7,
    dispatches: 2656,
    submits: 178,
    buffersCreated: 430,
    lossDifference: 1e-6,
  },
  ...{ speedup: 8, profile: null },
};

it('sets the engine beside stock tfjs, whose rates follow from its time', () => {
  expect(reportRows(REPORT).map(({ what, engine, stock }) => [what, engine, stock])).toEqual([
    ['Time, ms', '10', '80'],
    ['Images per second', '6,400', '800'],
    ['GFLOP/s', '500', '62.5'],
    ['Dispatches', '301', '2,656'],
    ['Submits', '1', '178'],
    ['New buffers', '0', '430'],
    ['JavaScript, ms', '0.988', '–'],
  ]);
});

it('leaves dashes for an opponent that was not asked for', () => {
  expect(
    new Set(reportRows({ ...REPORT, stockTfjs: null, speedup: null }).map(({ stock }) => stock)),
  ).toEqual(new Set(['–']));
});
