import type { EngineSetup } from '../../engine.ts';
import type { PlanOptions } from '../../plan/stepPlan.ts';
import { CpuEngine } from '../../wasm/engine.ts';
import { type Machine, machineHere, type PoolPlaces } from '../../wasm/threads/places.ts';
import type { EngineOrder, OpenedEngine } from './engineOrder.ts';
import { selfTestOf } from './planned.ts';

/**
 * Opens the engine that runs the plan on the processor, after its self-test there.
 * @param reason why this engine, in a sentence
 * @throws EngineFault where this machine cannot do it, or computes wrongly
 */
export async function openCpu(
  { config, setup, threads, tell }: Pick<EngineOrder, 'config' | 'setup' | 'threads' | 'tell'>,
  reason: string,
  places: PoolPlaces,
): Promise<OpenedEngine> {
  tell({ kind: 'progress', task: 'Testing the processor', done: 0, total: 0, unit: 'steps' });
  const machine = machineHere(places, threads);
  const open = (of: EngineSetup, options: PlanOptions) => CpuEngine.open(of, { ...options, machine, places });
  const { worstError, ms } = await selfTestOf('wasm', setup.network.spec.stem, open);
  const engine = await open(setup, { batch: config.batch, inputs: 'drawn' });
  const details = { Backend: 'own WebAssembly kernels', ...described(engine.machine) };
  return {
    engine,
    info: { name: 'wasm', reason, details, kernels: engine.machine, selfTest: { worstError, ms } },
  };
}

function described({ fused, threads }: Machine): Readonly<Record<string, string>> {
  return {
    Threads: `${threads}`,
    'Multiply and add': fused ? 'rounded once (relaxed SIMD)' : 'rounded twice (SIMD)',
  };
}
