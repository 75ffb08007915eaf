import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { WeightsFile } from '../network/weights.ts';
import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { readTrainedWeights, type TrainedWeights } from '../run/files/weightsText.ts';

/** The weights in a run or weights file on disk. @throws Error in words when it cannot be read or used */
export async function weightsFrom(path: string): Promise<TrainedWeights> {
  const bytes = await readFile(path).catch((fault: Error) => {
    throw new Error(
      `RUN must be a run or weights file that can be read, got ${fault.message}. Check the path.`,
    );
  });
  return readTrainedWeights(new File([bytes], basename(path)));
}

/** The content of a weights file: safetensors if the path ends in .safetensors, otherwise JSON. */
export function weightsBytes(weights: WeightsFile, path: string): string | Uint8Array {
  return path.endsWith('.safetensors') ? weightsToSafetensors(weights) : JSON.stringify(weights);
}
