import { describe, expect, it } from 'vitest';
import { buildNetwork, gateMacs, type NetworkSpec } from './layers.ts';

function paperNetwork(change: Partial<NetworkSpec> = {}) {
  return buildNetwork({
    input: 32,
    width: 64,
    stem: 'cifar',
    stemPadding: 2,
    gated: true,
    bn: 'separate',
    projector: { hidden: 2048, output: 2048 },
    ...change,
  });
}

/** method §4: conv1, conv2, downsample, full, mask at width 64 on CIFAR; full on STL-10 and ImageNet. */
const TABLE = {
  'layer1.0': [42_614_784, 42_614_784, 0, 85_229_568, 2_048, 42_467_328, 231_211_008],
  'layer1.1': [42_614_784, 42_614_784, 0, 85_229_568, 2_048, 42_467_328, 231_211_008],
  'layer2.0': [21_307_392, 42_614_784, 2_367_488, 66_289_664, 3_072, 33_030_144, 179_830_784],
  'layer2.1': [42_614_784, 42_614_784, 0, 85_229_568, 8_192, 42_467_328, 231_211_008],
  'layer3.0': [23_887_872, 47_775_744, 2_654_208, 74_317_824, 12_288, 33_030_144, 179_830_784],
  'layer3.1': [47_775_744, 47_775_744, 0, 95_551_488, 32_768, 42_467_328, 231_211_008],
  'layer4.0': [29_491_200, 58_982_400, 3_276_800, 91_750_400, 49_152, 33_030_144, 179_830_784],
  'layer4.1': [58_982_400, 58_982_400, 0, 117_964_800, 131_072, 42_467_328, 231_211_008],
} as const;

describe('buildNetwork', () => {
  const stl10 = paperNetwork({ input: 96, stem: 'imagenet' });
  const imagenet = paperNetwork({ input: 224, stem: 'imagenet' });

  it('counts the MACs of the paper’s blocks, exactly', () => {
    const rows = paperNetwork().blocks.map(({ name, macs }, l) => [
      name,
      [
        macs.conv1,
        macs.conv2,
        macs.downsample,
        macs.full,
        macs.mask,
        stl10.blocks[l]!.macs.full,
        imagenet.blocks[l]!.macs.full,
      ],
    ]);
    expect(Object.fromEntries(rows)).toEqual(TABLE);
  });

  it('counts 7.03E8, 3.33E8 and 1.81E9 dense MACs', () => {
    expect(paperNetwork().denseMacs).toBe(703_560_448);
    expect(stl10.denseMacs).toBe(333_103_104);
    expect(imagenet.denseMacs).toBe(1_813_561_344);
    expect([paperNetwork().stem.macs, stl10.stem.macs, imagenet.stem.macs]).toEqual([
      1_997_568, 21_676_032, 118_013_952,
    ]);
  });

  it.each([
    [32, 176_389_504],
    [16, 44_347_072],
    [8, 11_211_616],
  ])('counts the dense MACs of width %i', (width, macs) => {
    expect(paperNetwork({ width }).denseMacs).toBe(macs);
  });

  it.each([
    ['cifar', 32, [34, 34, 34, 17, 17, 9, 9, 5, 5]],
    ['imagenet', 96, [48, 24, 24, 12, 12, 6, 6, 3, 3]],
    ['imagenet', 224, [112, 56, 56, 28, 28, 14, 14, 7, 7]],
  ] as const)('has the maps of a %s stem on %i pixels', (stem, input, sizes) => {
    const network = paperNetwork({ stem, input });
    expect([network.stem.size, ...network.blocks.map(({ size }) => size)]).toEqual(sizes);
  });

  it('keeps the size of the image under a stem padding of 1', () => {
    const network = paperNetwork({ stemPadding: 1 });
    expect(network.blocks.map(({ size }) => size)).toEqual([32, 32, 16, 16, 8, 8, 4, 4]);
  });

  it.each([
    ['cifar', 32, 64, 0.015],
    ['cifar', 32, 8, 0.034],
    ['imagenet', 96, 64, 0.076],
    ['imagenet', 96, 8, 0.365],
  ] as const)(
    'on a %s stem of %i pixels cannot fall below a share of the work: width %i',
    (stem, input, width, floor) => {
      expect(paperNetwork({ stem, input, width }).smallestRatio).toBeCloseTo(floor, 3);
    },
  );

  it('pools eight times the width', () => {
    expect(paperNetwork().features).toBe(512);
    expect(paperNetwork({ width: 12 }).features).toBe(96);
  });

  it.each([0, 1, 2.5, -4])('refuses a width of %d', (width) => {
    expect(() => paperNetwork({ width })).toThrow(`a whole number from 2 up, got ${width}`);
  });
});

describe('a gate', () => {
  it('costs its two layers: 240,640 MACs over all blocks at width 64', () => {
    expect(paperNetwork().blocks.reduce((sum, { macs }) => sum + macs.mask, 0)).toBe(240_640);
    expect(gateMacs(8, 2, 16)).toBe(48);
  });
});
