import type { StepInput } from '../engine.ts';
import { stepFlops } from '../network/macs.ts';
import { engineSetup } from '../session/stage.ts';
import { median } from '../statistics/median.ts';
import type { EngineCounts } from '../webgpu/engine/engine.ts';
import type { OpenEngine, OpenedEngine } from './compiledEngine.ts';
import type { BenchReport, StockReport } from './door/report.ts';
import { MatmulLimit, type MatmulRate } from './matmulLimit.ts';
import { StockOpponent, type StockStepTime } from './stockOpponent.ts';
import { type StockOrder, stockRefusal, stockSteps } from './stockSteps.ts';
import { configOf, noiseImages, stepInputs, type Workload } from './workload.ts';

export interface BenchOrder extends Workload {
  /** Timed steps of the engine; null: the adapter decides how many. */
  readonly steps: number | null;
  /** Timed steps of stock tfjs; 0: none; null: the adapter decides how many. */
  readonly stockSteps: number | null;
  /** Whether it ends with the times of one step, kernel by kernel. */
  readonly profile: boolean;
}

const STEPS = { hardware: 40, software: 6 } as const;
/** Steps that are submitted together, as in training, so that a GPU does not wait for the page after each. */
const TOGETHER = { hardware: 10, software: 1 } as const;

/**
 * Times training steps of a compiled engine, of stock tfjs on the same adapter, and matrix products in
 * between. The order is engine, limit, stock, limit, engine, so that a noisy machine disturbs all equally. It
 * needs no page and runs in a worker.
 * @param onProgress called with the progress in words
 * @throws Error if there is no adapter, the GPU fails, or a loss is not finite
 */
export async function runBenchmark(
  order: BenchOrder,
  openEngine: OpenEngine,
  onProgress: (line: string) => void,
): Promise<BenchReport> {
  const config = configOf(order);
  const setup = engineSetup(config, noiseImages(order.batch));
  // On software this takes a minute.
  onProgress('compiling the training step');
  const opened = await openEngine(setup, order.batch);
  const { engine, gpu, adapter } = opened;
  const kind = adapter.software ? 'software' : 'hardware';
  const steps = order.steps ?? STEPS[kind];
  const stock: StockOrder = { asked: order.stockSteps, software: adapter.software };
  onProgress(`${adapter.name}${adapter.software ? ' (software)' : ''}: warming up`);
  const nextInput = stepInputs(config);
  const together = Math.min(TOGETHER[kind], engine.ahead);
  const { losses } = await timedSteps(opened, [nextInput()]);
  const firstLoss = losses[0]!;
  const limit = new MatmulLimit(gpu.device);
  const times: number[] = [];
  let taken = 0;
  const costs: Spent[] = [];
  const engineSteps = async (until: number) => {
    const before = engine.counts();
    while (taken < until) {
      const inputs = Array.from({ length: Math.min(together, until - taken) }, nextInput);
      times.push((await timedSteps(opened, inputs)).ms);
      taken += inputs.length;
      onProgress(`engine: step ${taken} of ${steps}`);
    }
    costs.push(difference(engine.counts(), before));
  };
  const rates: MatmulRate[] = [];
  const measureLimit = async () => {
    onProgress('matrix products');
    rates.push(await limit.measure());
  };
  try {
    await engineSteps(Math.ceil(steps / 2));
    await measureLimit();
    const stockTfjs = await stockReport(order, stock, firstLoss, onProgress);
    await measureLimit();
    await engineSteps(steps);
    const { memoryBytes, stepSubmits } = engine.counts();
    const best = rates.reduce((most, rate) => (rate.gflops > most.gflops ? rate : most));
    const stepMs = median(times);
    const gflops = stepFlops(setup.network, setup.system.passes.length, order.batch) / stepMs / 1e6;
    const perStep = (count: (cost: Spent) => number) =>
      costs.reduce((sum, cost) => sum + count(cost), 0) / steps;
    return {
      adapter: adapter.name,
      software: adapter.software,
      width: order.width,
      batch: order.batch,
      steps,
      stepMs,
      imagesPerSecond: (1000 * order.batch) / stepMs,
      gflops,
      limitGflops: best.gflops,
      limitKernel: `${best.kernel}, ${best.size}³`,
      fractionOfLimit: gflops / best.gflops,
      dispatches: perStep((cost) => cost.dispatches),
      submits: stepSubmits,
      buffersCreatedPerStep: perStep((cost) => cost.buffersCreated),
      encodeMs: perStep((cost) => cost.encodeMs),
      memoryBytes,
      stockTfjs,
      speedup: stockTfjs === null ? null : stockTfjs.stepMs / stepMs,
      profile: order.profile ? await engine.profile() : null,
    };
  } finally {
    limit.dispose();
    engine.dispose();
  }
}

/**
 * Times stock tfjs on the same steps from the same weights. A first step is not timed. Null if no step is.
 * @param firstLoss loss of the other engine's first step
 */
async function stockReport(
  workload: Workload,
  order: StockOrder,
  firstLoss: number,
  onProgress: (line: string) => void,
): Promise<StockReport | null> {
  const steps = stockSteps(order);
  if (steps === 0) return null;
  const config = configOf(workload);
  const nextInput = stepInputs(config);
  onProgress('stock tfjs: warming up');
  const opponent = await StockOpponent.open(engineSetup(config, noiseImages(workload.batch)));
  try {
    const first = await opponent.timedStep(nextInput());
    const refusal = stockRefusal(order, first.ms);
    if (refusal !== null) {
      onProgress(`stock tfjs: ${refusal}`);
      return null;
    }
    const timed: StockStepTime[] = [];
    while (timed.length < steps) {
      timed.push(await opponent.timedStep(nextInput()));
      onProgress(`stock tfjs: step ${timed.length} of ${steps}`);
    }
    const { dispatches, submits, buffersCreated } = timed.at(-1)!.counts;
    return {
      stepMs: median(timed.map(({ ms }) => ms)),
      steps,
      dispatches,
      submits,
      buffersCreated,
      lossDifference: Math.abs(first.terms.loss - firstLoss) / Math.abs(firstLoss),
    };
  } finally {
    opponent.dispose();
  }
}

/** Time of one step among several that are submitted together, until the GPU has done them all. */
async function timedSteps(
  { engine, gpu }: OpenedEngine,
  inputs: readonly StepInput[],
): Promise<{ ms: number; losses: readonly number[] }> {
  const started = performance.now();
  const terms = await Promise.all(inputs.map((input) => engine.step(input)));
  await gpu.device.queue.onSubmittedWorkDone();
  const ms = (performance.now() - started) / inputs.length;
  const losses = terms.map(({ loss }) => loss);
  const wrong = losses.find((loss) => !Number.isFinite(loss));
  if (wrong !== undefined) throw new Error(`benchmark: the engine's losses must be finite, got ${wrong}`);
  return { ms, losses };
}

/** Counts that grow from step to step. */
type Spent = Pick<EngineCounts, 'dispatches' | 'buffersCreated' | 'encodeMs'>;

function difference(after: EngineCounts, before: EngineCounts): Spent {
  return {
    dispatches: after.dispatches - before.dispatches,
    buffersCreated: after.buffersCreated - before.buffersCreated,
    encodeMs: after.encodeMs - before.encodeMs,
  };
}
