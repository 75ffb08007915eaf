import { describe, expect, it } from 'vitest';
import { networkOf } from '../../network/fromConfig.ts';
import { branchMacs, slimBranch } from '../../network/slim.ts';
import { smallDense } from '../../network/smallDense.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { runKey, setupKey, variantKey } from '../settingsKey.ts';
import { planSweep, type SweepOrder, sweepFaults, widthNearest } from './sweepPlan.ts';

const ORDER: SweepOrder = {
  systems: [
    { system: 'vicreg' },
    { system: 'vicreg-gating' },
    { system: 'dual-gating' },
    { system: 'slimmable', slimForm: 'dual' },
    { system: 'slimmable', slimForm: 'slimclr' },
  ],
  budgets: [0.1, 0.3, 0.5],
  seeds: [1, 2],
  config: { ...DEFAULT_CONFIG, steps: 156 },
};

describe('planSweep', () => {
  const plan = planSweep(ORDER, 32);
  const of = (system: string, form?: string) =>
    plan.filter(({ config }) => config.system === system && (form === undefined || config.slimForm === form));

  it('runs what is equal once: dense VICReg and SlimCLR know no budget', () => {
    expect([of('vicreg').length, of('slimmable', 'slimclr').length]).toEqual([2, 2]);
    expect([of('vicreg-gating').length, of('dual-gating').length, of('slimmable', 'dual').length]).toEqual([
      6, 6, 6,
    ]);
    expect(new Set(plan.map(({ key }) => key)).size).toBe(plan.length);
  });

  it('ends one seed before the next begins', () => {
    const seeds = plan.map(({ config }) => config.seed);
    expect(seeds).toEqual(seeds.toSorted());
  });

  it('gives a slimmable pair the width whose MACs are nearest to the budget', () => {
    for (const { config } of of('slimmable', 'dual')) {
      const network = networkOf(config, 32);
      const off = (hundredth: number) =>
        Math.abs(branchMacs(network, slimBranch(hundredth / 100)) / network.denseMacs - config.budget);
      const best = Math.min(...Array.from({ length: 82 }, (_, i) => off(13 + i)));
      expect(off(100 * config.slimWidth)).toBe(best);
      expect(best).toBeLessThan(0.06);
    }
  });

  it('leaves a width alone that the order names, and one that the first stage could not have', () => {
    const named = planSweep({ ...ORDER, systems: [{ system: 'slimmable', slimWidth: 0.5 }] }, 32);
    expect(named.map(({ config }) => config.slimWidth)).toEqual([0.5, 0.5]);
    expect(widthNearest({ ...DEFAULT_CONFIG, system: 'slimmable', width: 4 }, 0.001, 32)).toBe(0.25);
  });
});

describe('planSweep with small dense networks', () => {
  const order: SweepOrder = {
    ...{ systems: [{ system: 'dual-gating' }], budgets: [0.1, 0.25, 0.3], seeds: [1, 2, 3] },
    ...{ config: { ...DEFAULT_CONFIG, width: 8 }, smallDense: true },
  };

  it('has one for every budget and seed, of the width that costs about as much', () => {
    const small = planSweep(order, 32).filter((run) => run.small);
    const widths = order.budgets.map((budget) => smallDense({ ...order.config, budget }, 32)!.width);
    const wanted = [...new Set(widths)];
    expect(small.map(({ config }) => config.width)).toEqual([...wanted, ...wanted, ...wanted]);
    for (const { config, small: found } of small) {
      expect(config).toEqual({ ...order.config, ...config, system: 'vicreg', width: found!.width });
      const macs = (width: number) => networkOf({ ...config, width }, 32).denseMacs;
      expect(found!.share).toBeCloseTo(macs(config.width) / macs(8), 12);
    }
  });

  it('has longer ones at equal MACs of training, and both if asked', () => {
    const steps = (equal: 'steps' | 'macs' | 'both') => {
      const one = { ...order, budgets: [0.25], seeds: [1], equal };
      return planSweep(one, 32).flatMap(({ config, small }) => (small ? [config.steps] : []));
    };
    const [same] = steps('steps');
    const [longer] = steps('macs');
    expect(same).toBe(order.config.steps);
    const { share } = smallDense({ ...order.config, budget: 0.25 }, 32)!;
    expect(Math.abs(longer! * share - same!)).toBeLessThan(share);
    expect(steps('both')).toEqual([same, longer]);
  });

  it('has none where none is asked for, and says why there cannot be one', () => {
    expect(planSweep({ ...order, smallDense: false }, 32).some((run) => run.small)).toBe(false);
    expect(sweepFaults(order, 32)).toEqual([]);
    const unused = { ...order, smallDense: false, equal: 'macs' as const };
    expect(sweepFaults(unused, 32)).toEqual([expect.stringContaining('add --small-dense')]);
    const narrow = { ...order, config: { ...order.config, width: 2 } };
    expect(sweepFaults(narrow, 32)).toEqual([expect.stringContaining('choose a width above 2')]);
  });
});

describe('sweepFaults', () => {
  it('names empty lists, and settings that cannot run', () => {
    expect(sweepFaults(ORDER, 32)).toEqual([]);
    expect(sweepFaults({ ...ORDER, seeds: [] }, 32)).toEqual([
      'A sweep needs at least one of its seeds, got none',
    ]);
    const wide = { ...ORDER, config: { ...ORDER.config, width: 65 } };
    expect(sweepFaults(wide, 32).join()).toContain('from 2 to 64');
    expect(sweepFaults({ ...ORDER, budgets: [2] }, 32).join()).toContain('Budget t_d must be from 0.05 to 1');
  });
});

describe('the keys of settings', () => {
  const dual = DEFAULT_CONFIG;

  it('ignore what a system does not have, and what only looks', () => {
    const dense = { ...dual, system: 'vicreg' as const };
    expect(runKey({ ...dense, budget: 0.9, slimWidth: 0.3 })).toBe(runKey(dense));
    expect(runKey({ ...dual, mapPoints: 51, evaluateEvery: 9 })).toBe(runKey(dual));
    expect(runKey({ ...dual, budget: 0.9 })).not.toBe(runKey(dual));
    expect(runKey({ ...dual, learningRate: 0.9 })).not.toBe(runKey(dual));
    const sgd = { ...dual, optimizer: 'sgd' as const };
    expect(runKey({ ...sgd, larsTrust: 0.09 })).toBe(runKey(sgd));
    expect(runKey({ ...dual, larsTrust: 0.09 })).not.toBe(runKey(dual));
  });

  it('tell variants apart but not their seeds, and setups but not their systems', () => {
    expect(variantKey({ ...dual, seed: 7 })).toBe(variantKey(dual));
    expect(variantKey({ ...dual, separateBn: false })).not.toBe(variantKey(dual));
    expect(setupKey({ ...dual, seed: 7, system: 'slimmable', budget: 0.1 })).toBe(setupKey(dual));
    expect(setupKey({ ...dual, steps: 7 })).not.toBe(setupKey(dual));
    const sgd = { ...dual, optimizer: 'sgd' as const };
    expect(setupKey(sgd)).not.toBe(setupKey(dual));
    expect(setupKey({ ...sgd, larsTrust: 0.09 })).toBe(setupKey(sgd));
    expect(setupKey({ ...dual, larsTrust: 0.09 })).not.toBe(setupKey(dual));
  });
});
