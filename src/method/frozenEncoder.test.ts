import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import { normaliseImages } from '../data/images/normalise.ts';
import { RAW_PIXELS, RECIPES } from '../data/images/recipe.ts';
import type { Branch } from '../metrics.ts';
import { everOpenChannels, openRates, staticGates } from '../network/masks.ts';
import { branchNetwork, type KeptChannels, sliceNetwork, withoutGates } from '../network/slice.ts';
import { useBackend } from './backend.ts';
import { updateRunning } from './batchNorm.ts';
import { ungatedBranch } from './encoder.ts';
import { hashedImages, tinySetup } from './engine.fixture.ts';
import { FrozenEncoder, tensorsOf } from './frozenEncoder.ts';
import { deviation, noise } from './numbers.fixture.ts';
import { recalibrate } from './recalibrate.ts';
import { TfjsEngine } from './tfjsEngine.ts';

const images = hashedImages(6, 12);
const setup = tinySetup();
const { network } = setup;

/** Weights like those after training: no BatchNorm has its initial values. */
const state = {
  momenta: setup.initial.momenta,
  parameters: new Map(
    [...setup.initial.parameters].map(([name, values], i) => [
      name,
      values.map((v, c) => v + (name.includes('bn') ? 0.3 * noise(i, [c + 1])[c]! : 0)),
    ]),
  ),
  buffers: new Map(
    [...setup.initial.buffers].map(([name, values], i) => [
      name,
      values.map((v, c) => v + 0.4 * noise(100 + i, [c + 1])[c]!),
    ]),
  ),
};

/** Kept channels in odd numbers; some blocks keep all, some keep none. */
const KEPT: KeptChannels = network.blocks.map(({ channels }, l) => {
  if (l === 2) return [];
  if (l === 4) return Array.from({ length: channels }, (_, c) => c);
  return Array.from({ length: channels }, (_, c) => c).filter((c) => c % 3 !== l % 3);
});

describe.each(['cpu', 'wasm'] as const)('the frozen encoder on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend, NODE_PLACES);
  });
  const encoder = (frozen: ConstructorParameters<typeof FrozenEncoder>[0]) =>
    new FrozenEncoder(frozen, RECIPES.cifar10.evaluation);
  const encode = (...[frozen, forced]: [Parameters<typeof encoder>[0], Uint8Array[]?]) =>
    encoder(frozen).encode(images, 0, images.count, forced ? { forced } : {});

  it.each(['gated', 'dense'] as const)(
    'gives what the engine gives for the %s branch',
    async (branch: Branch) => {
      const engine = new TfjsEngine({ ...setup, initial: state });
      const expected = await engine.encode(images, 0, images.count, branch);
      const encoded = await encode(branchNetwork(network, state, branch));
      expect(deviation(encoded.features, expected.features)).toBeLessThan(1e-6);
      expect(encoded.gates).toEqual(expected.gates);
      if (branch === 'dense') return;
      // To force the gates' own decisions must change nothing.
      const forced = await encode(branchNetwork(network, state, branch), [...expected.gates]);
      expect(deviation(forced.features, expected.features)).toBeLessThan(1e-6);
    },
  );

  it.each(['gated', 'dense'] as const)(
    'equals its sliced self where the %s branch is masked',
    async (branch) => {
      const whole = branchNetwork(network, state, branch);
      const masked = await encode(whole, staticGates(network, KEPT, images.count));
      const sliced = await encode(sliceNetwork(withoutGates(whole), KEPT));
      expect(deviation(sliced.features, masked.features)).toBeLessThan(1e-6);
      const open = await encode(withoutGates(whole));
      expect(deviation(open.features, masked.features)).toBeGreaterThan(1e-3);
    },
  );

  it('stays conditional where channels that are never open are cut', async () => {
    const gated = branchNetwork(network, state, 'gated');
    const whole = await encode(gated);
    const kept = everOpenChannels(openRates(network, whole.gates));
    expect(kept.some(({ length }, l) => length < network.blocks[l]!.channels)).toBe(true);
    const sliced = await encode(sliceNetwork(gated, kept));
    expect(deviation(sliced.features, whole.features)).toBeLessThan(1e-6);
    sliced.gates.forEach((gates, l) => {
      const sum = (values: Uint8Array) => values.reduce((open, value) => open + value, 0);
      expect(sum(gates)).toBe(sum(whole.gates[l]!));
    });
  });

  it('computes with blocks whose channels are all gone, gates or not', async () => {
    const gated = branchNetwork(network, state, 'gated');
    const none = network.blocks.map(() => []);
    const closed = await encode(withoutGates(gated), staticGates(network, none, images.count));
    for (const frozen of [gated, withoutGates(gated)]) {
      const sliced = await encode(sliceNetwork(frozen, none));
      expect(deviation(sliced.features, closed.features)).toBeLessThan(1e-6);
    }
  });

  it('frees its tensors', async () => {
    const before = tf.memory().numTensors;
    const opened = encoder(branchNetwork(network, state, 'gated'));
    await opened.encode(images, 0, 2);
    opened.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('recalibrates BatchNorms to the statistics of a pass in training mode', async () => {
    const kept = KEPT.map((_, l) => Array.from({ length: network.blocks[l]!.channels }, (_, c) => c));
    const dense = sliceNetwork(branchNetwork(network, state, 'dense'), kept);
    const before = tf.memory().numTensors;
    const recalibrated = await recalibrate(dense, images, RAW_PIXELS, 3);
    expect(tf.memory().numTensors).toBe(before);
    // The reference engine's training pass records mean and variance of each batch.
    const expected = new Map<string, Float32Array>();
    const weights = tensorsOf(dense);
    for (const from of [0, 3]) {
      ungatedBranch(
        {
          network: dense.network,
          parameter: (name) => weights.get(name)!,
          note: ({ layer, mean, variance, count }) => {
            const running = { mean: new Float32Array(mean.size), variance: new Float32Array(mean.size) };
            updateRunning(running, {
              mean: mean.dataSync<'float32'>() as Float32Array,
              variance: variance.dataSync<'float32'>() as Float32Array,
              count,
            });
            for (const [part, values] of [
              ['running_mean', running.mean],
              ['running_var', running.variance],
            ] as const) {
              const sum = expected.get(`${layer}.${part}`) ?? new Float32Array(mean.size);
              // The statistics were zero and took a tenth of each batch's. Two batches are averaged.
              expected.set(
                `${layer}.${part}`,
                sum.map((value, c) => value + values[c]! / 0.1 / 2),
              );
            }
          },
        },
        tf.tensor4d(normaliseImages(images, from, from + 3, RAW_PIXELS), [3, 12, 12, 3]),
        'dense',
      );
    }
    expect(expected.size).toBe(2 * (1 + 8 * 2 + 3));
    for (const [name, values] of expected) {
      expect(deviation(recalibrated.tensors.get(name)!.values, values), name).toBeLessThan(1e-4);
      expect(deviation(dense.tensors.get(name)!.values, values), name).toBeGreaterThan(1e-2);
    }
  });

  it('recalibrates sliced networks, empty blocks included, and refuses gates', async () => {
    const gated = branchNetwork(network, state, 'gated');
    const sliced = await recalibrate(sliceNetwork(withoutGates(gated), KEPT), images, RAW_PIXELS, 6);
    expect((await encode(sliced)).features.every(Number.isFinite)).toBe(true);
    await expect(recalibrate(gated, images, RAW_PIXELS, 6)).rejects.toThrow(/without gates/);
    await expect(recalibrate(withoutGates(gated), images, RAW_PIXELS, 7)).rejects.toThrow(/got 6/);
  });
});
