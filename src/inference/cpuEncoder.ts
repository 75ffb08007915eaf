import type { EngineSetup } from '../engine.ts';
import { CpuInference } from '../wasm/cpuInference.ts';
import { type BranchEncoder, branchEncoder } from './branchEncoder.ts';
import { cpuOptions, type InferencePlaces } from './places.ts';

/**
 * Every branch of trained weights on the kernels of the processor. They throw EngineFault where this machine
 * cannot run them.
 * @param chunk images of one forward pass
 */
export function cpuEncoder(
  setup: Pick<EngineSetup, 'network' | 'initial' | 'evaluationNormalisation'>,
  chunk: number,
  places: Pick<InferencePlaces, 'pool' | 'threads'>,
): BranchEncoder {
  const options = {
    ...cpuOptions(places),
    skipClosed: true,
    normalisation: setup.evaluationNormalisation,
  };
  return branchEncoder(setup, chunk, {
    open: (frozen, images) => CpuInference.open(frozen, images, options),
    guard: (work) => work,
    dispose() {},
  });
}
