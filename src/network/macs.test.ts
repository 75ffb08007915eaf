import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from './layers.ts';
import { fixedMacs, gatedMacs, macsPerOpenChannel } from './macs.ts';

interface FlopsFile {
  readonly nets: readonly { dataset: string; width: number; flops_orig: number; flops_mask: number }[];
  readonly random_masks: readonly {
    width: number;
    N: number;
    open_channels: readonly (readonly number[])[];
    flops_real: number;
    flops_orig: number;
    ratio: number;
  }[];
}

const golden: FlopsFile = JSON.parse(
  readFileSync(new URL('../cli/golden/vectors/d_flops.json', import.meta.url), 'utf8'),
);

function cifarNetwork(width: number) {
  return buildNetwork({
    input: 32,
    width,
    stem: 'cifar',
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: 8, output: 8 },
  });
}

describe('gatedMacs', () => {
  it.each(golden.random_masks)('equals the authors’ count at width $width, exactly', (masks) => {
    const network = cifarNetwork(masks.width);
    const mean = masks.open_channels.map((counts) => counts.reduce((a, b) => a + b, 0) / masks.N);
    expect(network.denseMacs).toBe(masks.flops_orig);
    const perImage = Array.from({ length: masks.N }, (_, n) =>
      gatedMacs(
        network,
        masks.open_channels.map((counts) => counts[n]!),
      ),
    );
    expect(perImage.reduce((a, b) => a + b, 0) / masks.N).toBe(masks.flops_real);
    expect(gatedMacs(network, mean) / network.denseMacs).toBeCloseTo(masks.ratio, 12);
  });

  it.each([8, 16, 64])(
    'of an open network is the dense count plus the gates’ own cost, width %i',
    (width) => {
      const network = cifarNetwork(width);
      const { flops_orig, flops_mask } = golden.nets.find(
        (n) => n.dataset === 'cifar10' && n.width === width,
      )!;
      const all = network.blocks.map(({ channels }) => channels);
      expect(gatedMacs(network, all)).toBe(flops_orig + flops_mask);
    },
  );

  it('of a closed network is the fixed part: the smallest ratio', () => {
    const network = cifarNetwork(8);
    const none = network.blocks.map(() => 0);
    expect(gatedMacs(network, none)).toBe(fixedMacs(network));
    expect(fixedMacs(network) / network.denseMacs).toBe(network.smallestRatio);
    expect(network.smallestRatio).toBeCloseTo(0.034, 3);
  });

  it('grows by one channel’s share of both convolutions', () => {
    const network = cifarNetwork(8);
    const open = network.blocks.map((_, l) => l);
    const more = open.with(2, 3);
    const block = network.blocks[2]!; // layer2.0: 8 → 16 channels on 17 × 17
    expect(macsPerOpenChannel(block)).toBe(9 * 17 * 17 * (8 + 16));
    expect(gatedMacs(network, more) - gatedMacs(network, open)).toBe(macsPerOpenChannel(block));
  });

  it('refuses counts of another network', () => {
    expect(() => gatedMacs(cifarNetwork(8), [1, 2])).toThrow('one count per block, 8, got 2');
  });
});
