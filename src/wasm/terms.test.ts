import { describe, expect, it } from 'vitest';
import { padMap, quads, unpadMap } from '../plan/maps.ts';
import { packStepScalars } from '../plan/stepScalars.ts';
import type { PairTerms } from '../plan/tasks/lossTasks.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { matrixBytes } from './rows.ts';
import { keep, pairTable, RESULT_BYTES, restore, stepTerms } from './terms.ts';

const PAIRS: readonly PairTerms[] = [
  { own: 2, distillation: null },
  { own: 0, distillation: { term: 3, teacher: 0 } },
  { own: 1, distillation: { term: 4, teacher: 0 } },
];
const WEIGHTS = [0.5, 0, 2, 0.25, 3];
const numbers = { step: 70_001, passSeeds: [0, 0], learningRate: 0, aim: 0, boundWidth: 0 } as const;

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  /** A step of three pairs of [2 · n, d]. */
  function outcome(
    n: number,
    d: number,
    own: Float32Array,
    cost: Float32Array | null,
    before = 0,
    parts = 1,
  ) {
    bench.clear();
    const shape = { images: 6 * n, height: 1, width: 1, channels: d, border: 0 };
    const z = drawn(6 * n * d, 1);
    const dz = bench.place(padMap(shape, drawn(6 * n * d, 2)));
    const result = bench.room(RESULT_BYTES);
    const total = bench.place(Float32Array.of(before));
    bench.runSplit(
      parts,
      ...stepTerms({
        pairs: PAIRS,
        z: { at: bench.place(padMap(shape, z)), rows: 6 * n, columns: d },
        ...{ dz, result, total, distillationValue: 0.125, own: bench.place(own) },
        distances: bench.room(3 * 16 * quads(d)),
        cost: cost && bench.place(cost),
        table: bench.place(new Float32Array(pairTable(PAIRS).buffer)),
        step: bench.place(packStepScalars({ ...numbers, termWeights: WEIGHTS })),
      }),
    );
    return {
      dz: unpadMap(shape, bench.read(dz, matrixBytes({ rows: 6 * n, columns: d }))),
      /** What the optimiser writes is still NaN. */
      floats: [...bench.read(result, RESULT_BYTES)],
      total: bench.read(total, 4)[0]!,
    };
  }

  it.each([
    [1, 1],
    [3, 5],
    [7, 63],
  ])('add up the terms of pairs of %i images in %i dimensions, and their gradients', (n, d) => {
    const own = drawn(24, 3);
    const cost = drawn(4, 4);
    const got = outcome(n, d, own, cost);
    const [z, dz] = [drawn(6 * n * d, 1), drawn(6 * n * d, 2)];
    const per = 2 * n * d;
    const wanted = dz.map((value, i) => {
      const { own: term, distillation } = PAIRS[Math.floor(i / per)]!;
      const off = distillation ? z[i]! - z[distillation.teacher * per + (i % per)]! : 0;
      return WEIGHTS[term]! * value + (distillation ? 0.25 * WEIGHTS[distillation.term]! * off : 0);
    });
    expect(worst(got.dz, wanted)).toBeLessThan(1e-6);
    const distance = (pair: number) => {
      let squares = 0;
      for (let i = 0; i < per; i++) squares += (z[pair * per + i]! - z[i]!) ** 2;
      return squares;
    };
    const values = [own[8]!, own[16]!, own[0]!, 0.125 * distance(1), 0.125 * distance(2), 0, 0, 0];
    const loss = values.reduce((sum, value, i) => sum + value * (WEIGHTS[i] ?? 0), cost[0]!);
    const { floats } = got;
    expect(worst([...floats.slice(8, 16), floats[0]!], [...values, loss])).toBeLessThan(1e-6);
    expect(got.total).toBe(floats[0]);
    expect(floats.slice(1, 8)).toEqual([...own.subarray(1, 4), ...cost.subarray(1), 70_001]);
    expect(floats.slice(16, 20)).toEqual([...own.subarray(4, 8)]);
    expect(floats.slice(20).every(Number.isNaN)).toBe(true);
    expect(outcome(n, d, own, cost, 0, 3)).toEqual(got);
  });

  it('leave out what does not count, even if it is no number, and say that there are no gates', () => {
    const own = drawn(24, 3).map((value, i) => (i === 16 ? Number.NaN : value));
    const { floats } = outcome(2, 3, own, null);
    expect(floats[0]).toSatisfy(Number.isFinite);
    expect(floats.slice(4, 7)).toEqual([0, 0, -1]);
    expect(floats[9]).toBeNaN();
  });

  it('keep a loss that is not finite, and then give back what the step had moved', () => {
    const broken = outcome(2, 3, drawn(24, 3).fill(Number.POSITIVE_INFINITY), null);
    expect(broken.total).toBe(Number.POSITIVE_INFINITY);
    expect(outcome(2, 3, drawn(24, 3), null, Number.NaN).total).toBeNaN();
    for (const [loss, wanted] of [
      [1, drawn(12, 6)],
      [Number.NaN, drawn(12, 5)],
    ] as const) {
      bench.clear();
      const [values, kept] = [bench.place(drawn(12, 5)), bench.room(48)];
      const moved = bench.place(drawn(12, 6));
      bench.runSplit(2, keep(values, kept, 48), keep(moved, values, 48));
      bench.runSplit(2, restore(values, kept, 48, bench.place(Float32Array.of(loss))));
      expect(bench.read(values, 48)).toEqual(wanted);
    }
  });
});
