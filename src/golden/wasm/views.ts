import type { Normalisation } from '../../data/images/recipe.ts';
import type { ViewParameters } from '../../data/images/views.ts';
import { unpadMap } from '../../plan/maps.ts';
import { packBytes, packViews } from '../../plan/viewRecords.ts';
import { viewTables } from '../../plan/viewTables.ts';
import { mapBytes } from '../../wasm/maps.ts';
import { viewBytes as scratchBytes, viewCalls } from '../../wasm/views.ts';
import { BYTES, placedView } from '../placedView.ts';
import { type KernelMachine, KernelMemory } from './kernelMemory.ts';

const BORDER = 1;

/** A view as bytes [size, size, 3]. */
export async function viewBytes(
  machine: KernelMachine,
  pixels: Uint8Array,
  side: number,
  size: number,
  view: ViewParameters,
): Promise<Uint8Array> {
  return Uint8Array.from(await viewFloats(machine, pixels, side, size, view, BYTES), Math.round);
}

/** A view as the network sees it, f32 [size, size, 3]. */
export async function viewFloats(
  machine: KernelMachine,
  pixels: Uint8Array,
  side: number,
  size: number,
  view: ViewParameters,
  normalisation: Normalisation,
): Promise<Float32Array> {
  const memory = new KernelMemory(machine);
  const { image, placed } = placedView(pixels, side, size, view);
  const y = memory.mapRoom({ images: 2, height: size, width: size, channels: 3, border: BORDER });
  await memory.run(
    ...viewCalls({
      images: memory.input(packBytes(image)),
      records: memory.input(packViews(Uint32Array.of(0), [[placed], [placed]], size)),
      tables: memory.input(viewTables(size)),
      scratch: memory.room(scratchBytes(size, y.images)),
      y: y.at,
      size,
      border: BORDER,
      views: y.images,
      normalisation,
    }),
  );
  return unpadMap(y, memory.floats(y.at, mapBytes(y) / 4)).subarray(0, size * size * 3);
}
