import { findAdapter } from '../adapter.ts';
import type { ImageSet } from '../data/images/dataset.ts';
import { RECIPES } from '../data/images/recipe.ts';
import { describeAdapter, isFallback } from '../method/backend.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { GpuInference } from '../webgpu/engine/inference.ts';
import { type AdapterKind, untuned } from '../webgpu/kernels/convolution/tuning.ts';
import type { InferenceDevice } from './measure.ts';

// This file is loaded only if there is an adapter, because Node cannot read the shaders that it imports.

/**
 * Forms compiled for this browser's GPU. Conditional forms skip closed channels by quads. Channels are sorted
 * by how often they are open, so most quads are open or closed as a whole, and the sums of a tile need no
 * list of channels to gather by.
 * @throws Error if the browser gives no adapter
 */
export async function openInferenceDevice(): Promise<InferenceDevice> {
  const { device, kind, name } = await openInferenceGpu();
  const tuning = untuned(kind);
  const openOn = (frozen: FrozenNetwork, images: ImageSet, skipClosed: boolean) =>
    GpuInference.open(device, frozen, images, {
      tuning,
      skipClosed,
      normalisation: RECIPES[images.recipe].evaluation,
    });
  return {
    name,
    open: ({ frozen, skipClosed }, images, batch) => openOn(frozen, { ...images, count: batch }, skipClosed),
    gates: async (gated, images) => {
      const inference = await openOn(gated, images, false);
      const { gates } = await inference.encode();
      inference.dispose();
      return gates;
    },
    dispose: () => device.destroy(),
  };
}

/** A device with the largest buffers that its adapter allows. */
export interface InferenceGpu {
  readonly device: GPUDevice;
  readonly kind: AdapterKind;
  /** The adapter's name, and whether it is software. */
  readonly name: string;
}

/** @throws Error if the browser gives no adapter */
export async function openInferenceGpu(): Promise<InferenceGpu> {
  const adapter = await findAdapter();
  if (adapter === null) throw new Error('WebGPU: the browser gave no adapter. Take WASM instead.');
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
    },
  });
  return {
    device,
    kind: isFallback(adapter) ? 'software' : 'hardware',
    name: `${describeAdapter(adapter)}${isFallback(adapter) ? ' (software)' : ''}`,
  };
}
