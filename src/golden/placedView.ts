import type { Normalisation } from '../data/images/recipe.ts';
import type { ViewParameters } from '../data/images/views.ts';

/** A normalisation that gives the bytes themselves: (byte / 255 − 0) · 255. */
export const BYTES: Normalisation = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };

/**
 * An image of the size of its view, and the view of it. Kernels make views only in the size of their images.
 * So the crop of an image of another size is laid on a square of the view's size, and the view takes nothing
 * but this crop.
 */
export function placedView(
  pixels: Uint8Array,
  side: number,
  size: number,
  view: ViewParameters,
): { readonly image: Uint8Array; readonly placed: ViewParameters } {
  if (side === size) return { image: pixels, placed: view };
  const { crop } = view;
  return {
    image: laid(pixels, side, size, crop),
    placed: { ...view, crop: { ...crop, top: 0, left: 0 } },
  };
}

function laid(pixels: Uint8Array, side: number, size: number, crop: ViewParameters['crop']): Uint8Array {
  if (crop.height > size || crop.width > size) {
    throw new Error(
      `views of kernels are never smaller than their crop: got ${crop.height} × ${crop.width} pixels for ${size}`,
    );
  }
  const square = new Uint8Array(size * size * 3);
  for (let row = 0; row < crop.height; row++) {
    const from = ((crop.top + row) * side + crop.left) * 3;
    square.set(pixels.subarray(from, from + crop.width * 3), row * size * 3);
  }
  return square;
}
