import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../../presets.ts';
import { packBits } from '../../../statistics/bitset.ts';
import { findsByClass, findsByMacs, findsByMistake, SHOWN } from './imageFinds.ts';

const config = { ...DEFAULT_CONFIG, evaluationShare: 1 };
const data = (test: number, classes: readonly string[]) => ({
  ...{ name: 'n', train: 4, test, bank: null, size: 8, stepsPerEpoch: 1 },
  ...{ classes, recipe: 'stl10' as const },
});
const images = (...labels: number[]) => ({
  count: labels.length,
  pixels: new Uint8Array(0),
  labels: Uint8Array.from(labels),
});

describe('images by their MACs', () => {
  const [block] = networkOf(DEFAULT_CONFIG, 32).blocks;
  const network = {
    stemMacs: 1,
    blocks: [{ ...block!, channels: 1 }],
    denseMacs: 9,
    smallestRatio: 0,
    features: 1,
  };
  const gates = (...open: number[]) => ({ epoch: 0, step: 1, blocks: [Uint8Array.from(open)] });

  it('are those at both ends; of equal ones the first', () => {
    const finds = findsByMacs({ network }, gates(1, 0, 1, 0));
    expect(finds.map(({ name, images: found }) => [name, ...found])).toEqual([
      ['Fewest MACs', 1, 3, 0, 2],
      ['Most MACs', 0, 2, 1, 3],
    ]);
    const many = findsByMacs({ network }, gates(...Array.from({ length: 30 }, (_, i) => i % 2)));
    expect(many.map(({ images: found }) => found.length)).toEqual([SHOWN, SHOWN]);
  });

  it('are none if all cost the same, or there are none', () => {
    expect(findsByMacs({ network }, gates(1, 1))).toEqual([]);
    expect(findsByMacs({ network }, gates())).toEqual([]);
  });
});

describe('images that 20-NN gets wrong', () => {
  const ready = { config, data: data(5, ['a', 'b']), mapImages: images(0, 1, 0, 1) };
  const dense = packBits(Uint8Array.of(1, 0, 0, 1, 1));
  const gated = packBits(Uint8Array.of(0, 1, 0, 1, 0));

  it('are told apart by the branches that get them wrong', () => {
    const finds = findsByMistake(ready, { correct: { dense, gated } }, ['dense', 'gated']);
    expect(finds).toEqual([
      { name: 'Wrong by the gated branch alone', images: [0], all: 1 },
      { name: 'Wrong by the dense branch alone', images: [1], all: 1 },
      { name: 'Wrong by both', images: [2], all: 1 },
    ]);
  });

  it('are those of the only branch that was measured', () => {
    const finds = findsByMistake(ready, { correct: { dense } }, ['dense', 'gated']);
    expect(finds).toEqual([{ name: 'Wrong by the dense branch', images: [1, 2], all: 2 }]);
  });

  it('are not known before the end of the run', () => {
    expect(findsByMistake(ready, null, ['dense', 'gated'])).toEqual([]);
    expect(findsByMistake(ready, { correct: {} }, ['dense', 'gated'])).toEqual([]);
  });
});

it('one image of each class is the first of it, in the order of the classes', () => {
  const ready = { data: data(9, ['a', 'b', 'c']), mapImages: images(2, 0, 2, 1, 0) };
  expect(findsByClass(ready)).toEqual([{ name: 'One of each class', images: [1, 3, 0], all: null }]);
  expect(findsByClass({ data: data(9, []), mapImages: images(0, 0) })).toEqual([
    { name: 'The first images', images: [0, 1], all: null },
  ]);
});
