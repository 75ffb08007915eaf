import type { EngineSetup } from '../../engine.ts';
import { describeAdapter } from '../../method/backend.ts';
import type { SelfTest, Stem } from '../../method/selfTest.ts';
import { convolutionRate } from '../../webgpu/engine/autotune.ts';
import { allocating, openDevice } from '../../webgpu/engine/device.ts';
import { WebGpuEngine } from '../../webgpu/engine/engine.ts';
import type { Tuning } from '../../webgpu/kernels/convolution/tuning.ts';
import type { GpuPlanOptions } from '../../webgpu/plan/gpuPlan.ts';
import { megabytes, type Requirements, requirementsOf } from '../../webgpu/plan/requirements.ts';
import { kindOf, modelledTuning, tuningOn } from './adapterTuning.ts';
import type { EngineOrder, OpenedEngine } from './engineOrder.ts';
import { selfTestOf } from './planned.ts';
import { msPerStep, type Probe } from './probe.ts';

// The compiled engine. It is imported only when there is an adapter, because Node cannot read the shader
// files.

/**
 * Opens the compiled engine on a device of its own, after its self-test there. tfjs's WebGPU backend is not
 * loaded: evaluations take features from the engine and search for neighbours on WASM.
 * @param reason why this engine, in a sentence
 * @throws Error when the adapter does not suffice or computes wrongly, EngineFault when it fails
 */
export async function openCompiled(
  adapter: GPUAdapter,
  reason: string,
  { config, setup, tell }: EngineOrder,
): Promise<OpenedEngine> {
  const work = (task: string) => tell({ kind: 'progress', task, done: 0, total: 0, unit: 'steps' });
  const { batch } = config;
  const model = modelledTuning(kindOf(adapter), config, setup);
  const planned: GpuPlanOptions = { batch, tuning: model, inputs: 'drawn' };
  const requirements = requirementsOf(setup, planned);
  const device = await openDevice(adapter, requirements);
  try {
    const tuning = await tuningOn(device, adapter, { setup, batch, model, tell });
    const options = { ...planned, tuning };
    work('Testing the GPU');
    const selfTest = await selfTestOn(device, tuning, setup.network.spec.stem);
    work('Compiling the training step');
    const engine = await openOn(device, setup, options, requirements);
    const { worstError, ms } = selfTest;
    const details = {
      Backend: 'own WebGPU kernels, compiled for this run',
      Adapter: describeAdapter(adapter),
      'GPU memory': megabytes(engine.counts().memoryBytes),
    };
    return { engine, info: { name: 'webgpu', reason, details, selfTest: { worstError, ms } } };
  } catch (error) {
    device.destroy();
    throw error;
  }
}

/**
 * Rate of one convolution on an adapter, GFLOP/s. No step there is faster, and no step has to be compiled to
 * know it.
 * @throws Error when the adapter gives no device or refuses the kernel
 */
export async function probeConvolution(adapter: GPUAdapter, { setup, batch }: Probe): Promise<number> {
  const { network, system } = setup;
  const device = await adapter.requestDevice();
  try {
    return await convolutionRate(device, network, batch * system.passes.length);
  } finally {
    device.destroy();
  }
}

/**
 * Time of a step of the compiled engine, milliseconds.
 * @throws as openCompiled does, and Error when the time is not known after `patienceMs`
 */
export async function probeCompiled(adapter: GPUAdapter, probe: Probe, patienceMs: number): Promise<number> {
  const { config, setup, batch } = probe;
  const options: GpuPlanOptions = {
    batch,
    tuning: modelledTuning(kindOf(adapter), config, setup),
    inputs: 'drawn',
  };
  const requirements = requirementsOf(setup, options);
  const device = await openDevice(adapter, requirements);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    const message = `it was not ready within ${patienceMs / 1000} s.`;
    timer = setTimeout(() => fail(new Error(message)), patienceMs);
  });
  const measured = openOn(device, setup, options, requirements).then((engine) => msPerStep(engine, probe));
  try {
    return await Promise.race([measured, late]);
  } finally {
    clearTimeout(timer);
    // A compilation that still runs is given up. Nobody needs its error.
    measured.catch(() => {});
    device.destroy();
  }
}

/**
 * Runs the self-test's step on the compiled engine.
 * @throws EngineFault when its result is wrong
 */
export function selfTestOn(device: GPUDevice, tuning: Tuning, stem: Stem): Promise<SelfTest> {
  return selfTestOf('webgpu', stem, (setup, options) =>
    WebGpuEngine.open(device, setup, { ...options, tuning }),
  );
}

function openOn(
  device: GPUDevice,
  setup: EngineSetup,
  options: GpuPlanOptions,
  { bytes }: Requirements,
): Promise<WebGpuEngine> {
  return allocating(device, bytes, () => WebGpuEngine.open(device, setup, options));
}
