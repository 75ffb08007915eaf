import type { CpuReport, MachineTimes } from './cpuSteps.ts';
import { GROUPS } from './stepGroups.ts';

/** What the engine on the processor is to reach on two cores, beside what it does. */
interface Goal {
  readonly says: string;
  readonly reached: (report: CpuReport, fused: MachineTimes) => string | null;
}

const GOALS: readonly Goal[] = [
  {
    says: 'at width 8, 2.5 times tfjs or more',
    reached: ({ width }, { speedUp }) => (width === 8 ? times(speedUp) : null),
  },
  {
    says: 'at width 16, 3 times tfjs or more',
    reached: ({ width }, { speedUp }) => (width === 16 ? times(speedUp) : null),
  },
  {
    says: 'at width 16, .6 or more of the peak of as many threads inside convolutions',
    reached: ({ width }, { convolutions }) => (width === 16 ? convolutions.ofPeak.toFixed(2) : null),
  },
  {
    says: 'at most 15 % of the step for all but convolutions',
    reached: (_, { others }) => percent(others),
  },
];

/** The figures as text: steps of everyone, where the time goes, and the goals. */
export function cpuText(report: CpuReport): string {
  const { machines, tfjs, width, batch, rounds } = report;
  const best = machines.at(-1)!;
  return [
    `width ${width}, batch ${batch}; medians of ${rounds} rounds in turns; tfjs: its WASM engine, one thread`,
    'engine             step  images/s   processor    × tfjs   GFLOP/s  of convolutions      peak  of peak',
    `${'tfjs-wasm'.padEnd(11)}${ms(tfjs.stepMs)}${tfjs.imagesPerSecond.toFixed(1).padStart(10)}${ms(tfjs.processorMs)}`,
    ...machines.map(line),
    '',
    'shares of the step, by a profiling run: calls of one kind that follow each other are timed together; on one thread in processor time',
    `${''.padEnd(37)}${machines.map((machine) => nameOf(machine).padStart(19)).join('')}`,
    ...GROUPS.map(
      (group) => `${group.padEnd(37)}${machines.map(({ shares }) => share(shares[group])).join('')}`,
    ),
    '',
    `goals on two cores, and what ${nameOf(best)} reached`,
    ...GOALS.flatMap(({ says, reached }) => {
      const value = reached(report, best);
      return value === null ? [] : [`${says}: ${value}`];
    }),
  ].join('\n');
}

function line(machine: MachineTimes): string {
  const { stepMs, imagesPerSecond, processorMs, speedUp, gflops, convolutions, peakGflops } = machine;
  return [
    nameOf(machine).padEnd(11),
    ms(stepMs),
    imagesPerSecond.toFixed(1).padStart(10),
    processorMs === null ? ''.padStart(12) : ms(processorMs),
    times(speedUp).padStart(10),
    gflops.toFixed(1).padStart(10),
    convolutions.gflops.toFixed(1).padStart(17),
    peakGflops.toFixed(1).padStart(10),
    convolutions.ofPeak.toFixed(2).padStart(9),
  ].join('');
}

/** “fused, 2”: build and threads. */
function nameOf({ fused, threads }: MachineTimes): string {
  return `${fused ? 'fused' : 'plain'}, ${threads}`;
}

const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(12);
const times = (value: number) => `${value.toFixed(2)} ×`;
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const share = (of: { readonly ms: number; readonly share: number }) =>
  `${of.ms.toFixed(1)} ms ${percent(of.share).padStart(7)}`.padStart(19);
