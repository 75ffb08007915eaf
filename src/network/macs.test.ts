import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from './layers.ts';
import { fixedMacs, gatedMacs, macsPerOpenChannel, stepFlops } from './macs.ts';

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
  readFileSync(new URL('../golden/vectors/d_flops.json', import.meta.url), 'utf8'),
);

function cifarNetwork(width: number, projector = 8) {
  return buildNetwork({
    input: 32,
    width,
    stem: 'cifar',
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: projector, output: projector },
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

/**
 * Convolutions of ResNet-18 at width 8 on 32 + 2·2 pixels, counted by hand: count, kernel, in, out, side of
 * the output.
 */
const WIDTH_8: readonly (readonly [number, number, number, number, number])[] = [
  [4, 3, 8, 8, 34],
  [1, 3, 8, 16, 17],
  [3, 3, 16, 16, 17],
  [1, 1, 8, 16, 17],
  [1, 3, 16, 32, 9],
  [3, 3, 32, 32, 9],
  [1, 1, 16, 32, 9],
  [1, 3, 32, 64, 5],
  [3, 3, 64, 64, 5],
  [1, 1, 32, 64, 5],
];

it('stepFlops is three times the forward work of two views, without the gradient of the images', () => {
  const stem = 3 * 3 * 3 * 8 * 34 * 34;
  const convolutions = WIDTH_8.reduce(
    (sum, [count, kernel, input, output, side]) => sum + count * kernel ** 2 * input * output * side ** 2,
    0,
  );
  const projector = 64 * 256 + 256 * 256 + 256 * 256;
  const multiplyAdds = 2 * stem + 3 * convolutions + 3 * projector;
  expect(multiplyAdds).toBe(33_827_520);
  // A multiply-add counts as two operations, and each image has two views.
  expect(stepFlops(cifarNetwork(8, 256), 2, 1)).toBe(2 * 2 * 33_827_520);
  expect(stepFlops(cifarNetwork(8, 256), 2, 64)).toBe(64 * 2 * 2 * 33_827_520);
});
