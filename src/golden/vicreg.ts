import { z } from 'zod';
import { floatArray, parseVectors } from './arrays.ts';
import { GRADIENT_TOLERANCE, LOSS_TOLERANCE, MEDIAN_TOLERANCE, scalarRow, tensorRows } from './compare.ts';
import type { CheckRow } from './row.ts';
import type { UnderTest } from './underTest.ts';

// Section a: VICReg of two embeddings [N, D].

const caseSchema = z.object({
  name: z.string(),
  weights: z.object({ sim: z.number(), var: z.number(), cov: z.number() }),
  z1: floatArray,
  z2: floatArray,
  sim: z.number(),
  var: z.number(),
  cov: z.number(),
  total: z.number(),
  dsim_dz1: floatArray,
  dsim_dz2: floatArray,
  dvar_dz1: floatArray,
  dvar_dz2: floatArray,
  dcov_dz1: floatArray,
  dcov_dz2: floatArray,
  dtotal_dz1: floatArray,
  dtotal_dz2: floatArray,
});
type Case = z.infer<typeof caseSchema>;

const vectorsSchema = z.object({ section: z.literal('a'), cases: z.array(caseSchema).min(1) });

/**
 * Checks the terms, the total and all their gradients.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkVicreg(vectors: unknown, underTest: UnderTest): Promise<CheckRow[]> {
  const { cases } = parseVectors('a (VICReg)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const expected of cases) rows.push(...(await checkCase(expected, underTest)));
  return rows;
}

async function checkCase(expected: Case, underTest: UnderTest): Promise<CheckRow[]> {
  const { sim, var: variance, cov } = expected.weights;
  const { z1, z2 } = expected;
  const weights = { invarianceWeight: sim, varianceWeight: variance, covarianceWeight: cov };
  const got = await underTest.vicreg(z1, z2, weights);
  const name = `a ${expected.name}`;
  const of = (
    [
      ['sim', got.invariance],
      ['var', got.variance],
      ['cov', got.covariance],
      ['total', got.total],
    ] as const
  ).map(([term, { value, gradients }]) => ({ term, value, gradients }));
  const losses = of.map(({ term, value }) => [term, [value, expected[term]]] as const);
  const gradients = of.flatMap(({ term, gradients: [first, second] }) => [
    { name: `d${term}_dz1`, got: first, expected: expected[`d${term}_dz1`].values },
    { name: `d${term}_dz2`, got: second, expected: expected[`d${term}_dz2`].values },
  ]);
  return [
    scalarRow(`${name} losses`, Object.fromEntries(losses), LOSS_TOLERANCE),
    ...tensorRows(`${name} gradients`, gradients, { each: GRADIENT_TOLERANCE, median: MEDIAN_TOLERANCE }),
  ];
}
