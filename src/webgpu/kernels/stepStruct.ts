import { MOST_TERMS } from '../../plan/stepScalars.ts';

/** The layout of packStepScalars in WGSL: goes before the text of every kernel that binds it. */
export const STEP_STRUCT = `struct Step {
  number: u32,
  seed0: u32,
  seed1: u32,
  learningRate: f32,
  aim: f32,
  boundWidth: f32,
  termWeights: array<f32, ${MOST_TERMS}>,
}
`;
