import type { FloatArray } from './arrays.ts';
import type { Cost } from './underTest.ts';

/**
 * Gradients of every gate from the coefficients of one gated pass.
 * @param coefficients two for each block: what is added to the gradient of every gate, and of open gates
 */
export function costGradients(
  masks: readonly FloatArray[],
  coefficients: Float32Array,
): Pick<Cost, 'budgetGradients' | 'boundGradients'> {
  return {
    budgetGradients: masks.map(({ values }, l) => new Float32Array(values.length).fill(coefficients[2 * l]!)),
    boundGradients: masks.map(({ values }, l) =>
      values.map((value) => (value > 0.5 ? coefficients[2 * l + 1]! : 0)),
    ),
  };
}
