import { beforeAll, expect, it } from 'vitest';
import { packStepScalars } from '../../../plan/stepScalars.ts';
import { PAIR_FLOATS, TERMS_FLOATS } from '../../../plan/tasks/lossTasks.ts';
import { readTerms } from '../../../plan/termsRead.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import type { Span } from '../kernel.ts';
import { stepTerms } from './stepTerms.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const SLOTS = 3;
/** Variance of both views, then covariance of both. */
const PARTS = [0.5, 1.5, 2, 1];
const BY_PASS = { variance: [0.5, 1.5], covariance: [2, 1] };
const NOTHING = new Float32Array(PAIR_FLOATS - 1);
const ONE = [{ own: 0, distillation: null }];

/** Runs the kernel for each step in turn on one ring. */
async function ringAfter(
  steps: readonly number[],
  vicregOf: (step: number) => Float32Array<ArrayBuffer>,
  cost: Span | null,
) {
  const [ring, total] = [on.poisoned(SLOTS * TERMS_FLOATS), on.input(new Float32Array(4))];
  const scalars = { passSeeds: [1, 2], learningRate: 0.1, aim: 0.3, boundWidth: 1 } as const;
  for (const step of steps) {
    const at = { vicreg: on.input(vicregOf(step)), step: on.input(packStepScalars({ step, ...scalars })) };
    await on.run([stepTerms({ pairs: ONE, distances: null, cost, ring, slots: SLOTS, total, ...at })]);
  }
  return { ring: await on.floats(ring, SLOTS * TERMS_FLOATS), total: await on.floats(total, 4) };
}

it('adds the cost of the gates to the loss and keeps the newest steps', async () => {
  const cost = on.input(Float32Array.of(0.75, 0.5, 0.25, 0.4));
  const { ring, total } = await ringAfter(
    [4, 5, 6, 7],
    (step) => Float32Array.of(10 * step, step, 2, 3, ...PARTS),
    cost,
  );
  expect(total).toEqual(Float32Array.of(70.75, 0, 0, 0));
  for (const step of [5, 6, 7]) {
    const vicreg = { loss: 10 * step + 0.75, invariance: step, variance: 2, covariance: 3 };
    const gates = { budgetLoss: 0.5, boundLoss: 0.25, macRatio: Math.fround(0.4) };
    expect(readTerms(ring, step, [1])).toEqual({
      ...vicreg,
      ...gates,
      terms: [10 * step],
      byPass: BY_PASS,
      // The optimiser writes them, and it has not.
      gradientNorms: { encoder: Number.NaN, projector: Number.NaN, gates: Number.NaN },
    });
  }
  expect(() => readTerms(ring, 4, [1])).toThrow('must hold step 4, got step 7');
});

it('has no MAC ratio without gates, and tells a loss that is no number', async () => {
  const { ring, total } = await ringAfter([0], () => Float32Array.of(Number.NaN, 1, 2, 3, ...PARTS), null);
  expect(total[0]).toBeNaN();
  const terms = { loss: Number.NaN, invariance: 1, variance: 2, covariance: 3 };
  expect(readTerms(ring, 0, [1])).toEqual({
    ...terms,
    budgetLoss: 0,
    boundLoss: 0,
    macRatio: null,
    terms: [Number.NaN],
    byPass: BY_PASS,
    gradientNorms: { encoder: Number.NaN, projector: Number.NaN },
  });
});

it('holds on to a total that was not finite, whatever later steps come to', async () => {
  const { ring, total } = await ringAfter(
    [0, 1],
    (step) => Float32Array.of(step === 0 ? Number.POSITIVE_INFINITY : 2, 1, 1, 1, ...PARTS),
    null,
  );
  expect(total[0]).toBe(Number.POSITIVE_INFINITY);
  expect(readTerms(ring, 1, [1]).loss).toBe(2);
});

it('weighs the terms of pairs and their distillations, and leaves out what weighs nothing', async () => {
  const weights = [2, 0.5, 0, 3];
  const pairs = [
    { own: 0, distillation: null },
    { own: 2, distillation: { term: 3, teacher: 0 } },
    { own: 1, distillation: null },
  ];
  const [ring, total] = [on.poisoned(SLOTS * TERMS_FLOATS), on.input(new Float32Array(4))];
  const scalars = { passSeeds: [1, 2], learningRate: 0.1, aim: 0.3, boundWidth: 1 } as const;
  await on.run([
    stepTerms({
      pairs,
      vicreg: on.input(Float32Array.of(10, 1, 2, 3, ...PARTS, Number.NaN, ...NOTHING, 4, ...NOTHING)),
      // Two quads of columns a pair; those without a teacher are not looked at.
      distances: {
        span: on.input(
          Float32Array.of(...Array(8).fill(Number.NaN), ...[1, 2, 3, 4, 5, 6, 7, 0], ...Array(8).fill(9)),
        ),
        quads: 2,
        slope: 0.25,
      },
      cost: null,
      ring,
      slots: SLOTS,
      total,
      step: on.input(packStepScalars({ step: 1, ...scalars, termWeights: weights })),
    }),
  ]);
  const terms = readTerms(await on.floats(ring, SLOTS * TERMS_FLOATS), 1, weights);
  expect(terms.terms).toEqual([10, 4, Number.NaN, 7]);
  expect(terms).toMatchObject({ loss: 20 + 2 + 21, invariance: 1, variance: 2, covariance: 3 });
  expect(terms.byPass).toEqual(BY_PASS);
  expect(readTerms(await on.floats(ring, SLOTS * TERMS_FLOATS), 1, [0, 1, 1, 1]).byPass).toBeUndefined();
  expect((await on.floats(total, 1))[0]).toBe(43);
});
