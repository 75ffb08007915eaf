/** The numbers that kernels read at run time, since they change from step to step. */
export interface StepNumbers {
  /** Seed of the gate draws of each of the first two passes (network/gateNoise.ts), unsigned 32 bits. */
  readonly passSeeds: readonly [number, number];
  readonly learningRate: number;
  /** What the budget loss pulls to, share of the dense MACs. */
  readonly aim: number;
  /** p of the bound loss, 1 → 0. */
  readonly boundWidth: number;
}

/** Bytes that they take. */
export const STEP_BYTES = 32;

/** The numbers of a step as they lie in memory (src/wasm/assembly/step.ts). The first word is free. */
export function packStep({
  passSeeds,
  learningRate,
  aim,
  boundWidth,
}: StepNumbers): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(STEP_BYTES / 4);
  words.set(passSeeds, 1);
  const floats = new Float32Array(words.buffer);
  floats.set([learningRate, aim, boundWidth], 3);
  return floats;
}
