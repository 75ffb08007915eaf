import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../network/layers.ts';
import { hashedUniform } from '../../random.ts';
import {
  bundles,
  channelOrder,
  contrastGroups,
  gateBits,
  imagesByClass,
  imageUsage,
  type MapGates,
  openRates,
} from './channels.ts';

const { blocks } = buildNetwork({
  ...{ input: 16, width: 4, stem: 'cifar', stemPadding: 1, gated: true, bn: 'separate' },
  ...{ projector: { hidden: 8, output: 8 }, slim: [], slimProjector: false, minBottleneck: 1 },
});
const COUNT = 12;
const gates: MapGates = {
  epoch: 0,
  step: 4,
  blocks: blocks.map(({ channels }, l) =>
    Uint8Array.from({ length: COUNT * channels }, (_, i) => Number(hashedUniform(l, i) < 0.5)),
  ),
};
const all = Array.from({ length: COUNT }, (_, n) => n);

describe('the gates of one image', () => {
  it('are a usage without dependent channels, whose open share its bits show', () => {
    const usage = imageUsage(blocks, gates, 5)!;
    for (const [l, bits] of gateBits(blocks, gates, 5).entries()) {
      const { channels, on, off, dependent, open, block } = usage[l]!;
      expect(bits).toHaveLength(channels);
      expect(on).toBe(bits.replaceAll('0', '').length);
      expect({ block, off, dependent, open }).toEqual({
        ...{ block: blocks[l]!.name, off: channels - on, dependent: 0, open: on / channels },
      });
    }
  });

  it('are unknown without gates, and for an image that has none', () => {
    expect(imageUsage(blocks, null, 0)).toBeNull();
    expect(imageUsage(blocks, gates, COUNT)).toBeNull();
  });
});

it('open rates over all images are the mean of those over its parts', () => {
  const [first, others] = [all.slice(0, 4), all.slice(4)];
  const [whole, one, two] = [all, first, others].map((images) => openRates(blocks, gates, images));
  for (const [l, block] of whole!.entries()) {
    for (const [c, rate] of block.entries())
      expect(rate).toBeCloseTo((4 * one![l]![c]! + 8 * two![l]![c]!) / 12, 12);
  }
});

it('channels are ordered by how often they are open, equal ones as they are', () => {
  expect(channelOrder([Float64Array.of(0.2, 1, 0.2, 0, 1)])).toEqual([[1, 4, 0, 2, 3]]);
});

describe('bundles', () => {
  it('hold every channel once, in order, and differ by at most one', () => {
    const order = [5, 3, 1, 6, 0, 2, 4];
    const cut = bundles(order, 3).map(({ channels }) => channels);
    expect(cut.flat()).toEqual(order);
    expect(cut.map(({ length }) => length)).toEqual([2, 2, 3]);
  });
  it('are single channels where they fit', () => {
    expect(bundles([2, 0, 1], 64)).toEqual([{ channels: [2] }, { channels: [0] }, { channels: [1] }]);
  });
});

it('images are gathered by class, in the order of the classes', () => {
  expect([...imagesByClass(Uint8Array.of(3, 0, 3, 1))]).toEqual([
    [0, [1]],
    [1, [3]],
    [3, [0, 2]],
  ]);
});

describe('group A', () => {
  const some = (...images: number[]) => new Set(images);
  it('is compared with all others while there is no group B', () => {
    const contrast = contrastGroups(blocks, gates, { a: some(0, 3), b: some() })!;
    expect(contrast).toMatchObject({ a: [0, 3], rest: true });
    expect(contrast.b).toEqual(all.filter((n) => n !== 0 && n !== 3));
    expect(contrast.channels).toHaveLength(blocks.reduce((sum, { channels }) => sum + channels, 0));
  });
  it('is compared with group B alone, once there is one', () => {
    const contrast = contrastGroups(blocks, gates, { a: some(0, 3), b: some(7) })!;
    expect(contrast).toMatchObject({ a: [0, 3], b: [7], rest: false });
  });
  it('of no image, or of all, is compared with nothing', () => {
    expect(contrastGroups(blocks, gates, { a: some(), b: some(1) })).toBeNull();
    expect(contrastGroups(blocks, gates, { a: some(...all), b: some() })).toBeNull();
  });
});
