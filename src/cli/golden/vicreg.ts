import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { vicreg } from '../../method/vicreg.ts';
import { floatArray, parseVectors } from './arrays.ts';
import { GRADIENT_TOLERANCE, LOSS_TOLERANCE, MEDIAN_TOLERANCE, scalarRow, tensorRows } from './compare.ts';
import { matrixTensor, read } from './layout.ts';
import type { CheckRow } from './row.ts';

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
 * Terms, total and all their gradients on tfjs's current backend.
 * @throws Error when the vectors are not of the known schema
 */
export async function checkVicreg(vectors: unknown): Promise<CheckRow[]> {
  const { cases } = parseVectors('a (VICReg)', vectorsSchema, vectors);
  const rows: CheckRow[] = [];
  for (const expected of cases) rows.push(...(await checkCase(expected)));
  return rows;
}

async function checkCase(expected: Case): Promise<CheckRow[]> {
  const weights = {
    invarianceWeight: expected.weights.sim,
    varianceWeight: expected.weights.var,
    covarianceWeight: expected.weights.cov,
  };
  const got = await read(() => {
    const z1 = matrixTensor(expected.z1);
    const z2 = matrixTensor(expected.z2);
    const terms = vicreg(z1, z2, weights);
    const gradients = (term: keyof typeof terms) =>
      tf.grads((first, second) => vicreg(first as tf.Tensor2D, second as tf.Tensor2D, weights)[term])([
        z1,
        z2,
      ]);
    const [dsim_dz1, dsim_dz2] = gradients('invariance') as [tf.Tensor, tf.Tensor];
    const [dvar_dz1, dvar_dz2] = gradients('variance') as [tf.Tensor, tf.Tensor];
    const [dcov_dz1, dcov_dz2] = gradients('covariance') as [tf.Tensor, tf.Tensor];
    const [dtotal_dz1, dtotal_dz2] = gradients('total') as [tf.Tensor, tf.Tensor];
    return {
      sim: terms.invariance,
      var: terms.variance,
      cov: terms.covariance,
      total: terms.total,
      dsim_dz1,
      dsim_dz2,
      dvar_dz1,
      dvar_dz2,
      dcov_dz1,
      dcov_dz2,
      dtotal_dz1,
      dtotal_dz2,
    };
  });
  const name = `a ${expected.name}`;
  const scalar = (term: 'sim' | 'var' | 'cov' | 'total') => [got[term][0]!, expected[term]] as const;
  const gradients = (
    [
      'dsim_dz1',
      'dsim_dz2',
      'dvar_dz1',
      'dvar_dz2',
      'dcov_dz1',
      'dcov_dz2',
      'dtotal_dz1',
      'dtotal_dz2',
    ] as const
  ).map((key) => ({ name: key, got: got[key], expected: expected[key].values }));
  return [
    scalarRow(
      `${name} losses`,
      { sim: scalar('sim'), var: scalar('var'), cov: scalar('cov'), total: scalar('total') },
      LOSS_TOLERANCE,
    ),
    ...tensorRows(`${name} gradients`, gradients, { each: GRADIENT_TOLERANCE, median: MEDIAN_TOLERANCE }),
  ];
}
