/** The numbers that kernels read at run time, since they change from step to step. */
export interface StepNumbers {
  /** Steps taken before this one. */
  readonly step: number;
  /** Seed of the gate draws of each of the first two passes (network/gateNoise.ts), unsigned 32 bits. */
  readonly passSeeds: readonly [number, number];
  readonly learningRate: number;
  /** What the budget loss pulls to, share of the dense MACs. */
  readonly aim: number;
  /** p of the bound loss, 1 → 0. */
  readonly boundWidth: number;
  /** Of each of the system's terms, at most MOST_TERMS; a single 1 when missing. */
  readonly termWeights?: readonly number[];
}

/** Terms of a step that there is room for. */
export const MOST_TERMS = 8;
/** Bytes that the numbers take. */
export const STEP_BYTES = 64;

/**
 * The numbers of a step as they lie in memory (src/wasm/assembly/step.ts): the step's number, two seeds,
 * learning rate, aim, bound width, the terms' weights, and two free words.
 * @throws Error when there are more terms than there is room for
 */
export function packStep(numbers: StepNumbers): Float32Array<ArrayBuffer> {
  const { step, passSeeds, learningRate, aim, boundWidth, termWeights = [1] } = numbers;
  if (termWeights.length > MOST_TERMS)
    throw new Error(`step: terms must be at most ${MOST_TERMS}, got ${termWeights.length}`);
  const words = new Uint32Array(STEP_BYTES / 4);
  words.set([step, ...passSeeds]);
  const floats = new Float32Array(words.buffer);
  floats.set([learningRate, aim, boundWidth, ...termWeights], 3);
  return floats;
}
