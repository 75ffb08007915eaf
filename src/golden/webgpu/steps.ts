import type { EngineSetup } from '../../engine.ts';
import { Memory } from '../../plan/memory.ts';
import { WebGpuEngine } from '../../webgpu/engine/engine.ts';
import type { GpuPlanOptions } from '../../webgpu/plan/gpuPlan.ts';
import { plannedTrained } from '../plannedSteps.ts';
import type { Trained } from '../underTest.ts';

/** The compiled engine in training. It keeps every buffer of a step. */
export async function openWebGpu(
  device: GPUDevice,
  setup: EngineSetup,
  options: Omit<GpuPlanOptions, 'inputs'>,
): Promise<Trained> {
  const memory = new Memory({ keeps: true });
  return plannedTrained(
    await WebGpuEngine.open(device, setup, { ...options, inputs: 'given' }, memory),
    setup,
  );
}
