import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import { evaluationMacs } from '../../evaluate/evaluation.ts';
import { pixelFloorMacs } from '../../evaluate/pixelFloors.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { trainingMacs } from '../../network/macs.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { mapRows } from '../../run/mapRows.ts';
import { noiseData } from '../session.fixture.ts';
import { EvaluationPlan } from './evaluationPlan.ts';

const WHOLE = { bank: 2000, test: 1000 };
// The plan asks for the sizes of the sets alone, so small pictures do.
const data = noiseData(WHOLE.bank, WHOLE.test, 4);

function planOf(change: Partial<RunConfig> = {}, stepsPerEpoch = 156) {
  const config = { ...DEFAULT_CONFIG, ...change };
  const [network, system] = [networkOf(config, 32), systemOf(config)];
  const plan = new EvaluationPlan({ config, network, system, data, stepsPerEpoch });
  const due = Array.from({ length: 1000 }, (_, step) => step).filter((step) => plan.isDue(step));
  return { plan, due, network, system, config };
}

describe('evaluations of a run', () => {
  it('come after 20, 40, 80 … steps until the first regular one, and then as set', () => {
    expect(planOf().due).toEqual([20, 40, 80, 160, 312, 624, 936]);
    expect(planOf({ evaluateEvery: 1 }).due).toEqual([20, 40, 80, 156, 312, 468, 624, 780, 936]);
    expect(planOf({ evaluateEvery: 10 }).due).toEqual([20, 40, 80, 160, 320, 640]);
  });

  it('have no early one shortly before the first regular one', () => {
    expect(planOf({ evaluateEvery: 1 }, 25).due.slice(0, 3)).toEqual([25, 50, 75]);
    expect(planOf({ evaluateEvery: 1 }, 27).due.slice(0, 3)).toEqual([20, 27, 54]);
  });

  it('cost at most a tenth of the training since the one before', () => {
    for (const system of ['dual-gating', 'vicreg-gating', 'vicreg', 'slimmable'] as const) {
      const { plan, due, network, system: trained, config } = planOf({ system });
      for (const [i, step] of due.entries()) {
        const since = step - (due[i - 1] ?? 0);
        const macs = evaluationMacs(network, trained.branches, plan.sizeAt(step));
        const share = macs / (since * trainingMacs(network, trained, config.batch));
        expect(share, `${system} ${step}`).toBeLessThanOrEqual(0.1);
      }
    }
    const { plan } = planOf();
    expect([20, 40, 80].map((step) => plan.sizeAt(step))).toEqual([
      { bank: 256, test: 127 },
      { bank: 256, test: 127 },
      { bank: 512, test: 255 },
    ]);
    expect(plan.firstFloors).toEqual(plan.sizeAt(20));
  });

  it('compare pixels of all images at the end of any run, if that takes some seconds', () => {
    const lastPixels = (bank: number, test: number, steps: number) => {
      const sets = {
        train: { ...data.train, size: 32, count: bank },
        test: { ...data.test, size: 32, count: test },
      };
      const { network, system, config } = planOf();
      const plan = new EvaluationPlan({ config, network, system, data: sets, stepsPerEpoch: 156 });
      return plan.lastPixels(steps);
    };
    expect(lastPixels(5000, 1000, 1)).toEqual({ bank: 5000, test: 1000 });
    // Of CIFAR-10 a short run compares a part, and a long one all.
    const { bank, test } = lastPixels(50_000, 10_000, 100);
    expect(pixelFloorMacs(32, { bank, test })).toBeLessThanOrEqual(1e11);
    expect(pixelFloorMacs(32, { bank, test: test + 1 })).toBeGreaterThan(1e11);
    expect(lastPixels(50_000, 10_000, 100_000)).toEqual({ bank: 50_000, test: 10_000 });
  });

  it('need the test images, and early ones no more than the first part of the images to learn from', () => {
    const parted = { ...data, train: { ...data.train, part: 600 } };
    const [network, system] = [networkOf(DEFAULT_CONFIG, 32), systemOf(DEFAULT_CONFIG)];
    const parts = new EvaluationPlan({
      ...{ config: DEFAULT_CONFIG, network, system, data: parted, stepsPerEpoch: 156 },
    });
    for (const step of [20, 40, 80]) {
      const { train, test } = parts.needs(parts.sizeAt(step));
      expect([train <= 600, train > 200, test]).toEqual([true, true, true]);
    }
    expect(parts.needs(WHOLE)).toEqual({ train: WHOLE.bank, test: true });
  });

  it('have 100 images to learn from and 50 to test at least', () => {
    expect(planOf({ batch: 4, evaluateEvery: 1 }, 2).plan.sizeAt(2)).toEqual({ bank: 100, test: 50 });
  });

  it('are on all images, and the regular ones alone, if their cost is not limited', () => {
    const { plan, due } = planOf({ evaluationShare: 1 });
    expect(due).toEqual([312, 624, 936]);
    expect([plan.sizeAt(312), plan.firstFloors]).toEqual([WHOLE, WHOLE]);
    expect([...plan.order.test.subarray(0, 3)]).toEqual([0, 1, 2]);
  });

  it('show on the maps the test images that the settings tell', () => {
    for (const change of [{}, { seed: 7 }, { evaluationShare: 1 }]) {
      const { plan, config } = planOf(change);
      expect(mapRows(config, WHOLE.test, 300)).toEqual(plan.order.test.subarray(0, 300));
      expect(mapRows(config, WHOLE.test, 2000)).toEqual(plan.order.test);
    }
  });
});
