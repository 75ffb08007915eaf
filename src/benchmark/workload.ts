import type { RunConfig } from '../config.ts';
import type { ImageSet } from '../data/images/dataset.ts';
import type { StepInput } from '../engine.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { hashedUniform } from '../random.ts';
import { Batches } from '../session/course/batches.ts';

// The work that every engine is given: dual gating on images of noise, at a width and a batch size.

const IMAGE_SIZE = 32;
const RECIPE = 'cifar10';

export interface Workload {
  readonly width: number;
  readonly batch: number;
}

export function configOf({ width, batch }: Workload): RunConfig {
  return { ...DEFAULT_CONFIG, system: 'dual-gating', width, batch };
}

/** Images of hashed noise, because speed does not depend on their content. */
export function noiseImages(count: number): ImageSet {
  const pixels = Uint8Array.from(
    { length: count * IMAGE_SIZE * IMAGE_SIZE * 3 },
    (_, i) => 256 * hashedUniform(5, i),
  );
  return { count, size: IMAGE_SIZE, pixels, recipe: RECIPE };
}

/** Gives the inputs of one step after another. They are the same for every caller. */
export function stepInputs(config: RunConfig): () => StepInput {
  const batches = new Batches(config, { count: config.batch, size: IMAGE_SIZE, recipe: RECIPE });
  return () => ({ ...batches.draw(), learningRate: 0.01, aim: config.budget, boundWidth: 1 });
}
