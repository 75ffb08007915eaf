import { describe, expect, it } from 'vitest';
import { hashedUniform } from '../random.ts';
import { gateDraws, logisticNoise } from './gateNoise.ts';
import { buildNetwork } from './layers.ts';

const network = buildNetwork({
  input: 16,
  width: 4,
  stem: 'cifar',
  stemPadding: 1,
  gated: true,
  bn: 'separate',
  projector: { hidden: 8, output: 8 },
});

describe('gateDraws', () => {
  it('are counted over blocks, then images, then channels', () => {
    const draws = gateDraws(network, 3, 99);
    expect(draws.map((block) => block.length)).toEqual([12, 12, 24, 24, 48, 48, 96, 96]);
    expect(draws[0]![0]).toBe(hashedUniform(99, 0));
    // This is channel 5 of 8 of image 1 in block 2.
    expect(draws[2]![8 + 5]).toBe(hashedUniform(99, 12 + 12 + 8 + 5));
  });

  it('are the same for the same seed, and others for others', () => {
    expect(gateDraws(network, 2, 5)).toEqual(gateDraws(network, 2, 5));
    expect(gateDraws(network, 2, 5)[7]).not.toEqual(gateDraws(network, 2, 6)[7]);
  });
});

describe('logisticNoise', () => {
  it('is the logistic quantile, kept finite at both ends', () => {
    const noise = logisticNoise(Float32Array.of(0.5, 0.25, 0, 1 - 2 ** -24));
    expect(noise[0]).toBe(0);
    expect(noise[1]).toBeCloseTo(-Math.log(3), 6);
    expect(noise[2]).toBeCloseTo(Math.log(1e-8), 5);
    expect(noise[3]).toBeCloseTo(-Math.log(2 ** -24 + 1e-8), 5);
  });
});
