import { findAdapter, noAdapter } from '../../adapter.ts';
import { type Engine, EngineFault } from '../../engine.ts';
import { describeAdapter, isFallback, useBackend } from '../../method/backend.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import { stepFlops } from '../../network/macs.ts';
import { isPlanned } from '../../plan/termsPlan.ts';
import type { EngineDecision } from '../../run/protocol.ts';
import { CpuEngine } from '../../wasm/engine.ts';
import { machineHere, type PoolPlaces } from '../../wasm/threads/places.ts';
import { RunFailure } from '../failure.ts';
import { openCpu } from './cpu.ts';
import type { EngineOrder, EnginePlaces, OpenedEngine } from './engineOrder.ts';
import { msPerStep, type Probe, probeOf } from './probe.ts';
import { selfTested } from './selfTested.ts';

const WITHOUT_GPU = 'Choose another engine (WASM runs in every browser).';
const WITHOUT_WASM =
  'Choose another engine (WebGPU where there is a GPU, or plain JavaScript, which is slow).';

/** The time that WebGPU on a software adapter has for its measurement, compilation included, milliseconds. */
const COMPARING_MS = 5000;

/**
 * Opens the chosen engine, after its self-test. `auto` takes WebGPU on a real adapter, the faster engine on a
 * software adapter, and WASM without an adapter. If WebGPU is refused or computes wrongly, `auto` takes WASM
 * and says so. An engine that the user chose is never replaced.
 * @throws RunFailure when the engine cannot be had or fails its self-test
 */
export async function openEngine(order: EngineOrder, places: EnginePlaces): Promise<OpenedEngine> {
  const { choice } = order;
  const preferred =
    choice === 'auto' ? await preferredEngine(order, places) : { name: choice, reason: 'Chosen by you.' };
  try {
    return await openTested(preferred, order, places);
  } catch (error) {
    const why = messageOf(error);
    if (choice !== 'auto' || preferred.name === 'wasm') {
      throw new RunFailure('engine', why, preferred.name === 'wasm' ? WITHOUT_WASM : WITHOUT_GPU);
    }
    const instead: EngineDecision = { name: 'wasm', reason: `WebGPU was tried and refused: ${why}` };
    return openTested(instead, order, places);
  }
}

async function openTested(
  { name, reason }: EngineDecision,
  order: EngineOrder,
  places: EnginePlaces,
): Promise<OpenedEngine> {
  if (name === 'webgpu') {
    // This must be another adapter than the one that was compared, because an adapter opens only one device.
    const adapter = await findAdapter(order.power);
    if (adapter === null)
      throw new EngineFault(noAdapter('WebGPU: the browser gave no adapter; use the WASM engine'));
    const { openCompiled } = await import('./compiled.ts');
    // Evaluations search for neighbours on this backend.
    await useBackend('wasm', places);
    return openCompiled(adapter, reason, order).catch((error: unknown) => {
      throw new Error(`${describeAdapter(adapter)}: ${messageOf(error)}`, { cause: error });
    });
  }
  if (name === 'wasm' && isPlanned(order.setup.system)) {
    // Evaluations search for neighbours on this backend.
    await useBackend('wasm', places);
    return openCpu(order, reason, places.pool);
  }
  const { details } = await useBackend(name, places);
  const { worstError, ms } = await selfTested(name, order.setup.network.spec.stem);
  return {
    engine: new TfjsEngine(order.setup),
    info: { name, reason, details, selfTest: { worstError, ms } },
  };
}

async function preferredEngine(order: EngineOrder, places: EnginePlaces): Promise<EngineDecision> {
  const adapter = await findAdapter(order.power);
  if (adapter === null) return { name: 'wasm', reason: `${noAdapter('There is no WebGPU adapter here')}.` };
  if (!isFallback(adapter)) return { name: 'webgpu', reason: 'A hardware WebGPU adapter is there.' };
  return order.decided ?? fasterEngine(adapter, order, places);
}

/** Times both engines, because a software adapter computes on the same processor as WASM. */
async function fasterEngine(
  adapter: GPUAdapter,
  { config, setup, power, threads, tell }: EngineOrder,
  places: EnginePlaces,
): Promise<EngineDecision> {
  tell({ kind: 'progress', task: 'Comparing WASM and WebGPU', done: 0, total: 2, unit: 'engines' });
  const name = `the software adapter ${describeAdapter(adapter)}`;
  await useBackend('wasm', places);
  const probe = probeOf(config, setup);
  const engine = await openProbe(probe, places.pool, threads);
  const wasm = await msPerStep(engine, probe);
  engine.dispose();
  tell({ kind: 'progress', task: 'Comparing WASM and WebGPU', done: 1, total: 2, unit: 'engines' });
  try {
    const { probeCompiled, probeConvolution } = await import('./compiled.ts');
    // A software adapter takes a minute to compile the forty kernels of a step, and meanwhile the page hardly
    // draws. One kernel is enough to decide when it alone is slower than WASM's whole step.
    const bound = await probeConvolution(adapter, probe);
    const rate = stepFlops(setup.network, setup.system.passes.length, probe.batch) / wasm / 1e6;
    if (bound < rate) {
      const reason = `Measured here: WASM trains at ${rate.toPrecision(2)} GFLOP/s; on ${name} a convolution alone runs at ${bound.toPrecision(2)}.`;
      return { name: 'wasm', reason };
    }
    // An adapter opens only one device.
    const again = await findAdapter(power);
    if (again === null) throw new Error('the adapter is gone.');
    const webgpu = await probeCompiled(again, probe, COMPARING_MS);
    const times: Readonly<Record<'wasm' | 'webgpu', string>> = {
      wasm: `WASM ${seconds(wasm)}`,
      webgpu: `WebGPU on ${name} ${seconds(webgpu)}`,
    };
    const [faster, slower] = wasm <= webgpu ? (['wasm', 'webgpu'] as const) : (['webgpu', 'wasm'] as const);
    const reason = `Measured here: ${times[faster]} for a step of ${probe.batch} images, ${times[slower]}.`;
    return { name: faster, reason };
  } catch (error) {
    const reason = `WASM takes ${seconds(wasm)} for a step of ${probe.batch} images; WebGPU on ${name} was tried: ${messageOf(error)}`;
    return { name: 'wasm', reason };
  }
}

/** The engine that `wasm` opens, for steps of a probe. */
async function openProbe({ setup, batch }: Probe, pool: PoolPlaces, threads?: number): Promise<Engine> {
  if (!isPlanned(setup.system)) return new TfjsEngine(setup);
  const machine = machineHere(pool, threads);
  return CpuEngine.open(setup, { batch, inputs: 'drawn', machine, places: pool });
}

/** 1234 → “1.2 s”. */
function seconds(ms: number): string {
  return `${(ms / 1000).toPrecision(2)} s`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
