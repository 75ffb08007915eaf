import { expect, it } from 'vitest';
import { byKernel, kernelTable } from './kernelTimes.ts';

const TIMES = [
  { kernel: 'pool', of: 'layer1.0', ms: 1, dispatches: 1 },
  { kernel: 'convolution', of: 'layer1.0', ms: 2, dispatches: 1 },
  { kernel: 'convolution', of: 'layer1.1', ms: 5, dispatches: 3 },
];

it('adds up what a kernel did in several layers, longest first', () => {
  expect(byKernel(TIMES)).toEqual([
    { kernel: 'convolution', of: '', ms: 7, dispatches: 4 },
    { kernel: 'pool', of: '', ms: 1, dispatches: 1 },
  ]);
});

it('shows kernels, their sum, and the slowest layers', () => {
  const lines = kernelTable(TIMES).split('\n');
  expect(lines.map((line) => line.trim().split(/\s+/).join(' '))).toEqual([
    'ms % dispatches kernel',
    '7.00 87.5 4 convolution',
    '1.00 12.5 1 pool',
    '8.00 100.0 5 all',
    '',
    'the 3 slowest',
    '5.00 62.5 3 convolution layer1.1',
    '2.00 25.0 1 convolution layer1.0',
    '1.00 12.5 1 pool layer1.0',
  ]);
});
