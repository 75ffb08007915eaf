import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data/images/dataset.ts';
import { hashedUniform } from '../random.ts';
import { collapseCautions, dataCautions, evaluationCautions } from './degenerate.ts';

const SIZE = 8;
const LENGTH = 3 * SIZE * SIZE;

/** Different images; image i shows what `shows[i]` says, and the labels alternate between the classes. */
function images(shows: readonly number[], labels?: readonly number[]): Dataset {
  const pixels = Uint8Array.from({ length: shows.length * LENGTH }, (_, at) =>
    Math.floor(256 * hashedUniform(shows[Math.floor(at / LENGTH)]!, at % LENGTH)),
  );
  const classes = ['cat', 'dog'];
  const known = labels ?? shows.map((_, i) => i % classes.length);
  return {
    ...{ name: 'made', count: shows.length, size: SIZE, pixels, classes },
    ...{ labels: Uint8Array.from(known), recipe: 'cifar10' as const },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
/** Training images of which none is a test image below. */
const train = images(upTo(12).map((i) => i + 1000));

describe('dataCautions', () => {
  it('says nothing of ordinary images', () => {
    expect(dataCautions({ train, test: images(upTo(10)) })).toEqual([]);
  });

  it('says that there are fewer than 4 test images', () => {
    expect(dataCautions({ train, test: images(upTo(3)) })).toEqual([
      'Few test images: there are 3, so one image is 33 % of an accuracy, and UMAP, which needs 4, draws no map.',
    ]);
    expect(dataCautions({ train, test: images([1]) })[0]).toContain('there is 1, so one image is 100 %');
    expect(dataCautions({ train, test: images(upTo(4)) })).toEqual([]);
  });

  it('says that all images are of one class', () => {
    const one = images(upTo(10), upTo(10).fill(1));
    expect(dataCautions({ train, test: one })[0]).toMatch(/^One class: all test images .* “dog”/);
    expect(dataCautions({ train: one, test: images(upTo(10)) })[0]).toMatch(
      /^One class: .* k-NN learns .* “dog”/,
    );
  });

  it('needs no labels', () => {
    const bare = { ...images(upTo(10)), classes: [], labels: new Uint8Array(10) };
    expect(dataCautions({ train: { ...bare, pixels: train.pixels }, test: bare })).toEqual([]);
  });

  it('says that images are equal, or that some are copies', () => {
    expect(dataCautions({ train, test: images(upTo(40).fill(7)) })).toEqual([
      'Equal images: all 40 test images have the same pixels. Their accuracies are chance, and their map is one point.',
    ]);
    // They are chance even where training has seen them.
    expect(dataCautions({ train, test: images(upTo(40).fill(1001)) })).toHaveLength(1);
    expect(dataCautions({ train, test: images([1, 2, 3, 4, 5, 1, 1, 2]) })).toEqual([
      'Duplicates: 3 of 8 test images have the same pixels as another one, so they are counted again.',
    ]);
  });

  it('says how many test images are training images, and in which class they are', () => {
    const [both] = dataCautions({ train, test: images([1001, 1, 2, 1003, 4, 5]) });
    expect(both).toBe(
      'Seen in training: 2 of 6 test images are also training images: they have the same pixels, so accuracies say more than they should.',
    );
    expect(dataCautions({ train, test: images([1, 2, 3, 1003]) })[0]).toContain(
      '1 of 4 test images is also a training image: it has the same pixels',
    );
    const inOne = images([1001, 1, 1003, 2, 3, 1005], [0, 1, 0, 1, 1, 0]);
    expect(dataCautions({ train, test: inOne })[0]).toMatch(
      /3 of 6 test .* 3 of them are of the class “cat”\.$/,
    );
    const labelled = { train: images(upTo(5)), bank: train, test: images([1001, 21, 22, 23]) };
    expect(dataCautions(labelled)[0]).toMatch(/^Seen in training: 1 of 4/);
    const bare = { ...inOne, classes: [], labels: new Uint8Array(6) };
    expect(dataCautions({ train, test: bare })[0]).toMatch(/3 of 6 .* should\.$/);
  });

  it('compares whole images, not only the bytes that it samples', () => {
    const test = images(upTo(10).fill(7));
    for (let i = 0; i < 10; i++) test.pixels[i * LENGTH + 1] = i;
    expect(dataCautions({ train, test })).toEqual([]);
  });
});

describe('collapseCautions', () => {
  const around = (noise: number) =>
    Float32Array.from({ length: 60 }, (_, i) => 1 + noise * (2 * hashedUniform(5, i) - 1));

  it('names the branch whose features are nearly the same', () => {
    const cautions = collapseCautions({ dense: around(0.5), gated: around(0.001) }, 20);
    expect(cautions).toHaveLength(1);
    expect(cautions[0]).toMatch(
      /^Collapsed \(gated\): features .* differ by 0\.0\d+ % of their length \(alarm below 1 %\)/,
    );
    expect(collapseCautions({ dense: around(0) }, 20)[0]).toContain('differ not at all');
  });

  it('is not said of equal images, or before training', () => {
    const data = { train, test: images(upTo(20)) };
    const encoded = { features: { dense: around(0) }, images: 20 };
    expect(evaluationCautions(data, encoded)).toHaveLength(1);
    expect(evaluationCautions(data, null)).toEqual([]);
    expect(evaluationCautions({ train, test: images(upTo(20).fill(1)) }, encoded)).toEqual([
      expect.stringMatching(/^Equal images/),
    ]);
  });

  it('cannot say it of one image', () => {
    expect(collapseCautions({ dense: around(0) }, 1)).toEqual([]);
  });
});
