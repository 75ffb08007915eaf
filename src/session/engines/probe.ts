import type { RunConfig } from '../../config.ts';
import type { Engine, EngineSetup, StepInput } from '../../engine.ts';
import { Batches } from '../course/batches.ts';

/**
 * Multiply-adds of a probe's step. WASM needs a quarter of a second for them, so that overheads do not
 * decide.
 */
const PROBE_MACS = 1e9;

/** Steps are timed until this time has passed, milliseconds. */
const PROBE_MS = 1000;

/** Steps of a run with a smaller batch, to measure engines with. */
export interface Probe {
  /** The configuration of the run itself. */
  readonly config: RunConfig;
  readonly setup: EngineSetup;
  readonly batch: number;
  next(): StepInput;
}

/** A probe of a run, with a batch that makes a step short. */
export function probeOf(config: RunConfig, setup: EngineSetup): Probe {
  const { network, images } = setup;
  // Forward once, and backward at twice the cost, for two views.
  const perImage = 6 * network.denseMacs;
  const batch = Math.min(config.batch, Math.max(4, Math.round(PROBE_MACS / perImage)));
  // The recipe decides which views are blurred. It does not change which engine is faster.
  const batches = new Batches({ ...config, batch }, { ...images, recipe: 'cifar10' });
  return {
    config,
    setup,
    batch,
    next: () => ({ ...batches.draw(), learningRate: 0, aim: config.budget, boundWidth: 1 }),
  };
}

/**
 * Time of an engine's step. The first step compiles and allocates: it counts only if it alone was long
 * enough.
 */
export async function msPerStep(engine: Engine, probe: Probe): Promise<number> {
  const timed = async () => {
    const started = performance.now();
    await engine.step(probe.next());
    return performance.now() - started;
  };
  const first = await timed();
  if (first > PROBE_MS) return first;
  let [steps, sum] = [0, 0];
  while (sum < PROBE_MS && steps < 5) {
    sum += await timed();
    steps++;
  }
  return sum / steps;
}
