import type { UnderTest, VicregTerm, VicregTerms } from './underTest.ts';

type Weights = Parameters<UnderTest['vicreg']>[2];

const ONE_TERM = {
  invariance: { invarianceWeight: 1, varianceWeight: 0, covarianceWeight: 0 },
  variance: { invarianceWeight: 0, varianceWeight: 1, covarianceWeight: 0 },
  covariance: { invarianceWeight: 0, varianceWeight: 0, covarianceWeight: 1 },
} as const;

/**
 * The terms of VICReg, from kernels that give only the gradient of the weighted total: each term needs a run
 * in which only it has weight.
 */
export async function eachTerm(
  totalOf: (weights: Weights) => Promise<VicregTerm>,
  weights: Weights,
): Promise<VicregTerms> {
  return {
    invariance: await totalOf(ONE_TERM.invariance),
    variance: await totalOf(ONE_TERM.variance),
    covariance: await totalOf(ONE_TERM.covariance),
    total: await totalOf(weights),
  };
}
