import type { WeightsFile } from '../network/weights.ts';
import { zipOf } from './archive.ts';
import { type BundleRun, pytorchFiles } from './bundle.ts';
import { SOURCES } from './sources.ts';

/** A run, or weights alone, as a zip for PyTorch, with everything in one folder. */
export function pytorchZip(weights: WeightsFile, run: BundleRun | null, folder: string): Promise<Blob> {
  return zipOf(pytorchFiles(SOURCES, weights, run), folder);
}
