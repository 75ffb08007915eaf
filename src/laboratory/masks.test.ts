import { beforeAll, describe, expect, it } from 'vitest';
import type { SystemId } from '../config.ts';
import { accuracy, KNN20, knn } from '../evaluate/knn.ts';
import { featureRows } from '../evaluate/rows.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import type { FinalRow } from '../metrics.ts';
import { staticGates } from '../network/masks.ts';
import { branchNetwork, withoutGates } from '../network/slice.ts';
import type { WeightsFile } from '../network/weights.ts';
import { noiseData, RecordedSession, TINY, unlabelled } from '../session/session.fixture.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { MASK_KINDS, type MaskKind, type MasksOutcome } from './door/masksOrder.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';
import { performMasks } from './masks.ts';

const data = noiseData(40, 30);
const ALL = MASK_KINDS.filter((mask) => mask !== 'real');

async function trained(system: SystemId): Promise<{ weights: WeightsFile; final: FinalRow }> {
  const run = await new RecordedSession({ data }).whole({ ...TINY, system, steps: 3 });
  return { weights: run.of('weights')[0]!.weights, final: run.of('finished')[0]!.final };
}

const resultsOf = (outcome: MasksOutcome) => new Map(outcome.masks.map((result) => [result.mask, result]));
const knn20Of = (results: ReturnType<typeof resultsOf>, mask: MaskKind) =>
  results.get(mask)!.scores.find(({ measure }) => measure === 'knn20')!;

describe('masks of a gated network', () => {
  let laboratory: Laboratory;
  let final: FinalRow;
  let outcome: MasksOutcome;
  let trainGates: readonly Uint8Array[];
  const told: number[] = [];
  beforeAll(async () => {
    const run = await trained('dual-gating');
    final = run.final;
    laboratory = await openLaboratory(run.weights, data, { pool: nodePlaces() });
    outcome = await performMasks(laboratory, { kind: 'masks', masks: ALL, ratio: 1 }, async ({ share }) => {
      told.push(share);
    });
    trainGates = (await laboratory.encoded('gated', async () => {})).train.gates;
  });

  it('take the real gates to what the run itself ended with', () => {
    const results = resultsOf(outcome);
    expect([...results.keys()]).toEqual([...MASK_KINDS]);
    expect(knn20Of(results, 'real').accuracy).toBe(final.knn20.gated);
    expect(results.get('real')!.macs).toBeCloseTo(final.macs.gated!, 3);
    expect(results.get('real')!.ratio).toBeCloseTo(final.macs.ratio!, 9);
  });

  it('cost the same channels per block', () => {
    const { blocks } = laboratory.network;
    const results = resultsOf(outcome);
    const [real, frozen] = [results.get('real')!, results.get('frozen')!];
    expect(results.get('shuffled')).toMatchObject({ macs: real.macs, density: real.density });
    for (const mask of ['random', 'prefix'] as const)
      expect(results.get(mask)).toMatchObject({ macs: frozen.macs, density: frozen.density });
    frozen.density.forEach((density, l) => {
      const open = trainGates[l]!.reduce((sum, on) => sum + on, 0) / data.train.count;
      expect(density).toBe(Math.round(open) / blocks[l]!.channels);
    });
    // Magnitude pruning takes one share for all blocks, so it only comes near the gates' MACs.
    expect(Math.abs(results.get('l1')!.macs / real.macs - 1)).toBeLessThan(0.2);
    expect(results.get('l1-recalibrated')!.macs).toBe(results.get('l1')!.macs);
  });
  it('score a frozen mask as the whole network with these gates forced', async () => {
    const { network, state, weights } = laboratory;
    const { mean, std } = weights.architecture;
    const kept = network.blocks.map(({ channels }, l) => {
      const rates = Array.from({ length: channels }, (_, c) =>
        trainGates[l]!.reduce((sum, on, i) => sum + (i % channels === c ? on : 0), 0),
      );
      const count = Math.round(outcome.masks[1]!.density[l]! * channels);
      const order = rates.map((rate, c) => ({ rate, c })).sort((a, b) => b.rate - a.rate || a.c - b.c);
      return order.slice(0, count).map(({ c }) => c);
    });
    const encoder = new FrozenEncoder(withoutGates(branchNetwork(network, state, 'gated')), { mean, std });
    const rows = async (images: typeof data.train) =>
      featureRows(
        (
          await encoder.encode(images, 0, images.count, {
            forced: staticGates(network, kept, images.count),
          })
        ).features,
        network.features,
      );
    const { predictions } = await knn({
      ...KNN20,
      bank: await rows(data.train),
      bankLabels: data.train.labels,
      queries: await rows(data.test),
      classes: 10,
    });
    expect(knn20Of(resultsOf(outcome), 'frozen').accuracy).toBe(accuracy(predictions, data.test.labels));
  });

  it('are compared with the real gates in pairs', () => {
    const results = resultsOf(outcome);
    expect(knn20Of(results, 'real').comparison).toBeNull();
    for (const mask of ALL) {
      const score = knn20Of(results, mask);
      const difference = knn20Of(results, 'real').accuracy - score.accuracy;
      expect(score.comparison!.difference).toBeCloseTo(difference, 12);
      expect(score.standardError).toBeCloseTo(Math.sqrt((score.accuracy * (1 - score.accuracy)) / 30), 12);
    }
  });

  it('tell how far they are, and can be cancelled', async () => {
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const cancelled = performMasks(
      laboratory,
      { kind: 'masks', masks: ['random'], ratio: 1 },
      async ({ task }) => {
        if (task === 'Random') throw new Error('enough');
      },
    );
    await expect(cancelled).rejects.toThrow('enough');
  });
});

describe('masks of a network without gates', () => {
  it.each(['vicreg', 'slimmable'] as const)(
    'prune the full width of %s to the share that was asked for',
    async (system) => {
      const { weights, final } = await trained(system);
      const laboratory = await openLaboratory(weights, data, { pool: nodePlaces() });
      const order = { kind: 'masks', masks: ALL, ratio: 0.4 } as const;
      const outcome = await performMasks(laboratory, order, async () => {});
      const results = resultsOf(outcome);
      expect([...results.keys()]).toEqual(['real', 'prefix', 'l1', 'l1-recalibrated']);
      expect(outcome.gated).toBe(false);
      expect(knn20Of(results, 'real').accuracy).toBe(final.knn20.dense);
      expect(results.get('real')!.ratio).toBe(1);
      expect(results.get('l1')!.ratio).toBeGreaterThan(0.3);
      expect(results.get('l1')!.ratio).toBeLessThan(0.5);
    },
  );
});

it('masks of a network on images without labels have MACs and densities, and no scores', async () => {
  const { weights } = await trained('dual-gating');
  const images = { train: unlabelled(data.train), test: unlabelled(data.test) };
  const laboratory = await openLaboratory(weights, images, { pool: nodePlaces() });
  const order = { kind: 'masks', masks: ['frozen', 'l1-recalibrated'], ratio: 1 } as const;
  const outcome = await performMasks(laboratory, order, async () => {});
  laboratory.dispose();
  expect(outcome.masks.map(({ mask }) => mask)).toEqual(['real', 'frozen', 'l1-recalibrated']);
  expect(outcome.data.classes).toBe(0);
  for (const { scores, macs, density } of outcome.masks) {
    expect(scores).toEqual([]);
    expect(macs).toBeGreaterThan(0);
    expect(density).toHaveLength(8);
  }
});
