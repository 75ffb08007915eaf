import { describe, expect, it } from 'vitest';
import { networkOf } from '../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { dotsOf, layerMacs } from './layers.ts';

const network = networkOf({ ...DEFAULT_CONFIG, width: 64 }, 32);
const ready = { ...network, stemMacs: network.stem.macs };

function usage(open: number) {
  return network.blocks.map(({ name, channels }) => {
    return { block: name, channels, off: 0, on: 0, dependent: channels, open };
  });
}

describe('MACs by layer', () => {
  it('of the dense network add up to the paper’s 703,560,448', () => {
    const layers = layerMacs(ready, [], 0.3);
    expect(layers.map(({ name }) => name)).toEqual(['stem', ...network.blocks.map(({ name }) => name)]);
    expect(layers.reduce((sum, { dense }) => sum + dense, 0)).toBe(703_560_448);
  });

  it('of the gated network are the dense ones plus the gates’ own when every channel is open', () => {
    const sum = layerMacs(ready, usage(1), 0.3).reduce(
      (total, { gated }) => total + (gated ?? Number.NaN),
      0,
    );
    expect(sum).toBe(703_560_448 + 240_640);
  });

  it('with every channel closed are what cannot be saved', () => {
    const sum = layerMacs(ready, usage(0), 0.3).reduce(
      (total, { gated }) => total + (gated ?? Number.NaN),
      0,
    );
    expect(sum / 703_560_448).toBeCloseTo(network.smallestRatio, 12);
  });

  it('are unknown for a block whose openness nobody reported, and targets spread the budget evenly', () => {
    const layers = layerMacs(ready, [], 0.25);
    expect(layers[1]).toMatchObject({ gated: null, usage: null, target: 0.25 * 85_229_568 });
  });
});

describe('dots', () => {
  it('stand for one channel each as long as there is room', () => {
    expect(dotsOf({ on: 3, dependent: 5, off: 0 }, 64)).toEqual({ on: 3, dependent: 5, off: 0 });
  });

  it('keep the proportions of a wide block and fill their room', () => {
    expect(dotsOf({ on: 256, dependent: 128, off: 128 }, 64)).toEqual({ on: 32, dependent: 16, off: 16 });
    for (const counts of [
      { on: 511, dependent: 1, off: 0 },
      { on: 1, dependent: 1, off: 510 },
      { on: 171, dependent: 170, off: 171 },
    ]) {
      const dots = dotsOf(counts, 64);
      expect(dots.on + dots.dependent + dots.off).toBe(64);
      expect([dots.on > 0, dots.dependent > 0, dots.off > 0]).toEqual([
        counts.on > 0,
        counts.dependent > 0,
        counts.off > 0,
      ]);
    }
  });
});
