import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorValues, type WeightsFile } from '../network/weights.ts';
import { checkWeights } from '../network/weightsCheck.ts';
import { noiseData, RecordedSession, TINY } from '../session/session.fixture.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import { performFeatures } from './features.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';
import { performParity } from './performParity.ts';
import { performSlice } from './slice.ts';

const data = noiseData(16, 6);
const quietly = async () => {};
let laboratory: Laboratory;
let weights: WeightsFile;

beforeAll(async () => {
  const run = await new RecordedSession({ data }).whole({ ...TINY, steps: 2 });
  weights = run.of('weights')[0]!.weights;
  laboratory = await openLaboratory(weights, data, { pool: nodePlaces() });
}, 120_000);

describe('features for NumPy', () => {
  it('are those that the branches give, with labels and gates', { timeout: 60_000 }, async () => {
    const { file, images } = await performFeatures(laboratory, { kind: 'features', set: 'test' }, quietly);
    expect(images).toBe(6);
    const entries = await new ZipReader(new BlobReader(file)).getEntries();
    const arrays = new Map<string, Uint8Array>();
    for (const entry of entries)
      if (!entry.directory) arrays.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
    const blocks = laboratory.network.blocks.map(({ name }) => `gates_${name}.npy`);
    expect([...arrays.keys()].toSorted()).toEqual(
      [...blocks, 'features_dense.npy', 'features_gated.npy', 'labels.npy'].toSorted(),
    );
    const { test } = await laboratory.encoded('dense', quietly);
    const dense = arrays.get('features_dense.npy')!;
    expect(new Float32Array(dense.slice(128).buffer)).toEqual(test.features);
    const labels = new BigInt64Array(arrays.get('labels.npy')!.slice(128).buffer);
    expect([...labels].map(Number)).toEqual([...data.test.labels]);
  });

  it('can be cancelled', { timeout: 60_000 }, async () => {
    const stop = new Error('enough');
    await expect(
      performFeatures(laboratory, { kind: 'features', set: 'train' }, async () => Promise.reject(stop)),
    ).rejects.toBe(stop);
  });
});

describe('what travels with weights', () => {
  it('is met by the network, features and gates', { timeout: 60_000 }, async () => {
    expect(Object.keys(weights.parity!.gates!)).toHaveLength(8);
    expect(() => checkWeights(weights)).not.toThrow();
    expect(await performParity(weights, { pool: nodePlaces() })).toEqual({
      ...{ kind: 'parity', images: 6, branches: ['gated', 'dense'], gates: true },
    });
  });

  it('shows when the gates are of another network', { timeout: 60_000 }, async () => {
    const parity = weights.parity!;
    const gates = Object.fromEntries(
      Object.entries(parity.gates!).map(([name, { shape, dtype, data: bits }]) => [
        name,
        {
          shape,
          dtype,
          data: Buffer.from(Buffer.from(bits, 'base64').map((bit) => 1 - bit)).toString('base64'),
        },
      ]),
    );
    await expect(
      performParity({ ...weights, parity: { ...parity, gates } }, { pool: nodePlaces() }),
    ).rejects.toThrow(/gates must open as in the file for its 6 images, but do not for 6/);
  });

  it('is not asked of weights without it', async () => {
    const { parity: _, ...bare } = weights;
    expect(await performParity(bare, { pool: nodePlaces() })).toMatchObject({ images: 0 });
  });
});

describe('one branch alone', () => {
  it.each(['dense', 'gated'] as const)(
    'gives the features of the whole network: %s',
    { timeout: 60_000 },
    async (form) => {
      const outcome = await performSlice(laboratory, { kind: 'slice', form }, quietly);
      expect(outcome.difference).toBeLessThan(1e-5);
      expect(outcome.weights.architecture).toMatchObject({ branches: [form], bn: 'shared' });
      expect(outcome.weights.architecture).not.toHaveProperty('inner');
      expect(() => checkWeights(outcome.weights)).not.toThrow();
      expect(await performParity(outcome.weights, { pool: nodePlaces() })).toMatchObject({
        images: 6,
        branches: [form],
      });
    },
  );
});

describe('a run that begins with weights', () => {
  it('begins where they stand, with momenta of 0', { timeout: 60_000 }, async () => {
    const session = new RecordedSession({ data });
    const ended = session.state('finished');
    session.send({
      ...{ kind: 'start', run: 'test', config: { ...TINY, steps: 1 }, engine: 'wasm', paused: false },
      ...{ source: { kind: 'emoji10', test: 'unseen-style' }, initial: weights },
    });
    await ended;
    const { parameters, buffers, momenta } = session.setups[0]!.initial;
    for (const [name, values] of [...parameters, ...buffers])
      expect(values).toEqual(tensorValues(weights.tensors[name]!));
    expect([...momenta.values()].every((values) => values.every((value) => value === 0))).toBe(true);
  });

  it('of another network fails in words', { timeout: 60_000 }, async () => {
    const session = new RecordedSession({ data });
    const failed = session.next(({ kind }) => kind === 'failed');
    session.send({
      ...{ kind: 'start', run: 'test', config: { ...TINY, width: 8 }, engine: 'wasm', paused: false },
      ...{ source: { kind: 'emoji10', test: 'unseen-style' }, initial: weights },
    });
    await failed;
    expect(session.of('failed')[0]).toMatchObject({ reason: 'config' });
    expect(session.of('failed')[0]!.message).toMatch(/and the weights have/);
  });
});
