import { beforeAll, describe, expect, it } from 'vitest';
import goldenVicreg from '../../../golden/vectors/a_vicreg.json';
import { quads } from '../../../plan/maps.ts';
import { PAIR_FLOATS } from '../../../plan/tasks/lossTasks.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { goldenFloats, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { type Vicreg, vicregDispatches, vicregScratch } from './vicreg.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

type Task = Pick<Vicreg, 'n' | 'd' | 'weights'>;
const WEIGHTS = { invarianceWeight: 25, varianceWeight: 25, covarianceWeight: 1 };

/** Terms and dz of z [2 · n, d]; the scratch and both outputs start as NaN. */
async function run({ n, d, weights }: Task, z: Float32Array) {
  const sizes = vicregScratch(n, d);
  const pitch = 4 * quads(d);
  const dz = on.poisoned(2 * n * pitch);
  const terms = on.poisoned(PAIR_FLOATS);
  const dispatches = vicregDispatches({
    ...{ n, d, weights, dz, terms, z: on.input(toQuads(z, d)) },
    scratch: {
      centred: on.poisoned(sizes.centred),
      products: on.poisoned(sizes.products),
      shares: on.poisoned(sizes.shares),
      squares: on.poisoned(sizes.squares),
    },
  });
  expect(dispatches.length).toBeLessThanOrEqual(6);
  await on.run(dispatches);
  const stored = await on.floats(dz, 2 * n * pitch + 4);
  expect([...stored.subarray(2 * n * pitch)].every(Number.isNaN), 'nothing behind dz is written').toBe(true);
  const rows = stored.subarray(0, 2 * n * pitch);
  expect(
    rows.filter((_, i) => i % pitch >= d).every((value) => value === 0),
    'padding is zero',
  ).toBe(true);
  return { terms: await on.floats(terms, PAIR_FLOATS), dz: rows.filter((_, i) => i % pitch < d) };
}

/** ‖got − expected‖ / ‖expected‖ */
function apart(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(got.length).toBe(expected.length);
  let [off, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    off += (got[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(off / size);
}

/**
 * Total, invariance, variance and covariance, then the variance of both views and the covariance of both, in
 * plain loops and float64, from the formulas.
 */
function plainTerms({ n, d, weights }: Task, z: ArrayLike<number>) {
  let invariance = 0;
  const [variances, covariances] = [
    [0, 0],
    [0, 0],
  ] as [[number, number], [number, number]];
  const degrees = Math.max(n - 1, 1);
  for (let i = 0; i < n * d; i++) invariance += (z[i]! - z[n * d + i]!) ** 2 / (n * d);
  for (const view of [0, 1] as const) {
    const columns = Array.from({ length: d }, (_, j) => {
      const column = Array.from({ length: n }, (_, i) => z[view * n * d + i * d + j]!);
      const mean = column.reduce((sum, value) => sum + value, 0) / n;
      return column.map((value) => value - mean);
    });
    columns.forEach((left, j) => {
      for (let k = j; k < d; k++) {
        const c = left.reduce((sum, value, i) => sum + value * columns[k]![i]!, 0) / degrees;
        if (k === j) variances[view] += Math.max(0, 1 - Math.sqrt(c + 1e-4)) / d;
        else covariances[view] += (2 * c ** 2) / d;
      }
    });
  }
  const [variance, covariance] = [variances[0] + variances[1], covariances[0] + covariances[1]];
  const { invarianceWeight, varianceWeight, covarianceWeight } = weights;
  const total = invarianceWeight * invariance + varianceWeight * variance + covarianceWeight * covariance;
  return [total, invariance, variance, covariance, ...variances, ...covariances] as const;
}

const embeddings = (n: number, d: number, size: number) =>
  scattered(2 * n * d, 3).map((value, i) => size * value + (i % d));

describe('VICReg', () => {
  it.each([
    { n: 2, d: 1, size: 1 },
    { n: 2, d: 3, size: 1.5 },
    { n: 3, d: 63, size: 1.7 },
    { n: 65, d: 3, size: 1.7 },
    { n: 63, d: 65, size: 0.5 },
    { n: 65, d: 63, size: 1.9 },
  ])(
    'of $n images in $d dimensions is that of plain loops, its gradient theirs by differences',
    async ({ n, d, size }) => {
      const task = { n, d, weights: WEIGHTS };
      const z = Float64Array.from(embeddings(n, d, size));
      const { terms, dz } = await run(task, Float32Array.from(z));
      plainTerms(task, z).forEach((value, i) => {
        expect(Math.abs(terms[i]! - value)).toBeLessThan(1e-5 * Math.max(1, value));
      });
      // Some hundred places of dz are enough, and all of them for small ones.
      const stride = Math.ceil((2 * n * d) / 100);
      const places = Array.from({ length: Math.ceil((2 * n * d) / stride) }, (_, i) => i * stride);
      const H = 1e-5;
      const moved = (at: number, by: number) => plainTerms(task, z.with(at, z[at]! + by))[0];
      const slopes = places.map((at) => (moved(at, H) - moved(at, -H)) / (2 * H));
      expect(
        apart(
          places.map((at) => dz[at]!),
          slopes,
        ),
      ).toBeLessThan(1e-5);
    },
  );

  it.each([
    { n: 3, d: 9 },
    { n: 9, d: 3 },
  ])('of three pairs of $n images in $d dimensions is that of each by itself', async ({ n, d }) => {
    const [sizes, pitch] = [vicregScratch(n, d, 3), 4 * quads(d)];
    const pairs = [0, 1, 2].map((pair) => scattered(2 * n * d, 3 + pair).map((value) => (1 + pair) * value));
    const [dz, terms] = [on.poisoned(6 * n * pitch), on.poisoned(3 * PAIR_FLOATS)];
    const scratch = {
      centred: on.poisoned(sizes.centred),
      products: on.poisoned(sizes.products),
      shares: on.poisoned(sizes.shares),
      squares: on.poisoned(sizes.squares),
    };
    const z = on.input(toQuads(Float32Array.from(pairs.flatMap((values) => [...values])), d));
    await on.run(vicregDispatches({ z, dz, terms, scratch, n, d, pairs: 3, weights: WEIGHTS }));
    const [gradients, values] = [await on.floats(dz, 6 * n * pitch), await on.floats(terms, 3 * PAIR_FLOATS)];
    for (const [pair, own] of pairs.entries()) {
      const alone = await run({ n, d, weights: WEIGHTS }, own);
      expect(values.subarray(PAIR_FLOATS * pair, PAIR_FLOATS * (pair + 1))).toEqual(alone.terms);
      const rows = gradients.subarray(2 * n * pitch * pair, 2 * n * pitch * (pair + 1));
      expect(rows.filter((_, i) => i % pitch < d)).toEqual(alone.dz);
    }
  });

  it('of one image has nothing but invariance', async () => {
    const { terms, dz } = await run({ n: 1, d: 5, weights: WEIGHTS }, scattered(10));
    const z = scattered(10);
    const [, invariance] = plainTerms({ n: 1, d: 5, weights: WEIGHTS }, z);
    expect(terms[1]).toBeCloseTo(invariance, 6);
    expect(terms[3]).toBe(0);
    expect([...terms.subarray(6)]).toEqual([0, 0]);
    const expected = z.map((value, i) => 10 * (value - z[(i + 5) % 10]!));
    expect(apart(dz, expected)).toBeLessThan(1e-6);
  });

  it('weighs each term and its gradient by itself', async () => {
    const z = embeddings(6, 9, 1);
    const only = (weights: Partial<typeof WEIGHTS>) =>
      run(
        { n: 6, d: 9, weights: { invarianceWeight: 0, varianceWeight: 0, covarianceWeight: 0, ...weights } },
        z,
      );
    const parts = [
      await only({ invarianceWeight: 2 }),
      await only({ varianceWeight: 3 }),
      await only({ covarianceWeight: 5 }),
    ];
    parts.forEach(({ terms }, i) => {
      expect(terms[0]).toBeCloseTo([2, 3, 5][i]! * terms[i + 1]!, 5);
    });
    const whole = await run(
      { n: 6, d: 9, weights: { invarianceWeight: 2, varianceWeight: 3, covarianceWeight: 5 } },
      z,
    );
    const sum = whole.dz.map((_, i) => parts.reduce((total, { dz }) => total + dz[i]!, 0));
    expect(apart(whole.dz, sum)).toBeLessThan(1e-6);
  });

  it.each(goldenVicreg.cases.map((golden) => [golden.name, golden] as const))(
    'matches golden %s',
    async (_, golden) => {
      const [z1, z2] = [goldenFloats(golden.z1), goldenFloats(golden.z2)];
      const { sim, var: variance, cov } = golden.weights;
      const weights = { invarianceWeight: sim, varianceWeight: variance, covarianceWeight: cov };
      const { terms, dz } = await run({ n: golden.N, d: golden.D, weights }, Float32Array.of(...z1, ...z2));
      [golden.total, golden.sim, golden.var, golden.cov].forEach((value, i) => {
        expect(Math.abs(terms[i]! - value)).toBeLessThan(1e-5 * Math.max(1, value));
      });
      const expected = [...goldenFloats(golden.dtotal_dz1), ...goldenFloats(golden.dtotal_dz2)];
      expect(apart(dz, expected)).toBeLessThan(1e-5);
    },
  );
});
