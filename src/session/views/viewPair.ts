import { policyOf } from '../../data/images/augmentationPolicy.ts';
import type { Dataset } from '../../data/images/dataset.ts';
import { RECIPES } from '../../data/images/recipe.ts';
import { drawView, type ViewParameters } from '../../data/images/views.ts';
import { viewRenderer } from '../../method/views/augment.ts';
import { stream } from '../../random.ts';
import type { PairOrder, ViewPair } from '../door/viewsProtocol.ts';

/**
 * The views that a run of this configuration draws for image number `draw` in its order, whichever image that
 * is.
 */
export function drawPair(
  { config, draw }: Pick<PairOrder, 'config' | 'draw'>,
  { size, recipe }: Pick<Dataset, 'size' | 'recipe'>,
): readonly [ViewParameters, ViewParameters] {
  const policy = policyOf(config, RECIPES[recipe]);
  const augment = stream(config.seed, 'augment');
  const next = () => [drawView(policy, 0, size, augment), drawView(policy, 1, size, augment)] as const;
  // Every draw takes equally many numbers from the stream (data/images/views.ts), so the earlier draws are
  // skipped.
  for (let i = 0; i < draw; i++) next();
  return next();
}

/**
 * An image with two views of it: the same draws and the same pixels as in training, before they are
 * normalised.
 * @throws RangeError if there is no such image
 */
export function viewPair(
  images: Pick<Dataset, 'count' | 'size' | 'pixels' | 'labels' | 'classes' | 'recipe'>,
  order: PairOrder,
): ViewPair {
  const { count, size, pixels, labels, classes } = images;
  const { index } = order;
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new RangeError(`views: the image must be a whole number below ${count}, got ${index}`);
  const renderer = viewRenderer(size, size);
  const [first, second] = drawPair(order, images).map((parameters) => ({
    parameters,
    pixels: renderer.render(pixels, index, parameters).slice() as Uint8Array<ArrayBuffer>,
  }));
  const bytes = size * size * 3;
  return {
    order,
    label: classes[labels[index]!] ?? null,
    original: pixels.slice(index * bytes, (index + 1) * bytes) as Uint8Array<ArrayBuffer>,
    views: [first!, second!],
  };
}
