import * as tf from '@tensorflow/tfjs';
import type { ImageSet } from '../data/images/dataset.ts';
import { normaliseImages } from '../data/images/normalise.ts';
import { RECIPES } from '../data/images/recipe.ts';
import { onSoundDevice } from '../method/backend.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import type { Gates } from '../network/masks.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import type { OpenForm } from './measure.ts';

/**
 * Forms on tfjs's active backend. Images are normalised beforehand, as on all engines. Conditional channels
 * are only masked. To gather the filters of an image's open channels took longer on WASM than to compute all
 * of them, even for single images (half of the latency's gain was lost at width 16), and batches would have
 * to be split into images.
 */
export const openTfjs: OpenForm = async ({ frozen }, images, batch) => {
  const normalisation = RECIPES[images.recipe].evaluation;
  const encoder = new FrozenEncoder(frozen, normalisation);
  const pixels = normaliseImages(images, 0, batch, normalisation);
  const input = tf.tensor4d(pixels, [batch, images.size, images.size, 3]);
  return {
    run: () =>
      onSoundDevice(async () => {
        const { features, gates } = encoder.forward(input);
        const values = (await features.data<'float32'>()) as Float32Array;
        tf.dispose([features, ...gates]);
        return values;
      }),
    dispose() {
      encoder.dispose();
      input.dispose();
    },
  };
};

/** A gated network's decisions for images, per block u8 [N, C]. */
export async function gatesOnTfjs(gated: FrozenNetwork, images: ImageSet): Promise<Gates> {
  const encoder = new FrozenEncoder(gated, RECIPES[images.recipe].evaluation);
  const { gates } = await encoder.encode(images, 0, images.count);
  encoder.dispose();
  return gates;
}
