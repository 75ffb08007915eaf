/** What changes from step to step without being an image: the numbers that kernels read at run time. */
export interface StepScalars {
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
  readonly termWeights?: readonly number[] | undefined;
}

/** Terms of a step that there is room for. */
export const MOST_TERMS = 8;

/** 32-bit words of the buffer that holds them. */
export const STEP_WORDS = 16;

/**
 * The scalars of one step as 32-bit words, in the order of the fields of StepScalars, then two free ones.
 * @throws Error when there are more terms than there is room for
 */
export function packStepScalars(scalars: StepScalars): Uint32Array<ArrayBuffer> {
  const { step, passSeeds, learningRate, aim, boundWidth, termWeights = [1] } = scalars;
  if (termWeights.length > MOST_TERMS)
    throw new Error(`step: terms must be at most ${MOST_TERMS}, got ${termWeights.length}`);
  const words = new Uint32Array(STEP_WORDS);
  words.set([step, ...passSeeds]);
  new Float32Array(words.buffer).set([learningRate, aim, boundWidth, ...termWeights], 3);
  return words;
}
