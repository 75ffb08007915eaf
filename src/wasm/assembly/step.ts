// What changes from step to step: 32-bit words that kernels read at run time, laid out by
// src/plan/stepScalars.ts.

/** Steps taken before this one. */
@inline
export function numberOf(step: usize): u32 {
  return load<u32>(step);
}

/** Seed of the gate draws of one of the first two passes. */
@inline
export function seedOf(step: usize, pass: i32): u32 {
  return load<u32>(step + 4 + 4 * (pass == 1 ? 1 : 0));
}

@inline
export function learningRateOf(step: usize): f32 {
  return load<f32>(step, 12);
}

@inline
export function aimOf(step: usize): f32 {
  return load<f32>(step, 16);
}

@inline
export function boundWidthOf(step: usize): f32 {
  return load<f32>(step, 20);
}

/** Weight of one of the system's terms. */
@inline
export function termWeightOf(step: usize, term: i32): f32 {
  return load<f32>(step + <usize>(24 + 4 * term));
}
