import type { Normed } from './underTest.ts';

/**
 * A BatchNorm from kernels that end in a ReLU: v = relu(v) − relu(−v), where −v is the BatchNorm of −γ and
 * −β.
 * @param normOf the ReLU of the BatchNorm and its gradients; γ, β and the gradient that comes in are
 * multiplied by the sign
 */
export async function throughRelu(normOf: (sign: 1 | -1) => Promise<Normed>): Promise<Normed> {
  const above = await normOf(1);
  const below = await normOf(-1);
  return {
    ...above,
    trained: less(above.trained, below.trained),
    evaluated: less(above.evaluated, below.evaluated),
    dx: above.dx.map((value, i) => value + below.dx[i]!),
    dweight: less(above.dweight, below.dweight),
    dbias: less(above.dbias, below.dbias),
  };
}

/** a − b */
export function less(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]!);
}
