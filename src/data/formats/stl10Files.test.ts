import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { DataError } from '../images/dataset.ts';
import { decodeGrey } from '../pictures/picture.fixture.ts';
import { STL10_CLASSES } from './classNames.ts';
import { type SourceFile, WHOLE } from './files.ts';
import { madeAndReal } from './realData.fixture.ts';
import { makeStlImages, stlByte } from './records.fixture.ts';
import { readTrainAndTest } from './trainAndTest.ts';

const file = (name: string, bytes: BlobPart): SourceFile => ({ path: name, file: new File([bytes], name) });
const read = (train: readonly SourceFile[], test: readonly SourceFile[] = [], options = {}) =>
  readTrainAndTest(train, test, { ...WHOLE, decode: decodeGrey, ...options });

const images = (split: string, count: number) => file(`stl10_binary/${split}_X.bin`, makeStlImages(count));
const labels = (split: string, ...bytes: number[]) =>
  file(`stl10_binary/${split}_y.bin`, Uint8Array.from(bytes));

describe('STL-10', () => {
  const unlabeled = images('unlabeled', 5);
  const train = [images('train', 3), labels('train', 1, 10, 2)];
  const test = [images('test', 4), labels('test', 3, 3, 1, 9)];

  it('trains on the unlabeled split, with the labelled training split as bank', async () => {
    const found = await read([...test, unlabeled, ...train]);
    expect([found.train.count, found.bank?.count, found.test.count]).toEqual([5, 3, 4]);
    expect([found.train.classes, found.bank?.classes]).toEqual([[], STL10_CLASSES]);
    expect([...found.bank!.labels]).toEqual([0, 9, 1]);
    expect([...found.test.labels]).toEqual([2, 2, 0, 8]);
    expect([found.train.recipe, found.train.size]).toEqual(['stl10', 96]);
  });

  it('turns columns into rows', async () => {
    const { train } = await read([images('train', 3)], [images('test', 2)]);
    for (const [image, row, column] of [
      [0, 0, 1],
      [1, 95, 0],
      [2, 17, 90],
    ] as const) {
      const at = ((image * 96 + row) * 96 + column) * 3;
      expect([...train.pixels.subarray(at, at + 3)]).toEqual(
        [0, 1, 2].map((c) => stlByte(image, c, row, column)),
      );
    }
  });

  it('trains on the training split where the unlabeled one is not there', async () => {
    const found = await read([...train, ...test]);
    expect([found.train.count, found.bank, found.test.count]).toEqual([3, undefined, 4]);
    expect(found.train.classes).toEqual(STL10_CLASSES);
  });

  it('makes bank and test of the one labelled split beside the unlabeled one', async () => {
    const fromTest = await read([unlabeled, ...test]);
    expect([fromTest.train.count, fromTest.bank?.count, fromTest.test.count]).toEqual([5, 2, 2]);
    const fromTrain = await read([unlabeled, ...train]);
    expect([fromTrain.train.count, fromTrain.bank?.count, fromTrain.test.count]).toEqual([5, 2, 1]);
  });

  it('takes the parts as the user says', async () => {
    const found = await read([unlabeled, ...train], test);
    expect([found.train.count, found.bank?.count, found.test.count]).toEqual([5, 3, 4]);
  });

  it('holds out a test without classes where the unlabeled split is all there is', async () => {
    const found = await read([unlabeled]);
    expect([found.train.count, found.test.count, found.train.classes, found.test.classes]).toEqual([
      4,
      1,
      [],
      [],
    ]);
  });

  it('takes labels and class names that others gave to the unlabeled split', async () => {
    const names = file('unlabeled_classes.txt', 'ant\nbee\n');
    const found = await read([
      file('unlabeled_X.bin', makeStlImages(5)),
      file('unlabeled_y.bin', Uint8Array.of(1, 2, 1, 2, 2)),
      names,
    ]);
    expect([found.train.classes, found.train.labels.length]).toEqual([['ant', 'bee'], 4]);
  });

  it('reads no more of a file than the limit keeps, and resizes when a side says so', async () => {
    const big = images('unlabeled', 400);
    const asked: number[] = [];
    const slice = big.file.slice.bind(big.file);
    Object.assign(big.file, {
      slice: (from: number, to: number) => {
        asked.push(to - from);
        return slice(from, to);
      },
      stream: () => {
        throw new Error('was read whole');
      },
    });
    const seen: [number, number][] = [];
    const { train } = await read([big], [images('test', 2)], {
      side: 24,
      limits: { train: 300, test: 1 },
      onProgress: (done: number, total: number) => seen.push([done, total]),
    });
    expect([train.count, train.size]).toEqual([300, 24]);
    expect(asked.reduce((sum, bytes) => sum + bytes, 0)).toBe(300 * 27_648);
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
  });

  it.each([true, false])('comes out of its archive the same, gzip %s, in one walk', async (gzip) => {
    const parts = [...train, unlabeled, ...test];
    const members = await Promise.all(
      parts.map(async ({ path, file }) => ({ name: path, data: new Uint8Array(await file.arrayBuffer()) })),
    );
    const tar = createTar([
      ...members,
      { name: 'stl10_binary/class_names.txt', data: 'a b c d e f g h i j'.replaceAll(' ', '\n') },
    ]);
    const archive = file('stl10.tar.gz', new Uint8Array(gzip ? gzipSync(tar) : tar));
    const limits = { train: 4, test: null };
    const found = await read([archive], [], { limits });
    const loose = await read(parts, [], { limits });
    expect(found.train.count).toBe(4);
    for (const part of ['train', 'bank', 'test'] as const) {
      expect(Buffer.compare(found[part]!.pixels, loose[part]!.pixels)).toBe(0);
      expect(found[part]!.labels).toEqual(loose[part]!.labels);
    }
    expect(found.test.classes.join('')).toBe('abcdefghij');
  });

  it.each<[string, SourceFile[], RegExp]>([
    [
      'a truncated file',
      [file('train_X.bin', makeStlImages(2).subarray(1))],
      /train_X\.bin is truncated.*1 images and 27647/,
    ],
    ['labels of another split', [images('train', 3), labels('train', 1, 2)], /expected 3 labels.*got 2/],
    ['a label of 0', [images('train', 2), labels('train', 1, 0)], /label 1 .* from 1 to 10, got 0/],
    ['labels alone', [labels('train', 1, 2), images('test', 2)], /train_y\.bin has no images/],
    [
      'a split that comes twice',
      [images('train', 2), file('b/train_X.bin', makeStlImages(2))],
      /both the split “train”/,
    ],
    [
      'other records beside it',
      [images('train', 2), file('a.bin', new Uint8Array(3073))],
      /Files of different kinds/,
    ],
  ])('refuses %s', async (_, files, words) => {
    const reading = read(files);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });
});

/** Images with a sky that is brighter than the ground below it, in STL-10's layout. */
function makeSkies(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 27_648);
  for (let at = 0; at < bytes.length; at++) {
    const [column, row] = [Math.floor(at / 96) % 96, at % 96];
    bytes[at] = 240 - 2 * row + ((Math.floor(at / 9216) + column) % 7) + (Math.floor(at / 27_648) % 8);
  }
  return bytes;
}

const FILE_OF = {
  images: 'unlabeled-246_X.bin',
  labels: 'unlabeled-246_y.bin',
  names: 'unlabeled-246_classes.txt',
} as const;

const THIRD_PARTY = madeAndReal(
  {
    title: 'made ones',
    images: makeSkies(246),
    labels: Uint8Array.from({ length: 246 }, (_, i) => 1 + ((7 * i) % 26)),
    names: new TextEncoder().encode(['airplane', ...'bcdefghijklmnopqrstuvwxyz'].join('\n')),
  },
  Object.values(FILE_OF).map((name) => `stl10/${name}`),
  (real) => ({
    title: 'real ones',
    images: real(`stl10/${FILE_OF.images}`),
    labels: real(`stl10/${FILE_OF.labels}`),
    names: real(`stl10/${FILE_OF.names}`),
  }),
);

describe.each(THIRD_PARTY)('246 unlabeled images of STL-10, $title', (bytes) => {
  const given = (part: keyof typeof FILE_OF) => file(FILE_OF[part], bytes[part]);

  it('look right side up: the sky is brighter than the ground', async () => {
    const { train } = await read([given('images')]);
    expect([train.count, train.size, train.classes, train.recipe]).toEqual([221, 96, [], 'stl10']);
    const half = (96 * 96 * 3) / 2;
    const mean = (from: number) =>
      train.pixels.subarray(from, from + half).reduce((sum, byte) => sum + byte, 0);
    let brighter = 0;
    for (let i = 0; i < train.count; i++) brighter += mean(2 * half * i) > mean(2 * half * i + half) ? 1 : 0;
    expect(brighter / train.count).toBeGreaterThan(0.6);
  });

  it('come with a third party’s 26 classes, each image with its own pixels and label', async () => {
    const { train, test } = await read([given('images'), given('labels'), given('names')]);
    expect([train.classes.length, train.classes[0], test.count]).toEqual([26, 'airplane', 25]);
    expect(test.classes).toEqual(train.classes);
    expect(train.classes).toEqual(new TextDecoder().decode(bytes.names).trimEnd().split('\n'));
    const found = [train, test].flatMap(({ count, pixels, labels, size }) =>
      Array.from({ length: count }, (_, i) =>
        printOf(labels[i]!, pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3)),
      ),
    );
    const expected = Array.from(bytes.labels, (label, i) => printOf(label - 1, turned(bytes.images, i)));
    expect(found.toSorted()).toEqual(expected.toSorted());
  });
});

/**
 * Label and pixels of an image as a short text: the held-out images are compared with the file's in any
 * order.
 */
function printOf(label: number, pixels: Uint8Array): string {
  return `${label} ${createHash('sha256').update(pixels).digest('hex')}`;
}

/** Image `image` of a file as rows of RGB pixels, byte by byte. */
function turned(images: Uint8Array, image: number): Uint8Array {
  return Uint8Array.from({ length: 27_648 }, (_, i) => {
    const [row, column, channel] = [Math.floor(i / 288), Math.floor(i / 3) % 96, i % 3];
    return images[image * 27_648 + channel * 9216 + column * 96 + row]!;
  });
}
