import * as tf from '@tensorflow/tfjs';
import * as reference from '../method/convolution.ts';
import { median } from '../statistics/median.ts';
import { type Call, type Kernels, openKernels } from '../wasm/kernels.ts';
import { FIRST_FREE } from '../wasm/threads/pool.ts';
import { type Layer, layerCalls, outputOf, resultOf, stepLayers } from './stepLayers.ts';
import type { Workload } from './workload.ts';

// Every convolution of a step and its gradients, by the kernels of src/wasm and by tfjs's WASM engine, in
// turns within one process: what else the machine does meets all of them alike.

/** Rounds of the register-only loop: some milliseconds. */
const LOOP = 400_000;

export interface RatesOrder extends Workload {
  readonly rounds: number;
  /**
   * Milliseconds from any time on. Processor time of this thread is best where it can be had: the turns of
   * other programs do not count in it.
   */
  readonly clock: () => number;
  /** Binaries of src/wasm by name, for memory of their own. */
  readonly builds: Readonly<Record<string, BufferSource>>;
}

/** One convolution, or one of its gradients, as often as a step has it. */
export interface RateRow {
  readonly name: string;
  readonly count: number;
  /** Floating-point operations of one. */
  readonly flops: number;
  /** Median time of one, milliseconds: of tfjs's engine, then of each build. */
  readonly ms: Readonly<Record<string, number>>;
  /** Median over rounds of tfjs's time by the build's in the same round. */
  readonly speedUp: Readonly<Record<string, number>>;
}

export interface KernelRates {
  readonly rows: readonly RateRow[];
  /** All convolutions of a step, forward and backward: the median over rounds of sums within a round. */
  readonly step: Omit<RateRow, 'count'>;
  /**
   * Median time of all BatchNorms with a ReLU behind each, forward and backward, over that of all
   * convolutions, by build.
   */
  readonly norms: Readonly<Record<string, number>>;
  /** Median rate of multiply and add without memory, GFLOP/s, by build. */
  readonly peak: Readonly<Record<string, number>>;
}

/** What is timed: one pass of one layer by everyone. */
interface Contest {
  readonly name: string;
  readonly count: number;
  readonly flops: number;
  readonly runs: Readonly<Record<string, () => void>>;
}

/** Times everything. tfjs's WASM backend must be active. */
export async function kernelRates(
  { rounds, builds, clock, ...workload }: RatesOrder,
  onRound: (done: number) => void,
): Promise<KernelRates> {
  const layers = stepLayers(workload);
  const result = resultOf(layers);
  const norms = layers.map((layer) => ({ ...layerCalls(layer, result).norms, count: layer.count }));
  const bytes = Math.max(...norms.map(({ end }) => end));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  new Float32Array(memory.buffer, FIRST_FREE).fill(0.5);
  const opened: [string, Kernels][] = [];
  for (const [name, binary] of Object.entries(builds)) opened.push([name, await openKernels(binary, memory)]);
  const taken = Math.max(...opened.map(([, { firstFree }]) => firstFree));
  if (taken > FIRST_FREE)
    throw new Error(`kernel rates: kernels must take at most ${FIRST_FREE} bytes, got ${taken}`);
  const tensors: tf.Tensor[] = [];
  const contests = layers.flatMap((layer, i) => passesOf(layer, result, i > 0, opened, tensors));
  const loops = opened.map(([name, kernels]) => [name, () => void kernels.multiplyAdds(LOOP)] as const);
  const perLoop = opened.map(([name, kernels]) => [name, kernels.multiplyAdds(1) * LOOP] as const);
  // [round][contest]; the first round compiles and is not counted.
  const times: Record<string, number>[][] = [];
  const peaks: Record<string, number>[] = [];
  const normTimes: Record<string, number>[] = [];
  const normRuns = opened.map(([name, kernels]) => {
    const all = norms.flatMap(({ calls, count }) => Array.from({ length: count }, () => calls).flat());
    return [name, () => all.forEach((call) => void kernels.run(call))] as const;
  });
  for (let round = 0; round <= rounds; round++) {
    times.push(contests.map(({ runs }) => timed(runs, clock)));
    peaks.push(timed(Object.fromEntries(loops), clock));
    normTimes.push(timed(Object.fromEntries(normRuns), clock));
    if (round > 0) onRound(round);
    else for (let again = 0; again < 2; again++) contests.forEach(({ runs }) => void timed(runs, clock));
  }
  tf.dispose(tensors);
  const counted = times.slice(1);
  const rows = contests.map(({ name, count, flops }, i) => {
    const mine = counted.map((round) => round[i]!);
    return { name, count, flops, ...summary(mine) };
  });
  const sums = counted.map((round) =>
    Object.fromEntries(
      Object.keys(round[0]!).map((who) => [
        who,
        round.reduce((sum, ms, i) => sum + contests[i]!.count * ms[who]!, 0),
      ]),
    ),
  );
  const flops = contests.reduce((sum, contest) => sum + contest.count * contest.flops, 0);
  const peak = perLoop.map(([name, work]) => [
    name,
    work / median(peaks.slice(1).map((ms) => ms[name]!)) / 1e6,
  ]);
  return {
    rows,
    step: { name: 'all convolutions of a step', flops, ...summary(sums) },
    norms: Object.fromEntries(
      opened.map(([name]) => [name, median(sums.map((sum, i) => normTimes[i + 1]![name]! / sum[name]!))]),
    ),
    peak: Object.fromEntries(peak),
  };
}

/**
 * Forward, gradient of the input, gradient of the filter. The images have no gradient.
 * @param result address of room for any result
 * @param tensors gets those that the caller disposes of
 */
function passesOf(
  layer: Layer,
  result: number,
  gradient: boolean,
  builds: readonly (readonly [string, Kernels])[],
  tensors: tf.Tensor[],
): Contest[] {
  const { input, outputs, kernel, stride, padding, count } = layer;
  const [x, y] = [input, outputOf(layer)];
  const calls = layerCalls(layer, result);
  const filled = (shape: [number, number, number, number]): tf.Tensor4D => tf.fill(shape, 0.5);
  const own = {
    x: filled([x.images, x.height, x.width, input.channels]),
    w: filled([kernel, kernel, input.channels, outputs]),
    dy: filled([y.images, y.height, y.width, outputs]),
  };
  tensors.push(...Object.values(own));
  const contest = (pass: string, reference: () => tf.Tensor, calls: readonly Call[]): Contest => {
    const run = (kernels: Kernels) => () => {
      for (const call of calls) kernels.run(call);
    };
    return {
      name: `${pass}, ${kernel} × ${kernel}, stride ${stride}, ${input.channels} → ${outputs}, ${y.height} × ${y.width}`,
      count,
      flops: 2 * y.images * y.height * y.width * kernel ** 2 * input.channels * outputs,
      runs: {
        tfjs: () => void tf.dispose(reference()),
        ...Object.fromEntries(builds.map(([name, kernels]) => [name, run(kernels)])),
      },
    };
  };
  const forward = contest('forward', () => tf.conv2d(own.x, own.w, stride, padding), calls.forward);
  const ofFilter = contest(
    'filter gradient',
    () => tf.tidy(() => reference.filterGradient(own.dy, own.x, own.w.shape, stride, padding)),
    calls.ofFilter,
  );
  if (!gradient) return [forward, ofFilter];
  const ofInput = contest(
    'input gradient',
    () => tf.tidy(() => reference.inputGradient(own.dy, own.w, own.x.shape, stride, padding)),
    calls.ofInput,
  );
  return [forward, ofInput, ofFilter];
}

/**
 * Milliseconds that each took, in turns. Builds share a memory, so a build that came after another would find
 * its maps in the processor's caches: each runs once untimed before, and all find theirs there.
 */
function timed(runs: Contest['runs'], clock: () => number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(runs).map(([who, run]) => {
      run();
      const started = clock();
      run();
      return [who, clock() - started];
    }),
  );
}

/** Medians over rounds of times, and of tfjs's time by theirs. */
function summary(rounds: readonly Readonly<Record<string, number>>[]): Pick<RateRow, 'ms' | 'speedUp'> {
  const each = (of: (round: Readonly<Record<string, number>>, who: string) => number) =>
    Object.fromEntries(
      Object.keys(rounds[0]!).map((who) => [who, median(rounds.map((round) => of(round, who)))]),
    );
  return {
    ms: each((round, who) => round[who]!),
    speedUp: each((round, who) => round.tfjs! / round[who]!),
  };
}

/** The rates as a table. */
export function ratesTable({ rows, step, norms, peak }: KernelRates): string {
  const builds = Object.keys(peak);
  const line = ({ name, flops, ms, speedUp }: KernelRates['step'], count: string) =>
    [
      count.padStart(2),
      ...['tfjs', ...builds].map((who) => (flops / ms[who]! / 1e6).toFixed(1).padStart(9)),
      ...builds.map((who) => `${speedUp[who]!.toFixed(2)} ×`.padStart(10)),
      `  ${name}`,
    ].join('');
  return [
    ` n${['tfjs', ...builds].map((who) => who.padStart(9)).join('')}${builds.map((who) => who.padStart(10)).join('')}`,
    ...rows.map((row) => line(row, String(row.count))),
    line(step, ''),
    `   BatchNorms and ReLUs, of the time of convolutions${builds.map((who) => `, ${who} ${norms[who]!.toFixed(3)}`).join('')}`,
    `   without memory${builds.map((who) => `, ${who} ${peak[who]!.toFixed(1)}`).join('')}`,
  ].join('\n');
}
