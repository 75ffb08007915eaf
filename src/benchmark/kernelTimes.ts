import type { KernelTime } from '../webgpu/engine/profile.ts';

/** Total times of each kernel, longest first. */
export function byKernel(times: readonly KernelTime[]): KernelTime[] {
  const sums = new Map<string, KernelTime>();
  for (const { kernel, ms, dispatches } of times) {
    const sum = sums.get(kernel);
    sums.set(kernel, {
      kernel,
      of: '',
      ms: ms + (sum?.ms ?? 0),
      dispatches: dispatches + (sum?.dispatches ?? 0),
    });
  }
  return [...sums.values()].sort((a, b) => b.ms - a.ms);
}

/** How many of the slowest single entries the table shows. */
const SLOWEST = 12;

/** A step's kernels, and the layers that take longest, as aligned text. */
export function kernelTable(times: readonly KernelTime[]): string {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const dispatches = times.reduce((sum, entry) => sum + entry.dispatches, 0);
  const row = ({ kernel, of, ms, dispatches: count }: KernelTime) =>
    `${ms.toFixed(2).padStart(10)}${((100 * ms) / total).toFixed(1).padStart(8)}${String(count).padStart(12)}  ${`${kernel} ${of}`.trimEnd()}`;
  const slowest = times.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  return [
    '        ms       %  dispatches  kernel',
    ...byKernel(times).map(row),
    row({ kernel: 'all', of: '', ms: total, dispatches }),
    '',
    `the ${slowest.length} slowest`,
    ...slowest.map(row),
  ].join('\n');
}
