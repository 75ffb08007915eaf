import type { RunConfig } from '../../config.ts';
import type { EngineName } from '../../run/protocol.ts';
import { engineShapes } from '../stage.ts';

/**
 * Memory that an engine's buffers will take in a run, bytes. The buffers of the WebGPU engine are planned
 * before anything is allocated. Null for the other engines, whose tensors tfjs allocates as it needs them.
 * @param images the training set: how many, and their side in pixels
 * @throws Error when the step needs more workgroups than any device has
 */
export async function estimateMemory(
  config: RunConfig,
  engine: EngineName,
  images: { readonly count: number; readonly size: number },
): Promise<number | null> {
  if (engine !== 'webgpu') return null;
  const [{ requirementsOf }, { untuned }] = await Promise.all([
    import('../../webgpu/plan/requirements.ts'),
    import('../../webgpu/kernels/convolution/tuning.ts'),
  ]);
  const { batch } = config;
  const tuning = untuned('hardware');
  // The choice of recipe does not change any size.
  const shapes = engineShapes(config, { ...images, recipe: 'cifar10' });
  return requirementsOf(shapes, { batch, tuning, inputs: 'drawn' }).bytes;
}
