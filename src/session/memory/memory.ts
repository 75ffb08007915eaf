import type { RunConfig } from '../../config.ts';
import { isPlanned } from '../../plan/termsPlan.ts';
import type { EngineName } from '../../run/protocol.ts';
import { engineShapes } from '../stage.ts';

/**
 * Memory that an engine's buffers will take in a run, bytes: those of a plan, before anything is allocated.
 * Null where tfjs computes, which allocates tensors as it needs them.
 * @param images the training set: how many, and their side in pixels
 * @throws Error when the step needs more workgroups than any device has
 */
export async function estimateMemory(
  config: RunConfig,
  engine: EngineName,
  images: { readonly count: number; readonly size: number },
): Promise<number | null> {
  // The choice of recipe does not change any size.
  const shapes = engineShapes(config, { ...images, recipe: 'cifar10' });
  const options = { batch: config.batch, inputs: 'drawn' } as const;
  if (engine === 'wasm' && isPlanned(shapes.system)) {
    const { bytesOnCpu } = await import('../../wasm/engine.ts');
    return bytesOnCpu(shapes, options);
  }
  if (engine !== 'webgpu') return null;
  const [{ requirementsOf }, { untuned }] = await Promise.all([
    import('../../webgpu/plan/requirements.ts'),
    import('../../webgpu/kernels/convolution/tuning.ts'),
  ]);
  return requirementsOf(shapes, { ...options, tuning: untuned('hardware') }).bytes;
}
