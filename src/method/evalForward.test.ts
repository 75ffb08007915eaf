import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_PLACES } from '../cli/places.ts';
import type { Branch } from '../metrics.ts';
import type { Network, NetworkSpec } from '../network/layers.ts';
import { blockBn, bufferSpecs, initialParameters, parameterSpecs } from '../network/parameters.ts';
import { stream } from '../random.ts';
import { useBackend } from './backend.ts';
import { SIDE, tinySetup } from './engine.fixture.ts';
import { evalForward, type Lookup } from './evalForward.ts';
import { deviation, noise } from './numbers.fixture.ts';
import { fromTorch, parameterTensor } from './tensors.ts';

const BATCH = 3;

/** Initial convolutions, and BatchNorms with trained values: no scale is 1, no shift is 0. */
function lookupOf(network: Network, change: (name: string, values: Float32Array) => Float32Array): Lookup {
  const initial = initialParameters(network, stream(5, 'init'));
  const tensors = new Map<string, tf.Tensor>();
  parameterSpecs(network).forEach((spec, i) => {
    const values = initial.get(spec.name)!;
    const touched = spec.shape.length > 1 ? values : values.map((v, c) => v + 0.3 * noise(i, [c + 1])[c]!);
    const changed = change(spec.name, touched);
    tensors.set(spec.name, parameterTensor(spec, fromTorch(spec, changed)));
  });
  bufferSpecs(network).forEach(({ name, shape, initial: start }, i) => {
    tensors.set(name, tf.tensor1d(noise(100 + i, shape).map((value) => start + 0.4 * value)));
  });
  return (name) => tensors.get(name)!;
}

/** The same network as PyTorch would run it: convolution, then BatchNorm, then ReLU. */
function unfolded(network: Network, lookup: Lookup, images: tf.Tensor4D, branch: Branch, gateShift = 0) {
  const bn = (x: tf.Tensor, layer: string) =>
    tf.add(
      tf.mul(
        tf.div(
          tf.sub(x, lookup(`${layer}.running_mean`)),
          tf.sqrt(tf.add(lookup(`${layer}.running_var`), 1e-5)),
        ),
        lookup(`${layer}.weight`),
      ),
      lookup(`${layer}.bias`),
    );
  const conv = (x: tf.Tensor, layer: string, stride: number, padding: number) =>
    tf.conv2d(x as tf.Tensor4D, lookup(`${layer}.weight`) as tf.Tensor4D, stride, padding);
  const { spec } = network;
  const cifar = spec.stem === 'cifar';
  let x: tf.Tensor = tf.relu(
    bn(conv(images, 'backbone.conv1', cifar ? 1 : 2, cifar ? spec.stemPadding : 3), 'backbone.bn1'),
  );
  if (!cifar) x = tf.maxPool(x as tf.Tensor4D, 3, 2, 1);
  const gates: tf.Tensor[] = [];
  for (const block of network.blocks) {
    const prefix = `backbone.${block.name}`;
    let inner: tf.Tensor = tf.relu(
      bn(conv(x, `${prefix}.conv1`, block.stride, 1), blockBn(network, block.name, 1, branch)),
    );
    if (branch === 'gated') {
      const pooled = tf.mean(x, [1, 2], true);
      const hidden = tf.relu(
        bn(conv(pooled, `${prefix}.mask_c.atten_c.0`, 1, 0), `${prefix}.mask_c.atten_c.1`),
      );
      const logits = conv(hidden, `${prefix}.mask_c.atten_c.3`, 1, 0);
      const gate = tf.cast(tf.greaterEqual(tf.add(logits, gateShift), 0), 'float32');
      gates.push(gate);
      inner = tf.mul(inner, gate);
    }
    const outer = bn(conv(inner, `${prefix}.conv2`, 1, 1), blockBn(network, block.name, 2, branch));
    const skip = block.downsample
      ? bn(conv(x, `${prefix}.downsample.0`, block.stride, 0), `${prefix}.downsample.1`)
      : x;
    x = tf.relu(tf.add(outer, skip));
  }
  return { features: tf.mean(x, [1, 2]), gates };
}

const values = (tensors: readonly tf.Tensor[]) =>
  tensors.map((tensor) => tensor.dataSync<'float32'>().slice());
const same = (_: string, array: Float32Array) => array;

beforeAll(async () => {
  await useBackend('wasm', NODE_PLACES);
});

describe('evalForward', () => {
  const specs: [string, Partial<NetworkSpec>][] = [
    ['CIFAR stem, padding 1', {}],
    ['CIFAR stem, padding 2', { stemPadding: 2 }],
    ['ImageNet stem', { stem: 'imagenet', input: 33 }],
    ['one set of BatchNorms', { bn: 'shared' }],
  ];

  it.each(specs)('folds BatchNorms without changing the network: %s', (_, spec) => {
    const { network } = tinySetup({}, spec);
    const side = network.spec.input;
    for (const branch of ['gated', 'dense'] as const) {
      tf.tidy(() => {
        const lookup = lookupOf(network, same);
        const images = tf.tensor4d(noise(1, [BATCH, side, side, 3]), [BATCH, side, side, 3]);
        const got = evalForward(network, lookup, images, branch);
        const expected = unfolded(network, lookup, images, branch);
        expect(values(got.gates)).toEqual(values(expected.gates));
        const [features, wanted] = [got.features, expected.features].map((t) => t.dataSync<'float32'>());
        expect(deviation(features!, wanted!)).toBeLessThan(1e-5);
      });
    }
  });

  it('opens gates where logit + δ is at least 0: none, some and all', () => {
    const { network } = tinySetup();
    tf.tidy(() => {
      const lookup = lookupOf(network, same);
      const images = tf.tensor4d(noise(1, [BATCH, SIDE, SIDE, 3]), [BATCH, SIDE, SIDE, 3]);
      const plain = evalForward(network, lookup, images, 'gated');
      const shares = [-8, -0.125, 0, 0.125, 8].map((gateShift) => {
        const got = evalForward(network, lookup, images, 'gated', { gateShift });
        const expected = unfolded(network, lookup, images, 'gated', gateShift);
        expect(values(got.gates)).toEqual(values(expected.gates));
        const [features, wanted] = [got.features, expected.features].map((t) => t.dataSync<'float32'>());
        expect(deviation(features!, wanted!)).toBeLessThan(1e-5);
        if (gateShift === 0)
          expect(values([got.features, ...got.gates])).toEqual(values([plain.features, ...plain.gates]));
        const all = values(got.gates).flatMap((gate) => [...gate]);
        return all.filter((open) => open === 1).length / all.length;
      });
      expect(shares[0]).toBe(0);
      expect(shares.at(-1)).toBe(1);
      expect(new Set(shares).size).toBe(5);
    });
  });

  it('with open gates and one set of BatchNorms is the dense network', () => {
    const { network } = tinySetup({}, { bn: 'shared' });
    tf.tidy(() => {
      // The last layer of a gate follows a ReLU, so without negative weights its logits are never negative.
      const open = lookupOf(network, (name, array) =>
        name.endsWith('atten_c.3.weight') ? array.map(Math.abs) : array,
      );
      const images = tf.tensor4d(noise(1, [BATCH, SIDE, SIDE, 3]), [BATCH, SIDE, SIDE, 3]);
      const gated = evalForward(network, open, images, 'gated');
      const dense = evalForward(network, open, images, 'dense');
      expect(values(gated.gates).every((gate) => gate.every((value) => value === 1))).toBe(true);
      expect(values([gated.features])).toEqual(values([dense.features]));
      expect(dense.gates).toEqual([]);
    });
  });

  it('with its bottleneck off, has logits of exactly 0 and every gate open', () => {
    const { network } = tinySetup();
    tf.tidy(() => {
      const off = lookupOf(network, (name, array) =>
        name.endsWith('atten_c.1.weight')
          ? array.map(() => 0)
          : name.endsWith('atten_c.1.bias')
            ? array.map(() => -1)
            : array,
      );
      const images = tf.tensor4d(noise(1, [BATCH, SIDE, SIDE, 3]), [BATCH, SIDE, SIDE, 3]);
      const { gates, logits } = evalForward(network, off, images, 'gated');
      expect(values(logits).every((logit) => logit.every((value) => value === 0))).toBe(true);
      expect(values(gates).every((gate) => gate.every((value) => value === 1))).toBe(true);
    });
  });
});
