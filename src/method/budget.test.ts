import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '../network/layers.ts';
import { useBackend } from './backend.ts';
import { boundLoss, budgetLoss, macRatio } from './budget.ts';

const network = buildNetwork({
  input: 32,
  width: 4,
  stem: 'cifar',
  stemPadding: 2,
  gated: true,
  bn: 'separate',
  projector: { hidden: 8, output: 8 },
});
const IMAGES = 3;

/** Gates whose first channels are open, the same for every image. */
const gates = (share: number) =>
  network.blocks.map(({ channels }) =>
    tf.tensor2d(
      Array.from({ length: IMAGES }, () =>
        Array.from({ length: channels }, (_, c) => (c < share * channels ? 1 : 0)),
      ),
    ),
  );
const scalar = (make: () => tf.Scalar) => tf.tidy(() => make().dataSync()[0]!);
/** Gradients per block, as plain numbers. */
const gradients = (loss: (gates: tf.Tensor2D[]) => tf.Scalar, share: number) =>
  tf.tidy(() =>
    tf
      .grads((...inputs) => loss(inputs as tf.Tensor2D[]) as tf.Tensor)(gates(share))
      .map((g) => Array.from(g.dataSync())),
  );

beforeAll(async () => {
  await useBackend('cpu');
});

describe('macRatio', () => {
  it('of closed gates is the smallest ratio, of open ones 1 plus the gates’ own work', () => {
    const own = network.blocks.reduce((sum, { macs }) => sum + macs.mask, 0) / network.denseMacs;
    expect(scalar(() => macRatio(network, gates(0)))).toBeCloseTo(network.smallestRatio, 6);
    expect(scalar(() => macRatio(network, gates(1)))).toBeCloseTo(1 + own, 6);
  });
});

describe('budgetLoss', () => {
  it('punishes too little work as much as too much', () => {
    expect(scalar(() => budgetLoss(tf.scalar(0.5), 0.3, 5))).toBeCloseTo(0.2, 6);
    expect(scalar(() => budgetLoss(tf.scalar(0.1), 0.3, 5))).toBeCloseTo(0.2, 6);
    expect(scalar(() => budgetLoss(tf.scalar(0.3), 0.3, 5))).toBe(0);
  });

  it('reaches closed gates as it reaches open ones', () => {
    const perBlock = gradients((g) => budgetLoss(macRatio(network, g), 0.9, 5), 0.5);
    for (const block of perBlock) {
      expect(block.every((value) => value < 0)).toBe(true);
      expect(new Set(block).size).toBe(1);
    }
  });
});

describe('boundLoss', () => {
  const q = Math.sqrt(0.3);

  it('holds every block at √t_d at first, from both sides', () => {
    expect(scalar(() => boundLoss(gates(0), 0.3, 1, 2))).toBeCloseTo(2 * q ** 2, 6);
    expect(scalar(() => boundLoss(gates(1), 0.3, 1, 2))).toBeCloseTo(2 * (1 - q) ** 2, 6);
  });

  it('lets every density be once the bound is wide', () => {
    for (const share of [0, 0.5, 1]) expect(scalar(() => boundLoss(gates(share), 0.3, 0, 2))).toBe(0);
  });

  it('costs nothing inside the bound from p·q to 1 − p + p·q', () => {
    expect(scalar(() => boundLoss(gates(0.5), 0.3, 0.7, 1))).toBe(0);
    expect(scalar(() => boundLoss(gates(0.25), 0.3, 0.7, 1))).toBeCloseTo((0.7 * q - 0.25) ** 2, 6);
  });

  it('never reaches closed gates: its count is an L1 norm', () => {
    const perBlock = gradients((g) => boundLoss(g, 0.3, 1, 1), 0.25);
    perBlock.forEach((block, l) => {
      const { channels } = network.blocks[l]!;
      block.forEach((value, i) => {
        if (i % channels < channels / 4) expect(value).toBeLessThan(0);
        else expect(value).toBeCloseTo(0, 12);
      });
    });
  });
});
