import * as tf from '@tensorflow/tfjs';
import type { RunConfig } from '../../config.ts';
import type { Images } from '../../data/dataset.ts';
import type { Engine } from '../../engine.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import type { Network } from '../../network/layers.ts';
import { SYSTEMS } from '../../network/systems.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { hashedUniform } from '../../random.ts';
import { Batches } from '../../session/batches.ts';
import { engineSetup } from '../../session/stage.ts';

// Runs wherever the engine does: no Node here, so that a browser measures with the same code.

export interface BenchOrder {
  readonly width: number;
  readonly batch: number;
  /** Steps that count; one more is taken before them. */
  readonly steps: number;
}

/** Figures of one engine, all from one run. */
export interface BenchResult {
  /** Median time of a training step, milliseconds. */
  readonly stepMs: number;
  /** Images a second; each is seen as two views. */
  readonly imagesPerSecond: number;
  /** Fewest-work arithmetic of the step over its median time, 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** Best square matrix product of the same backend, measured between the steps. */
  readonly limitGflops: number;
  readonly fractionOfLimit: number;
}

const IMAGE_SIZE = 32;
const MATMUL_SIZES = [256, 512, 1024] as const;

/** Times training steps of dual gating on tfjs's active backend, and its matrix product in between. */
export async function measure(
  { width, batch, steps }: BenchOrder,
  onStep: (done: number) => void,
): Promise<BenchResult> {
  const config: RunConfig = { ...DEFAULT_CONFIG, width, batch };
  const setup = engineSetup(config, noiseImages(batch));
  const engine = new TfjsEngine(setup);
  const batches = new Batches(config, batch, IMAGE_SIZE);
  const times: number[] = [];
  let limit = 0;
  await timedStep(engine, batches, config);
  for (let step = 0; step < steps; step++) {
    times.push(await timedStep(engine, batches, config));
    limit = Math.max(limit, await matmulRate());
    onStep(step + 1);
  }
  engine.dispose();
  const stepMs = median(times);
  const gflops = stepFlops(setup.network, batch) / stepMs / 1e6;
  return {
    stepMs,
    imagesPerSecond: (1000 * batch) / stepMs,
    gflops,
    limitGflops: limit,
    fractionOfLimit: gflops / limit,
  };
}

/**
 * Floating-point operations that a dual-gating step cannot do without: each convolution and linear layer forward, and
 * as much again for each of its two gradients, twice for two views; the stem needs no gradient of its images.
 */
export function stepFlops(network: Network, batch: number): number {
  const { hidden, output } = network.spec.projector;
  const projector = network.features * hidden + hidden * hidden + hidden * output;
  const macs = 3 * (network.denseMacs + projector) - network.stem.macs;
  return 2 * macs * SYSTEMS['dual-gating'].passes.length * batch;
}

async function timedStep(engine: Engine, batches: Batches, { budget }: RunConfig): Promise<number> {
  const started = performance.now();
  await engine.step({ ...batches.draw(), learningRate: 0.01, budget, corridor: 1 });
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
      // Reading one value waits for the product on every backend without timing the copy of all.
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

function noiseImages(count: number): Images {
  const pixels = Uint8Array.from(
    { length: count * IMAGE_SIZE * IMAGE_SIZE * 3 },
    (_, i) => 256 * hashedUniform(5, i),
  );
  return { count, size: IMAGE_SIZE, pixels };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
