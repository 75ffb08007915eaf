import type { EngineSetup } from '../engine.ts';
import { FaultWatch } from '../webgpu/engine/fault.ts';
import { GpuInference } from '../webgpu/engine/inference.ts';
import { untuned } from '../webgpu/kernels/convolution/tuning.ts';
import { type BranchEncoder, branchEncoder } from './branchEncoder.ts';
import { openInferenceGpu } from './openGpu.ts';

// This file is loaded only if there is an adapter, because Node cannot read the shaders that it imports.

/** Trained weights on a GPU, for evaluation. */
export interface GpuEncoder extends BranchEncoder {
  /** The adapter's name, and whether it is software. */
  readonly device: string;
}

/**
 * Every branch of trained weights on a GPU.
 * @param chunk images of one forward pass
 * @throws Error if there is no adapter, EngineFault if the device fails
 */
export async function openGpuEncoder(
  setup: Pick<EngineSetup, 'network' | 'initial' | 'evaluationNormalisation'>,
  chunk: number,
): Promise<GpuEncoder> {
  const { device, kind, name } = await openInferenceGpu();
  const faults = new FaultWatch(device);
  // Software compiles short tiles sooner, and what they cost in speed is less than that.
  const tuning = untuned(kind, kind === 'software' ? 'short' : 'long');
  const options = { tuning, skipClosed: false, normalisation: setup.evaluationNormalisation };
  const encoder = branchEncoder(setup, chunk, {
    open: (frozen, images) => GpuInference.open(device, frozen, images, options),
    guard: (work) => faults.guard(work),
    dispose() {
      faults.dispose();
      device.destroy();
    },
  });
  return { device: name, ...encoder };
}
