import type { Normalisation } from '../../data/images/recipe.ts';
import type { ViewParameters } from '../../data/images/views.ts';
import { mapSize, unpadMap } from '../../plan/maps.ts';
import { packBytes, packViews } from '../../plan/viewRecords.ts';
import { viewTables } from '../../plan/viewTables.ts';
import { viewScratch, viewsDispatches } from '../../webgpu/kernels/views/views.ts';
import type { KernelRunner } from './runner.ts';

/** A normalisation that gives the bytes themselves: (byte / 255 − 0) · 255. */
const BYTES: Normalisation = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] };
const BORDER = 1;

/** A view as bytes [size, size, 3]. */
export async function viewBytes(
  on: KernelRunner,
  pixels: Uint8Array,
  side: number,
  size: number,
  view: ViewParameters,
): Promise<Uint8Array> {
  return Uint8Array.from(await viewFloats(on, pixels, side, size, view, BYTES), Math.round);
}

/**
 * A view as the network sees it, f32 [size, size, 3]. The kernels make views only in the size of their
 * images. So the crop of an image of another size is laid on a square of the view's size, and the view takes
 * nothing but this crop.
 */
export async function viewFloats(
  on: KernelRunner,
  pixels: Uint8Array,
  side: number,
  size: number,
  view: ViewParameters,
  normalisation: Normalisation,
): Promise<Float32Array> {
  const { crop } = view;
  const placed = side === size ? view : { ...view, crop: { ...crop, top: 0, left: 0 } };
  const image = side === size ? pixels : laid(pixels, side, size, crop);
  const map = { images: 2, height: size, width: size, channels: 3, border: BORDER };
  const y = on.output(mapSize(map));
  await on.run(
    viewsDispatches({
      images: on.input(packBytes(image)),
      records: on.input(packViews(Uint32Array.of(0), [[placed], [placed]], size)),
      tables: on.input(viewTables(size)),
      scratch: on.output(viewScratch(size, map.images)),
      y,
      size,
      border: BORDER,
      views: map.images,
      normalisation,
    }),
  );
  return unpadMap(map, await on.floats(y, mapSize(map))).subarray(0, size * size * 3);
}

function laid(pixels: Uint8Array, side: number, size: number, crop: ViewParameters['crop']): Uint8Array {
  if (crop.height > size || crop.width > size) {
    throw new Error(
      `views on the GPU are never smaller than their crop: got ${crop.height} × ${crop.width} pixels for ${size}`,
    );
  }
  const square = new Uint8Array(size * size * 3);
  for (let row = 0; row < crop.height; row++) {
    const from = ((crop.top + row) * side + crop.left) * 3;
    square.set(pixels.subarray(from, from + crop.width * 3), row * size * 3);
  }
  return square;
}
