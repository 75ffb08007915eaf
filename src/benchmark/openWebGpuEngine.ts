import { findAdapter } from '../adapter.ts';
import type { EngineSetup } from '../engine.ts';
import { describeAdapter } from '../method/backend.ts';
import { kindOf, tuningOn } from '../session/engines/adapterTuning.ts';
import { openDevice } from '../webgpu/engine/device.ts';
import { WebGpuEngine } from '../webgpu/engine/engine.ts';
import { untuned } from '../webgpu/kernels/convolution/tuning.ts';
import { requirementsOf } from '../webgpu/plan/requirements.ts';
import type { OpenEngine, OpenedEngine } from './compiledEngine.ts';

/**
 * The compiled engine on a device of its own, set up for the adapter as in a run.
 * @throws Error if the browser gives no adapter; EngineFault if the device fails
 */
export const openWebGpuEngine: OpenEngine = (setup, batch) => open(setup, batch);

/** As openWebGpuEngine, on the GPU that is wanted where there are two; undefined: the fast one. */
export function openerOn(power: GPUPowerPreference | undefined): OpenEngine {
  return (setup, batch) => open(setup, batch, power);
}

async function open(setup: EngineSetup, batch: number, power?: GPUPowerPreference): Promise<OpenedEngine> {
  const adapter = await findAdapter(power);
  if (adapter === null) throw new Error('benchmark: WebGPU is needed, and the browser gave no adapter');
  const kind = kindOf(adapter);
  const tuning = untuned(kind);
  const model = { batch, tuning, inputs: 'drawn' } as const;
  const device = await openDevice(adapter, requirementsOf(setup, model));
  const cut = await tuningOn(device, adapter, { setup, batch, model: tuning, tell: () => {} });
  const engine = await WebGpuEngine.open(device, setup, { ...model, tuning: cut });
  return {
    engine,
    gpu: engine.gpu,
    adapter: { name: describeAdapter(adapter), software: kind === 'software' },
  };
}
