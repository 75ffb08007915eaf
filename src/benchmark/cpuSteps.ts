import type { Engine, StepInput } from '../engine.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { stepFlops } from '../network/macs.ts';
import { engineSetup } from '../session/stage.ts';
import { median } from '../statistics/median.ts';
import { CpuEngine } from '../wasm/engine.ts';
import { openKernels } from '../wasm/kernels.ts';
import { hasFused } from '../wasm/support.ts';
import type { Machine, PoolPlaces } from '../wasm/threads/places.ts';
import { openPool } from '../wasm/threads/pool.ts';
import type { BenchResult } from './measure.ts';
import { CONVOLUTIONS, GROUPS, type Group, stepGroups } from './stepGroups.ts';
import { outputOf, stepLayers } from './stepLayers.ts';
import { configOf, noiseImages, stepInputs, type Workload } from './workload.ts';

// Whole training steps of the engine on the processor, in turns with tfjs's WASM engine.

/** Rounds of the register-only loop for each thread: some 30 ms. */
const LOOP = 20_000_000;
/** Rounds that are not timed: kernels are compiled twice, the second time for speed. */
const WARM_UP = 2;
/** No further round begins after so many milliseconds, but for the first that is timed. */
const LIMIT_MS = 180_000;

export interface CpuOrder extends Workload {
  /** Timed rounds, if time allows. */
  readonly rounds: number;
  readonly places: PoolPlaces;
  /** Milliseconds from any time on, as on the wall. */
  readonly clock: () => number;
  /** Milliseconds of processor time that this process has used. */
  readonly processor: () => number;
}

/** The shares of a step. */
export type Shares = Readonly<Record<Group, { readonly ms: number; readonly share: number }>>;

/** Figures of one build on so many threads; medians over rounds. */
export interface MachineTimes extends Machine {
  readonly stepMs: number;
  readonly imagesPerSecond: number;
  /** Of a step on one thread, which other programs disturb less; null on several. */
  readonly processorMs: number | null;
  /** tfjs's time by this one's in the same round. */
  readonly speedUp: number;
  /** Of the step: the fewest operations that it can do with, 10⁹ a second. */
  readonly gflops: number;
  /** Multiply and add without memory, on as many threads, in the best round, 10⁹ a second. */
  readonly peakGflops: number;
  /** Rate inside convolutions and their gradients, and how much of the peak that is. */
  readonly convolutions: { readonly gflops: number; readonly ofPeak: number };
  /**
   * By a profiling run: calls of one kind that follow each other, timed together; on one thread in processor
   * time. Shares are of their sum.
   */
  readonly shares: Shares;
  /** Everything but convolutions, share of the step. */
  readonly others: number;
}

/** The figures of the machine that trains, as other engines have them, and those of all. */
export interface CpuReport extends BenchResult {
  readonly width: number;
  readonly batch: number;
  readonly rounds: number;
  readonly tfjs: {
    readonly stepMs: number;
    readonly imagesPerSecond: number;
    readonly processorMs: number;
  };
  readonly machines: readonly MachineTimes[];
}

/** One who takes steps. Times are milliseconds. */
interface Contestant {
  readonly engine: Engine;
  readonly nextInput: () => StepInput;
  readonly times: number[];
  readonly processorTimes: number[];
}

interface CpuContestant extends Contestant {
  readonly machine: Machine;
  /** What parts and the loop are timed by: processor time on one thread, else time on the wall. */
  readonly clock: () => number;
  readonly profile: () => ReadonlyMap<Group, number>;
  readonly profiles: ReadonlyMap<Group, number>[];
  /** Runs the loop without memory. Returns its operations. */
  readonly loop: () => number;
  readonly peaks: number[];
  readonly dispose: () => void;
}

/** Times everything. tfjs's WASM backend must be active. */
export async function cpuSteps(
  { rounds, places, clock, processor, ...workload }: CpuOrder,
  onRound: (line: string) => void,
): Promise<CpuReport> {
  const config = configOf(workload);
  const setup = engineSetup(config, noiseImages(workload.batch));
  const tfjs: Contestant = {
    engine: new TfjsEngine(setup),
    nextInput: stepInputs(config),
    times: [],
    processorTimes: [],
  };
  const own: CpuContestant[] = [];
  const timed = async ({ engine, nextInput, times, processorTimes }: Contestant) => {
    const input = nextInput();
    const [started, used] = [clock(), processor()];
    const { loss } = await engine.step(input);
    times.push(clock() - started);
    processorTimes.push(processor() - used);
    if (!Number.isFinite(loss)) throw new Error(`benchmark: losses must be finite, got ${loss}`);
  };
  const round = async () => {
    await timed(tfjs);
    for (const each of own) {
      await timed(each);
      each.profiles.push(each.profile());
      const started = each.clock();
      const operations = each.loop();
      each.peaks.push(operations / (each.clock() - started) / 1e6);
    }
  };
  try {
    for (const machine of machinesOf(places))
      own.push(await opened(machine, workload, places, machine.threads > 1 ? clock : processor));
    for (let warm = 0; warm < WARM_UP; warm++) {
      onRound(`warming up, round ${warm + 1} of ${WARM_UP}`);
      await round();
    }
    for (const { times, processorTimes } of [tfjs, ...own]) times.length = processorTimes.length = 0;
    for (const { profiles, peaks } of own) profiles.length = peaks.length = 0;
    const started = clock();
    for (let done = 1; done <= rounds; done++) {
      if (done > 1 && clock() - started > LIMIT_MS) {
        onRound(`stopped after ${done - 1} rounds, since they took ${LIMIT_MS / 60_000} minutes`);
        break;
      }
      await round();
      onRound(`round ${done} of ${rounds}`);
    }
  } finally {
    tfjs.engine.dispose();
    for (const each of own) each.dispose();
  }
  const { batch } = workload;
  const flops = stepFlops(setup.network, setup.system.passes.length, batch);
  const machines = own.map((each) => figures(each, tfjs.times, workload, flops));
  // The last is the one that trains.
  const { stepMs, imagesPerSecond, gflops, peakGflops } = machines.at(-1)!;
  const tfjsMs = median(tfjs.times);
  return {
    ...{ stepMs, imagesPerSecond, gflops, limitGflops: peakGflops, fractionOfLimit: gflops / peakGflops },
    ...{ ...workload, rounds: tfjs.times.length },
    tfjs: {
      stepMs: tfjsMs,
      imagesPerSecond: (1000 * batch) / tfjsMs,
      processorMs: median(tfjs.processorTimes),
    },
    machines,
  };
}

/** Each build on one thread, and on all that the places take if these are more. */
function machinesOf({ threads: all }: PoolPlaces): Machine[] {
  const builds = hasFused() ? [false, true] : [false];
  return builds.flatMap((fused) => [...new Set([1, all])].map((threads) => ({ fused, threads })));
}

async function opened(
  machine: Machine,
  workload: Workload,
  places: PoolPlaces,
  clock: () => number,
): Promise<CpuContestant> {
  const config = configOf(workload);
  const setup = engineSetup(config, noiseImages(workload.batch));
  const options = { batch: workload.batch, inputs: 'drawn' } as const;
  const engine = await CpuEngine.open(setup, { ...options, machine, places });
  const profile = await engine.profiler(stepGroups(setup, options), clock);
  const pool = await openPool({ ...machine, places, bytes: 16 });
  const units = LOOP * machine.threads;
  const loop = await pool.compile([{ kernel: 'multiplyAddLoop', units, numbers: [] }]);
  const binary = await places.binary({ fused: machine.fused, shared: false });
  const alone = await openKernels(binary, new WebAssembly.Memory({ initial: 2 }));
  const perRound = alone.multiplyAdds(1);
  return {
    ...{ engine, machine, clock, profile, nextInput: stepInputs(config) },
    ...{ times: [], processorTimes: [], profiles: [], peaks: [] },
    loop() {
      pool.run(loop);
      return units * perRound;
    },
    dispose() {
      pool.dispose();
      engine.dispose();
    },
  };
}

function figures(
  { machine, times, processorTimes, profiles, peaks }: CpuContestant,
  tfjs: readonly number[],
  workload: Workload,
  flops: number,
): MachineTimes {
  const stepMs = median(times);
  const ms = (group: Group) => median(profiles.map((profile) => profile.get(group) ?? 0));
  const sum = GROUPS.reduce((total, group) => total + ms(group), 0);
  const convolving = CONVOLUTIONS.reduce((total, group) => total + ms(group), 0);
  const peakGflops = Math.max(...peaks);
  const gflops = convolutionFlops(workload) / convolving / 1e6;
  return {
    ...machine,
    stepMs,
    imagesPerSecond: (1000 * workload.batch) / stepMs,
    processorMs: machine.threads === 1 ? median(processorTimes) : null,
    speedUp: median(times.map((own, i) => tfjs[i]! / own)),
    gflops: flops / stepMs / 1e6,
    peakGflops,
    convolutions: { gflops, ofPeak: gflops / peakGflops },
    shares: sharesOf((group) => ({ ms: ms(group), share: ms(group) / sum })),
    others: 1 - convolving / sum,
  };
}

function sharesOf(of: (group: Group) => Shares[Group]): Shares {
  const [forward, inputs, filters, norms, gates, projector, vicreg, views, optimiser] = GROUPS;
  return {
    [forward]: of(forward),
    [inputs]: of(inputs),
    [filters]: of(filters),
    [norms]: of(norms),
    [gates]: of(gates),
    [projector]: of(projector),
    [vicreg]: of(vicreg),
    [views]: of(views),
    [optimiser]: of(optimiser),
  };
}

/** Of all convolutions of a step, forward and both gradients; the images have none. */
function convolutionFlops(workload: Workload): number {
  return stepLayers(workload).reduce((sum, layer, i) => {
    const { images, height, width } = outputOf(layer);
    const { kernel, input, outputs, count } = layer;
    const once = 2 * images * height * width * kernel ** 2 * input.channels * outputs;
    return sum + (i === 0 ? 2 : 3) * count * once;
  }, 0);
}
