import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../config.ts';
import { evaluate } from '../evaluate/evaluation.ts';
import { randomOrder, storedOrder } from '../evaluate/sample.ts';
import { FrozenEncoder } from '../method/frozenEncoder.ts';
import type { Branch, SlimBranch } from '../metrics.ts';
import { branchNetwork } from '../network/slice.ts';
import { branchMacs } from '../network/slim.ts';
import { stream } from '../random.ts';
import { noiseData, RecordedSession, TINY } from '../session/session.fixture.ts';
import { gateUsage } from '../statistics/gateUsage.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { performDial } from './dial.ts';
import type { DialOrder } from './door/dialOrder.ts';
import type { JobProgress } from './jobs.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';
import { performSlice } from './slice.ts';
import { perform } from './workbench.ts';

const data = noiseData(150, 40);
const quietly = async () => {};
const ORDER: DialOrder = {
  kind: 'dial',
  budgets: [0.7, 0.2, 0.45, 0.2],
  step: 3,
  sample: null,
  shuffle: null,
  map: null,
};

async function laboratoryOf(change: Partial<RunConfig>): Promise<Laboratory> {
  const run = await new RecordedSession({ data }).whole({ ...TINY, steps: 3, minBottleneck: 12, ...change });
  return openLaboratory(run.of('weights')[0]!.weights, data, { pool: nodePlaces() });
}

/** What the reference engine gives for test images of a gated network at a δ. */
async function referenceAt({ network, state, weights }: Laboratory, gateShift: number) {
  const encoder = new FrozenEncoder(branchNetwork(network, state, 'gated'), weights.architecture);
  const encoded = await encoder.encode(data.test, 0, data.test.count, { gateShift });
  encoder.dispose();
  return encoded;
}

describe.each(['dual-gating', 'vicreg-gating'] as const)('a dial of a gated network: %s', (system) => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await laboratoryOf({ system });
  });

  it('meets its budgets in their order, and measures what the reference gives at each δ', async () => {
    const told: JobProgress[] = [];
    const { dial } = await performDial(laboratory, ORDER, async (progress) => void told.push(progress));
    expect(dial).toMatchObject({ step: 3, images: 128, sample: { bank: 150, test: 40 } });
    expect(dial.points.map(({ budget }) => budget)).toEqual([0.2, 0.45, 0.7]);
    const shares = told.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(told.at(-1)!.share).toBeCloseTo(1, 9);
    let gatesBefore: readonly Uint8Array[] | null = null;
    let nestedBefore: number | null = null;
    for (const { setting, budget, calibrated, reach, ...point } of dial.points) {
      if (setting.kind !== 'shift') throw new Error('expected a shift');
      if (reach === 'met') expect(Math.abs(calibrated - budget)).toBeLessThan(0.01);
      const { gates } = await referenceAt(laboratory, setting.shift);
      const { macs, channelUsage } = gateUsage(laboratory.network, gates);
      expect(point.macRatio).toBeCloseTo(macs.ratio!, 12);
      expect(point.channelUsage).toEqual(channelUsage);
      expect(point.standardError).toBeCloseTo(Math.sqrt((point.knn20! * (1 - point.knn20!)) / 40), 12);
      expect(point.moment).toBeNull();
      // Of the gates that are open at the smaller budget, counted one by one.
      if (gatesBefore !== null) {
        const pairs = gatesBefore.flatMap((block, l) => [...block].map((gate, i) => [gate, gates[l]![i]!]));
        const open = pairs.filter(([gate]) => gate === 1);
        expect(nestedBefore).toBeCloseTo(open.filter(([, other]) => other === 1).length / open.length, 12);
      }
      gatesBefore = gates;
      nestedBefore = point.nestedness;
    }
    expect(nestedBefore).toBeNull();
    expect(dial.points.filter(({ reach }) => reach === 'met').length).toBeGreaterThan(1);
  });

  it('draws the map images that the run’s own evaluations show, turned to the dense map', async () => {
    const target = Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? i : -3 * i));
    const map = { epoch: 1, images: 20, umap: null, target };
    const order = { ...ORDER, budgets: [0.4], sample: { bank: 60, test: 25 }, shuffle: 9, map };
    const { dial } = await performDial(laboratory, order, quietly);
    const { setting, moment } = dial.points[0]!;
    if (setting.kind !== 'shift' || moment === null) throw new Error('expected a moment of a shift');
    expect(dial.sample).toEqual({ bank: 60, test: 25 });
    const rows = randomOrder(data, stream(9, 'evaluation')).test.subarray(0, 20);
    const { gates } = await referenceAt(laboratory, setting.shift);
    moment.gates!.blocks.forEach((block, l) => {
      const { channels } = laboratory.network.blocks[l]!;
      const expected = [...rows].flatMap((row) => [
        ...gates[l]!.subarray(row * channels, (row + 1) * channels),
      ]);
      expect([...block]).toEqual(expected);
    });
    const layout = moment.maps.gated!;
    expect(layout).toMatchObject({ epoch: 1, step: 3, projection: 'pca', neighbours: null });
    const mean = (of: number) => layout.xy.filter((_, i) => i % 2 === of).reduce((sum, v) => sum + v, 0) / 20;
    expect(mean(0)).toBeCloseTo(19, 3);
    expect(mean(1)).toBeCloseTo(-60, 3);
    expect(moment.nearest).toMatchObject({ count: 20 });
    expect(moment.nearest!.branches.gated).toHaveLength(20 * 5);
    const umap = { neighbours: 15, seed: 9 };
    const umaps = await performDial(laboratory, { ...order, map: { ...map, umap } }, quietly);
    expect(umaps.dial.points[0]!.moment!.maps.gated).toMatchObject({ projection: 'umap', neighbours: 15 });
  });
});

describe('a dial of a slimmable network', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await laboratoryOf({ system: 'slimmable', slimForm: 'slimclr', width: 8 });
  });
  const ratio = (branch: Branch) => branchMacs(laboratory.network, branch) / laboratory.network.denseMacs;

  it('takes trained widths as they are, others between them, and none below the narrowest', async () => {
    const half = ratio('slim50');
    const budgets = [0.01, half, 0.42, 1];
    const { dial } = await performDial(laboratory, { ...ORDER, budgets }, quietly);
    const [least, trained, between, whole] = dial.points;
    expect(least).toMatchObject({ reach: 'smallest', setting: { kind: 'width', width: 0.25 } });
    expect(trained).toMatchObject({ reach: 'met', macRatio: half, setting: { width: 0.5 } });
    expect(whole).toMatchObject({ reach: 'met', macRatio: 1, setting: { width: 1 }, channelUsage: [] });
    if (between?.setting.kind !== 'width') throw new Error('expected a width');
    const { width } = between.setting;
    expect(width > 0.5 && width < 0.75).toBe(true);
    expect(between.macRatio).toBe(ratio(`slim${Math.round(100 * width)}` as SlimBranch));
    expect(dial.points.every(({ nestedness }) => nestedness === null)).toBe(true);
    // The trained widths' accuracies are those of their own branches.
    const { knn20 } = await evaluate(
      laboratory.engine,
      laboratory.network,
      ['slim50', 'dense'],
      data,
      { order: storedOrder(data), size: { bank: 150, test: 40 }, probe: false },
      async () => {},
    );
    expect([trained!.knn20, whole!.knn20]).toEqual([knn20.slim50, knn20.dense]);
  });
});

describe('an order of a dial that cannot be carried out', () => {
  it('is refused for a dense network, with the reason', async () => {
    const dense = await laboratoryOf({ system: 'vicreg' });
    await expect(performDial(dense, ORDER, quietly)).rejects.toThrow(
      'this one is dense: it computes all of its channels for every image. Train a gated or a slimmable system.',
    );
    dense.dispose();
  });

  it('is refused for shares that are none, and for slices; it can be cancelled', async () => {
    const laboratory = await laboratoryOf({});
    for (const budgets of [[], [0], [1.2], [Number.NaN]])
      await expect(performDial(laboratory, { ...ORDER, budgets }, quietly)).rejects.toThrow(
        'Ask for shares such as 0.3.',
      );
    const stop = new Error('enough');
    await expect(performDial(laboratory, ORDER, async () => Promise.reject(stop))).rejects.toBe(stop);
    const { weights } = await performSlice(laboratory, { kind: 'slice', form: 'never-open' }, quietly);
    const slice = await openLaboratory(weights, data, { pool: nodePlaces() });
    await expect(perform(slice, ORDER, quietly)).rejects.toThrow('timings and the dial begin with all');
  });
});
