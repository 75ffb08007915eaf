import { expect, it } from 'vitest';
import type { WeightsFile } from '../network/weights.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import type { Ready, SessionEvent } from './protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from './record.ts';

const weights: WeightsFile = {
  format: 'dualgate-weights',
  version: 1,
  architecture: {
    name: 'resnet18-gated',
    input: 32,
    width: 4,
    stem: 'cifar',
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: 8, output: 8 },
    slim: [],
    slimProjector: false,
    minBottleneck: 1,
    branches: ['gated', 'dense'],
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    bnEpsilon: 1e-5,
  },
  tensors: {},
};

function map(projection: 'pca' | 'umap', epoch: number): SessionEvent {
  return {
    kind: 'map',
    run: 'a',
    epoch,
    step: epoch * 10,
    branch: 'dense',
    projection,
    neighbours: projection === 'umap' ? 15 : null,
    xy: new Float32Array(2),
  };
}

it('PCA stands in for a map only until the first UMAP', () => {
  const pca = addToRecord(EMPTY_RECORD, map('pca', 0));
  expect(pca.maps.dense?.projection).toBe('pca');
  const umap = addToRecord(pca, map('umap', 0));
  expect(addToRecord(umap, map('pca', 1))).toMatchObject({
    maps: { dense: { projection: 'umap', epoch: 0 } },
  });
  expect(addToRecord(umap, map('umap', 1)).maps.dense?.epoch).toBe(1);
  const wanted = { ...map('pca', 1), instead: true } as SessionEvent;
  expect(addToRecord(umap, wanted).maps.dense).toMatchObject({ projection: 'pca', epoch: 1 });
});

it('keeps the newest gates of the map images, and none of steps that were taken back', () => {
  const told = (step: number, gates: readonly Uint8Array[]): SessionEvent => ({
    ...{ kind: 'features', run: 'a', epoch: 0, step, count: 1, features: {}, gates },
  });
  const record = [told(2, [Uint8Array.of(1)]), told(4, [Uint8Array.of(0)]), told(4, [])].reduce(
    addToRecord,
    EMPTY_RECORD,
  );
  expect(record.mapGates).toEqual({ epoch: 0, step: 4, blocks: [Uint8Array.of(0)] });
  expect(rewound(record, 4).mapGates).toBe(record.mapGates);
  expect(rewound(record, 3).mapGates).toBeNull();
});

it('weights are forgotten when training goes on, because they belong to an earlier step', () => {
  const held = addToRecord(EMPTY_RECORD, { kind: 'weights', run: 'a', weights });
  expect(held.weights).toBe(weights);
  expect(addToRecord(held, { kind: 'steps', run: 'a', rows: [] }).weights).toBeNull();
});

it('events that leave no trace return the very same record', () => {
  expect(addToRecord(EMPTY_RECORD, { kind: 'state', run: 'a', state: 'training' })).toBe(EMPTY_RECORD);
});

it('keeps the last budget that was set after a step: the others had no effect', () => {
  const set = (record: RunRecord, step: number, budget: number) =>
    addToRecord(record, { kind: 'budget', run: 'a', step, budget });
  const record = set(set(set(EMPTY_RECORD, 3, 0.5), 8, 0.6), 8, 0.7);
  expect(record.budgets).toEqual([
    { step: 3, budget: 0.5 },
    { step: 8, budget: 0.7 },
  ]);
});

it('taken back to a step is what it was then, with the floors that were measured before', () => {
  const row = { loss: 1, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 };
  const step = (number: number) => ({
    ...{ ...row, step: number, epoch: 0, macRatio: 1, terms: [], budget: 0.3, lr: 0.1, ms: 1 },
  });
  const knn20 = { gated: 0.2, dense: 0.3 };
  const epoch = (number: number) => ({ epoch: 0, step: number, knn20, macRatio: 1, channelUsage: [] });
  const floors = { rawPixels: 0.1, untrained: knn20 };
  const early: SessionEvent[] = [
    { kind: 'floors', run: 'a', floors },
    { kind: 'steps', run: 'a', rows: [step(1), step(2)] },
    { kind: 'budget', run: 'a', step: 2, budget: 0.5 },
    { ...map('umap', 0), branch: 'gated' } as SessionEvent,
  ];
  const late: SessionEvent[] = [
    { kind: 'epoch', run: 'a', row: epoch(2) },
    { kind: 'steps', run: 'a', rows: [step(3)] },
    { kind: 'budget', run: 'a', step: 3, budget: 0.6 },
    map('umap', 1),
    { kind: 'weights', run: 'a', weights },
  ];
  const then = early.reduce(addToRecord, EMPTY_RECORD);
  expect(rewound(late.reduce(addToRecord, then), 2)).toEqual(then);
});

it('takes in map images that come later, and keeps them where a session goes on without them', () => {
  const images = (count: number): Ready['mapImages'] => ({
    ...{ count, pixels: new Uint8Array(3 * count), labels: new Uint8Array(count) },
  });
  const ready: Ready = {
    ...{ config: DEFAULT_CONFIG, engine: null, mapImages: images(0) },
    data: {
      ...{ name: 'noise', train: 9, test: 2, bank: null, size: 1, classes: [], recipe: 'cifar10' },
      stepsPerEpoch: 1,
    },
    network: { stemMacs: 1, blocks: [], denseMacs: 1, smallestRatio: 0, features: 1 },
  };
  const told: readonly SessionEvent[] = [
    { kind: 'ready', run: 'a', ready },
    { kind: 'mapImages', run: 'a', mapImages: images(2) },
    { kind: 'ready', run: 'a', ready },
  ];
  const counts = told.map(
    (_, i) => told.slice(0, i + 1).reduce(addToRecord, EMPTY_RECORD).ready?.mapImages.count,
  );
  expect(counts).toEqual([0, 2, 2]);
});
