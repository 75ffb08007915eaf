import { hashedUniform } from '../random.ts';
import type { Network } from './layers.ts';

/** Uniform draws of every gate for one gated pass: one f32 [N, C] per block, row-major. */
export type GateDraws = readonly Float32Array[];

/**
 * The draws of a seed. Draw `k` of a pass is hashedUniform(seed, k), counted over blocks, then images, then
 * channels, so that a shader can make the same numbers from the seed alone.
 */
export function gateDraws(network: Network, batch: number, seed: number): GateDraws {
  let counter = 0;
  return network.blocks.map(({ channels }) => {
    const draws = new Float32Array(batch * channels);
    for (let i = 0; i < draws.length; i++) draws[i] = hashedUniform(seed, counter++);
    return draws;
  });
}

/**
 * One logistic draw per uniform (method §2): log(u + 1e-8) − log(1 − u + 1e-8). The epsilons keep u = 0 and
 * u → 1 finite in float32.
 */
export function logisticNoise(uniform: Float32Array): Float32Array {
  return uniform.map((u) => Math.log(u + 1e-8) - Math.log(1 - u + 1e-8));
}
