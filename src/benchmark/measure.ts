import * as tf from '@tensorflow/tfjs';
import type { Engine, StepInput } from '../engine.ts';
import { TfjsEngine } from '../method/tfjsEngine.ts';
import { stepFlops } from '../network/macs.ts';
import { engineSetup } from '../session/stage.ts';
import { median } from '../statistics/median.ts';
import { configOf, noiseImages, stepInputs, type Workload } from './workload.ts';

// This code uses nothing of Node, so that a browser measures with the same code.

export interface BenchOrder extends Workload {
  /** Timed steps; one more runs before them. */
  readonly steps: number;
}

/** Figures of one engine, all from one run. */
export interface BenchResult {
  /** Median time of a training step, milliseconds. */
  readonly stepMs: number;
  /** Images a second. Each image gives two views. */
  readonly imagesPerSecond: number;
  /** 10⁹ floating-point operations a second: the fewest operations of a step over its median time. */
  readonly gflops: number;
  /** Best square matrix product of the same backend, measured between the steps. */
  readonly limitGflops: number;
  readonly fractionOfLimit: number;
}

const MATMUL_SIZES = [256, 512, 1024] as const;

/** Times training steps of dual gating on tfjs's active backend, and its matrix product in between. */
export async function measure(
  { steps, ...workload }: BenchOrder,
  onStep: (done: number) => void,
): Promise<BenchResult> {
  const { batch } = workload;
  const config = configOf(workload);
  const setup = engineSetup(config, noiseImages(batch));
  const engine = new TfjsEngine(setup);
  const nextInput = stepInputs(config);
  const times: number[] = [];
  let limit = 0;
  await timedStep(engine, nextInput());
  for (let step = 0; step < steps; step++) {
    times.push(await timedStep(engine, nextInput()));
    limit = Math.max(limit, await matmulRate());
    onStep(step + 1);
  }
  engine.dispose();
  const stepMs = median(times);
  const gflops = stepFlops(setup.network, setup.system.passes.length, batch) / stepMs / 1e6;
  return {
    stepMs,
    imagesPerSecond: (1000 * batch) / stepMs,
    gflops,
    limitGflops: limit,
    fractionOfLimit: gflops / limit,
  };
}

async function timedStep(engine: Engine, input: StepInput): Promise<number> {
  const started = performance.now();
  await engine.step(input);
  return performance.now() - started;
}

/** Best rate of a square matrix product over a few sizes, GFLOP/s. */
async function matmulRate(): Promise<number> {
  let best = 0;
  for (const n of MATMUL_SIZES) {
    const a = tf.randomUniform([n, n]);
    const b = tf.randomUniform([n, n]);
    const product = async () => {
      const started = performance.now();
      const c = tf.matMul(a, b);
      // To read one value waits for the product on every backend, without the time to copy all values.
      const corner = tf.slice(c, [0, 0], [1, 1]);
      await corner.data();
      tf.dispose([c, corner]);
      return performance.now() - started;
    };
    await product();
    best = Math.max(best, (2 * n ** 3) / (await product()) / 1e6);
    tf.dispose([a, b]);
    if ((2 * n ** 3) / best / 1e6 > 2000) break; // the next size would take longer than the steps
  }
  return best;
}
