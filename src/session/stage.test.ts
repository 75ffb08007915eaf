import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../config.ts';
import type { Dataset } from '../data/images/dataset.ts';
import { networkOf } from '../network/fromConfig.ts';
import { tinyCheckpoint } from './checkpoint.fixture.ts';
import { noiseData, TINY, unlabelled } from './session.fixture.ts';
import { checkData, engineShapes } from './stage.ts';

const { train, test } = noiseData();

/** The refusal of images with this side, or null. Their pixels are not read. */
function refusal(change: Partial<RunConfig>, size: number): string | null {
  const sized = (data: Dataset): Dataset => ({ ...data, size, pixels: new Uint8Array(0) });
  return messageOf(() => checkData({ train: sized(train), test: sized(test) }, { ...TINY, ...change }));
}

function messageOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

it('the engine gets LARS or plain SGD, as the run says', () => {
  const optimizerOf = (optimizer: RunConfig['optimizer']) =>
    engineShapes({ ...TINY, optimizer, larsTrust: 0.02, weightDecay: 0.1 }, train).optimizer;
  const both = { momentum: 0.9, weightDecay: 0.1 };
  expect(optimizerOf('lars')).toEqual({ ...both, lars: { eta: 0.02, clip: true, exclude1d: true } });
  expect(optimizerOf('sgd')).toEqual({ ...both, lars: null });
});

describe('the side of images', () => {
  it.each([
    [{ stemPadding: 1 }, 8, 'at least 8 pixels wide for a 3×3 stem, got 7'],
    [{ stemPadding: 2 }, 6, 'at least 6 pixels wide for a 3×3 stem, got 5'],
    [{ stem: 'imagenet' }, 29, 'at least 29 pixels wide for a 7×7 stem, got 28'],
  ] as const)('with %o is at least %i', (change, smallest, words) => {
    expect(refusal(change, smallest)).toBeNull();
    expect(refusal(change, smallest - 1)).toContain(words);
    // Images that are accepted leave every stage a map that can be halved.
    const { blocks } = networkOf({ ...TINY, ...change }, smallest);
    expect(blocks.map(({ size }) => size)).toEqual([8, 8, 4, 4, 2, 2, 1, 1]);
  });

  it('goes up to ImageNet’s', () => {
    expect(refusal({ stem: 'auto' }, 96)).toBeNull();
    expect(refusal({ stem: 'auto' }, 224)).toBeNull();
  });
});

describe('sets that do not fit each other', () => {
  const larger = { ...test, size: 13 };

  it('are refused for their sizes', () => {
    expect(messageOf(() => checkData({ train, test: larger }, TINY))).toBe(
      'Training images and test images must have one size, got 12 and 13 pixels.',
    );
    expect(messageOf(() => checkData({ train, bank: larger, test }, TINY))).toContain(
      'labelled images for k-NN',
    );
  });

  it('are refused for their classes, unless nobody asks for them', () => {
    const others = { ...test, classes: ['cat', 'airplane'] };
    expect(messageOf(() => checkData({ train, test: others }, TINY))).toBe(
      'Training and test images must have the same classes, got 10 (airplane, automobile, bird …) and 2 (cat, airplane).',
    );
    const fewer = { ...test, classes: test.classes.slice(0, 7) };
    expect(messageOf(() => checkData({ train, test: fewer }, TINY))).toBeNull();
    expect(messageOf(() => checkData({ train: unlabelled(train), test: others }, TINY))).toBeNull();
    expect(
      messageOf(() => checkData({ train: unlabelled(train), bank: train, test: others }, TINY)),
    ).not.toBeNull();
  });
});

it('a run goes on with as many images as it began with, and with no others', () => {
  const begun = tinyCheckpoint(2);
  const from = { ...begun, batches: { ...begun.batches, rows: new Uint32Array(train.count) } };
  const more = { ...train, count: train.count + 1 };
  expect(messageOf(() => checkData({ train: more, test }, TINY, from))).toBe(
    'These are other images than the run was trained on: it must have 32 training images, got 33.',
  );
  expect(messageOf(() => checkData({ train, test }, TINY, from))).toBeNull();
});
