import type { ImageSet } from '../data/images/dataset.ts';
import { RECIPES } from '../data/images/recipe.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { CpuInference } from '../wasm/cpuInference.ts';
import type { InferenceDevice } from './measure.ts';
import { cpuOptions, type InferencePlaces } from './places.ts';

/**
 * Forms on the kernels of the processor. Conditional forms compute the channels that an image opens: outputs
 * by fours, inputs one by one.
 */
export function inferenceCpu(places: Pick<InferencePlaces, 'pool' | 'threads'>): InferenceDevice {
  const options = cpuOptions(places);
  const { threads } = options.machine;
  const openOn = (frozen: FrozenNetwork, images: ImageSet, skipClosed: boolean) =>
    CpuInference.open(frozen, images, {
      ...options,
      skipClosed,
      normalisation: RECIPES[images.recipe].evaluation,
    });
  return {
    name: `own WebAssembly kernels, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    open: ({ frozen, skipClosed }, images, batch) => openOn(frozen, { ...images, count: batch }, skipClosed),
    gates: async (gated, images) => {
      const inference = await openOn(gated, images, false);
      const { gates } = await inference.encode();
      inference.dispose();
      return gates;
    },
    dispose() {},
  };
}
