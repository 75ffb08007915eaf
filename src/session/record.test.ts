import { expect, it } from 'vitest';
import type { WeightsFile } from '../network/weights.ts';
import type { SessionEvent } from './protocol.ts';
import { addToRecord, EMPTY_RECORD } from './record.ts';

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
});

it('weights are forgotten when training goes on, because they belong to an earlier step', () => {
  const held = addToRecord(EMPTY_RECORD, { kind: 'weights', run: 'a', weights });
  expect(held.weights).toBe(weights);
  expect(addToRecord(held, { kind: 'steps', run: 'a', rows: [] }).weights).toBeNull();
});

it('events that leave no trace return the very same record', () => {
  expect(addToRecord(EMPTY_RECORD, { kind: 'state', run: 'a', state: 'training' })).toBe(EMPTY_RECORD);
});
