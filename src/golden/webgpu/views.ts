import type { Normalisation } from '../../data/images/recipe.ts';
import type { ViewParameters } from '../../data/images/views.ts';
import { mapSize, unpadMap } from '../../plan/maps.ts';
import { packBytes, packViews } from '../../plan/viewRecords.ts';
import { viewTables } from '../../plan/viewTables.ts';
import { viewScratch, viewsDispatches } from '../../webgpu/kernels/views/views.ts';
import { BYTES, placedView } from '../placedView.ts';
import type { KernelRunner } from './runner.ts';

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

/** A view as the network sees it, f32 [size, size, 3]. */
export async function viewFloats(
  on: KernelRunner,
  pixels: Uint8Array,
  side: number,
  size: number,
  view: ViewParameters,
  normalisation: Normalisation,
): Promise<Float32Array> {
  const { image, placed } = placedView(pixels, side, size, view);
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
