import { beforeAll, describe, expect, it } from 'vitest';
import golden from '../../../golden/vectors/c_sparsity.json';
import { buildNetwork } from '../../../network/layers.ts';
import { fixedMacs, macsPerOpenChannel } from '../../../network/macs.ts';
import { packStepScalars } from '../../../plan/stepScalars.ts';
import type { PassRows } from '../../../plan/tasks/gateTasks.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { type Budget, budgetDispatches, type GatedBlock } from './budget.ts';
import { goldenFloats, relativeError } from './gateRows.fixture.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

const network = buildNetwork({
  input: 32,
  width: golden.width,
  stem: 'cifar',
  stemPadding: 2,
  gated: true,
  bn: 'separate',
  projector: { hidden: 8, output: 8 },
});

interface Objective {
  readonly aim: number;
  readonly boundWidth: number;
  readonly weights: Budget['weights'];
  readonly share?: number;
}

/** Runs the kernels on one mask [P·N, C] per block, stored one behind the other. */
async function costOf(masks: readonly Float32Array[], rows: PassRows, objective: Objective) {
  let offset = 0;
  const blocks = network.blocks.map((block): GatedBlock => {
    const at = offset;
    offset += rows.passes * rows.images * block.channels;
    return { offset: at, channels: block.channels, macsPerOpenChannel: macsPerOpenChannel(block) };
  });
  const gates = new Float32Array(offset);
  masks.forEach((mask, l) => {
    gates.set(mask, blocks[l]!.offset);
  });
  const scalars = { step: 0, passSeeds: [0, 0], learningRate: 0 } as const;
  const pairs = rows.gatedPasses * blocks.length;
  const to = { counts: on.poisoned(pairs), coefficients: on.poisoned(2 * pairs), terms: on.poisoned(4) };
  await on.run(
    budgetDispatches({
      gates: on.input(gates),
      blocks,
      fixedMacs: fixedMacs(network),
      denseMacs: network.denseMacs,
      step: on.input(packStepScalars({ ...scalars, ...objective })),
      ...rows,
      ...to,
      weights: objective.weights,
      ...(objective.share === undefined ? {} : { share: objective.share }),
    }),
  );
  return {
    terms: await on.floats(to.terms, 4),
    coefficients: await on.floats(to.coefficients, 2 * pairs),
  };
}

describe.each(golden.sets)('golden masks, $kind', ({ masks, rows }) => {
  it('cost what the authors say, and pull as theirs do', async () => {
    const onePass = { images: golden.N, passes: 1, firstGated: 0, gatedPasses: 1 };
    for (const { lbda, gamma, t_d, p, ...row } of rows) {
      const weights = { budgetWeight: lbda, boundWeight: gamma };
      const objective = { aim: t_d, boundWidth: p, weights };
      const { terms, coefficients } = await costOf(masks.map(goldenFloats), onePass, objective);
      const at = `λ=${lbda} γ=${gamma} t_d=${t_d} p=${p}`;
      const expected = [row.rloss + row.bloss, row.rloss, row.bloss, row.ratio];
      terms.forEach((term, i) => {
        expect(Math.abs(term - expected[i]!), `term ${i}, ${at}`).toBeLessThan(2e-6);
      });
      const budgetSlopes = coefficients.filter((_, i) => i % 2 === 0);
      expect(relativeError(budgetSlopes, row.drloss_dmask), `budget slopes, ${at}`).toBeLessThan(2e-6);
      const boundSlopes = coefficients.filter((_, i) => i % 2 === 1);
      row.dbloss_dmask_on_off.forEach(([open], l) => {
        if (open === null || open === undefined) return;
        expect(Math.abs(boundSlopes[l]! - open), `bound slope of block ${l}, ${at}`).toBeLessThan(2e-8);
      });
    }
  });
});

describe('several passes', () => {
  /** Every `every`-th gate open. */
  const masksOf = (images: number, every: number) =>
    network.blocks.map(({ channels }) =>
      Float32Array.from({ length: images * channels }, (_, i) => Number(i % every === 0)),
    );
  const joined = (first: readonly Float32Array[], second: readonly Float32Array[]) =>
    first.map((mask, l) => Float32Array.of(...mask, ...second[l]!));
  const objective = { aim: 0.4, boundWidth: 0.8, weights: { budgetWeight: 30, boundWeight: 2 } };

  // One workgroup counts the gates of the first three, and many those of the last.
  it.each([1, 3, 65, 700])(
    'of %i images add up, or are averaged; the ratio is their mean',
    async (images) => {
      const alone = { images, passes: 1, firstGated: 0, gatedPasses: 1 };
      const first = await costOf(masksOf(images, 2), alone, objective);
      const second = await costOf(masksOf(images, 5), alone, objective);
      const masks = joined(masksOf(images, 2), masksOf(images, 5));
      const both = { images, passes: 2, firstGated: 0, gatedPasses: 2 };
      const sum = await costOf(masks, both, objective);
      const mean = await costOf(masks, both, { ...objective, share: 0.5 });
      const terms = [0, 1, 2].map((i) => first.terms[i]! + second.terms[i]!);
      const ratio = (first.terms[3]! + second.terms[3]!) / 2;
      const coefficients = [...first.coefficients, ...second.coefficients];
      const half = (values: readonly number[]) => values.map((value) => value / 2);
      expect(relativeError(sum.terms, [...terms, ratio])).toBeLessThan(1e-6);
      expect(relativeError(mean.terms, [...half(terms), ratio])).toBeLessThan(1e-6);
      expect(relativeError(sum.coefficients, coefficients)).toBeLessThan(1e-6);
      expect(relativeError(mean.coefficients, half(coefficients))).toBeLessThan(1e-6);
    },
  );

  it('leave the gates of dense passes out', async () => {
    const images = 3;
    const alone = { images, passes: 1, firstGated: 0, gatedPasses: 1 };
    const expected = await costOf(masksOf(images, 3), alone, objective);
    const open = masksOf(images, 1);
    const second = { images, passes: 2, firstGated: 1, gatedPasses: 1 };
    expect(await costOf(joined(open, masksOf(images, 3)), second, objective)).toEqual(expected);
    const first = { images, passes: 2, firstGated: 0, gatedPasses: 1 };
    expect(await costOf(joined(masksOf(images, 3), open), first, objective)).toEqual(expected);
  });
});
