import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { DataError } from '../images/dataset.ts';
import { decodeGrey } from '../pictures/picture.fixture.ts';
import { type Role, type SourceFile, WHOLE } from './files.ts';
import { readFiles } from './readFiles.ts';
import { madeAndReal } from './realData.fixture.ts';
import { makeFineRecords, makeRecords, makeStlImages, recordByte } from './records.fixture.ts';

const file = (name: string, bytes: BlobPart): SourceFile => ({ path: name, file: new File([bytes], name) });

const read = (files: readonly SourceFile[], role: Role | null = null, options = {}, name?: string) =>
  readFiles(files, role, { ...WHOLE, decode: decodeGrey, ...options }, name);

/** An archive with the official names. As in the official archive, they are not in order. */
function archive(members: Readonly<Record<string, Uint8Array>>): Buffer<ArrayBuffer> {
  const items = Object.entries(members).map(([name, data]) => ({
    name: `cifar-10-batches-bin/${name}`,
    data,
  }));
  return Buffer.from(gzipSync(createTar(items)));
}

const BATCHES = {
  'data_batch_2.bin': makeRecords(3, 5),
  'batches.meta.txt': new TextEncoder().encode('airplane\n'),
  'test_batch.bin': makeRecords(2, 9),
  'data_batch_1.bin': makeRecords(2, 3),
};

describe('loose files', () => {
  it('are for testing if their name says so, and else for training, in the order of their names', async () => {
    const { train, test } = await read([
      file('data_batch_10.bin', makeRecords(1, 7)),
      file('test_batch.bin', makeRecords(2, 1)),
      file('data_batch_2.bin', makeRecords(2, 3)),
    ]);
    expect([...train!.labels]).toEqual([3, 4, 7]);
    expect([...test!.labels]).toEqual([1, 2]);
  });

  it('have the role that the caller says', async () => {
    const { train, test } = await read([file('my-test.bin', makeRecords(3))], 'train');
    expect([train?.count, test]).toEqual([3, undefined]);
  });

  it('are limited per role', async () => {
    const files = [file('a.bin', makeRecords(4)), file('test.bin', makeRecords(4))];
    const { train, test } = await read(files, null, { limits: { train: 3, test: 2 } }, 'mine');
    expect([train?.count, test?.count, train?.name]).toEqual([3, 2, 'mine']);
  });

  it('may come with the official texts beside them', async () => {
    const files = [file('batches.meta.txt', 'airplane\nautomobile\n'), file('a.bin', makeRecords(1))];
    expect((await read(files)).train?.count).toBe(1);
  });
});

/** What cannot be read together, why, and the files that the message advises; those are then read. */
describe('files that are refused together', () => {
  const gone = (changes: object) => [
    Object.assign(file('a.bin', makeRecords(3)), { file: changed(changes) }),
  ];
  const changed = (changes: object) => Object.assign(new File([makeRecords(3)], 'a.bin'), changes);
  const whole = [file('a.bin', makeRecords(3))];
  const tar = createTar([{ name: 'data_batch_1.bin', data: makeRecords(2) }]);
  const stl = (...names: string[]) =>
    file('s.tar', new Uint8Array(createTar(names.map((name) => ({ name, data: makeStlImages(2) })))));
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  const brokenTar = Object.assign(new File([new Uint8Array(tar)], 'a.tar'), { stream: () => broken });
  it.each<[string, SourceFile[], RegExp, SourceFile[]]>([
    [
      'records of two data sets',
      [file('a.bin', makeRecords(2)), file('b.bin', makeFineRecords(2))],
      /got CIFAR-10 in a\.bin and CIFAR-100 in b\.bin\. Choose files of one data set\./,
      [file('a.bin', makeRecords(2))],
    ],
    [
      'too few names of classes',
      [file('train.bin', makeFineRecords(2)), file('fine_label_names.txt', 'apple\nbear\n')],
      /expected 100 names, one a line, got 2\. Leave it out/,
      [file('train.bin', makeFineRecords(2))],
    ],
    [
      'files of unknown kinds',
      [file('a', Uint8Array.of(7, 200, 3, 1)), file('b', Uint8Array.of(7, 200, 3, 1))],
      /The other file cannot be read either\./,
      whole,
    ],
    [
      'two official archives',
      [file('a.tar', new Uint8Array(tar)), file('b.tar', new Uint8Array(tar))],
      /Several archives: .* got a\.tar, b\.tar\. Choose one/,
      [file('a.tar', new Uint8Array(tar))],
    ],
    [
      'an archive with a split twice',
      [stl('a/train_X.bin', 'b/train_X.bin')],
      /train_X\.bin comes twice: expected one member of that name\. Choose the official archive\./,
      [stl('a/train_X.bin')],
    ],
    [
      'a file that was moved',
      gone({ slice: () => ({ arrayBuffer: () => Promise.reject(new Error('moved')) }) }),
      /a\.bin cannot be read: moved\. If it was moved or changed, choose it again\./,
      whole,
    ],
    [
      'a file that became shorter',
      gone({ slice: (from: number, to: number) => new Blob([new Uint8Array(Math.max(0, to - from - 1))]) }),
      /a\.bin changed while it was read: .* Choose it again\./,
      whole,
    ],
    [
      'a tar whose bytes end in an error',
      [{ path: 'a.tar', file: brokenTar }],
      /a\.tar is truncated or damaged: .* got “gone”\. Download or copy the file again\./,
      [file('a.tar', new Uint8Array(tar))],
    ],
  ])('%s', async (_, given, words, advised) => {
    await expect(read(given)).rejects.toThrow(words);
    expect((await read(advised)).train?.count).toBeGreaterThan(1);
  });
});

it('leaves out a link to a folder that holds it, and says so', async () => {
  const round: SourceFile = { ...file('again', ''), fault: 'again is a link to …', isRound: true };
  const { train, notices } = await read([file('a.bin', makeRecords(3)), round]);
  expect([train?.count, notices]).toEqual([
    3,
    ['a.bin: 3 used, 1 left out: 1 link to a folder that holds it.'],
  ]);
  await expect(read([round])).rejects.toThrow('again is a link to …');
});

describe('the archive', () => {
  it('gives the training batches in their order, and the test batch', async () => {
    const { train, test } = await read([file('cifar.tar.gz', archive(BATCHES))]);
    expect([...train!.labels]).toEqual([3, 4, 5, 6, 7]);
    expect([...test!.labels]).toEqual([9, 0]);
    expect(train!.pixels.subarray(0, 2 * 3072)).toEqual(
      (await read([file('a.bin', BATCHES['data_batch_1.bin'])])).train!.pixels,
    );
  });

  it('is known by its content, packed or unpacked, whatever its name', async () => {
    const tar = createTar([{ name: 'test_batch.bin', data: makeRecords(2) }]);
    for (const bytes of [gzipSync(tar), tar]) {
      const { test } = await read([file('data_batch_1.bin', new Uint8Array(bytes))]);
      expect(test?.count).toBe(2);
    }
  });

  it('gives one role only if asked for one', async () => {
    const { train, test } = await read([file('c.tar.gz', archive(BATCHES))], 'test');
    expect([train, test?.count]).toEqual([undefined, 2]);
  });

  it('reports its packed bytes as progress, up to the last', async () => {
    const bytes = archive({ ...BATCHES, 'data_batch_3.bin': makeRecords(200) });
    const seen: [number, number][] = [];
    await read([file('c.tar.gz', bytes)], null, {
      onProgress: (done: number, total: number) => seen.push([done, total]),
    });
    expect(seen.at(-1)).toEqual([bytes.length, bytes.length]);
  });
});

describe('refused with what was expected and what came', () => {
  const packed = archive({ 'data_batch_1.bin': makeRecords(50) });
  const withLabel = (label: number) => {
    const records = makeRecords(3);
    records[3073] = label;
    return records;
  };
  it.each<[string, SourceFile, RegExp]>([
    ['an empty file', file('a.bin', ''), /a\.bin is empty/],
    ['a truncated file', file('a.bin', makeRecords(3).subarray(0, 9000)), /a\.bin is truncated .*got 9000/],
    ['a label outside 0–9', file('a.bin', withLabel(12)), /record 1 .* got 12/],
    ['a GIF', file('a.bin', 'GIF89a…'), /a\.bin is of another kind.*got a GIF image/],
    ['a pickle', file('data_batch_1', Uint8Array.of(0x80, 4, 0x95)), /pickle \(protocol 4\).*binary version/],
    [
      'a gzip of IDX',
      file('a.gz', new Uint8Array(gzipSync(new Uint8Array(512).fill(8, 2, 3).fill(3, 3, 4)))),
      /a\.gz is no tar archive.*got an IDX file/,
    ],
    ['unknown bytes', file('photo', Uint8Array.of(7, 200, 3, 1)), /unknown kind.* begin with 07 c8 03 01/],
    ['a coarse label', file('a.bin', makeFineRecords(2).fill(20, 3074, 3075)), /coarse label of record 1/],
    ['a web page', file('a.tar.gz', '<html><body>Sign in</body></html>'), /got a web page/],
    ['a truncated gzip', file('a.tar.gz', packed.subarray(0, -20)), /a\.tar\.gz is truncated or damaged/],
    ['the head of a gzip', file('a.tar.gz', packed.subarray(0, 12)), /a\.tar\.gz is truncated/],
    ['a gzip of no tar', file('a.gz', new Uint8Array(gzipSync(makeRecords(2)))), /no tar archive/],
    [
      'an archive without batches',
      file('a.tgz', archive({ 'x.bin': makeRecords(1) })),
      /holds no images.* got x\.bin/,
    ],
    [
      'the Python archive',
      file('a.tgz', archive({ data_batch_1: new Uint8Array(9), test_batch: new Uint8Array(9) })),
      /This is the Python version/,
    ],
    [
      'a batch of another size',
      file('a.tgz', archive({ 'data_batch_4.bin': new Uint8Array(3072) })),
      /a\.tgz: data_batch_4\.bin is truncated/,
    ],
    [
      'a bad label in an archive',
      file('a.tgz', archive({ 'data_batch_1.bin': makeRecords(1), 'test_batch.bin': withLabel(255) })),
      /a\.tgz: test_batch\.bin .* record 1 .* got 255/,
    ],
  ])('%s', async (_, broken, words) => {
    const reading = read([broken]);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });

  it('no file at all', async () => {
    await expect(read([])).rejects.toThrow(/No file with images/);
  });

  it('a good file beside a broken one: nothing is given', async () => {
    const files = [file('a.bin', makeRecords(2)), file('b.bin', makeRecords(2).subarray(1))];
    await expect(read(files)).rejects.toThrow(/b\.bin is truncated/);
  });
});

describe('an abort', () => {
  const files = { loose: file('a.bin', makeRecords(200)), packed: file('a.tgz', archive(BATCHES)) };
  it.each(['loose', 'packed'] as const)('stops the reading of a %s file with its reason', async (kind) => {
    const stop = new AbortController();
    const reading = read([files[kind]], null, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(reading).rejects.toThrow('enough');
  });

  it('before the start reads nothing', async () => {
    let asked = false;
    const untouched = Object.assign(new File([makeRecords(1)], 'a.bin'), { slice: touch, stream: touch });
    function touch(): never {
      asked = true;
      throw new Error('was read');
    }
    const reading = read([{ path: 'a.bin', file: untouched }], null, {
      signal: AbortSignal.abort(new Error('enough')),
    });
    await expect(reading).rejects.toThrow('enough');
    expect(asked).toBe(false);
  });
});

/** CIFAR-10's planes of R, G and B as RGB pixels, byte by byte. */
function interleaved(records: Uint8Array, count: number): Uint8Array {
  return Uint8Array.from(
    { length: count * 3072 },
    (_, i) => records[Math.floor(i / 3072) * 3073 + 1 + (i % 3) * 1024 + Math.floor((i % 3072) / 3)]!,
  );
}

const FIRST_CLASSES = ['cat', 'ship', 'ship', 'airplane'] as const;
const FIRST_IMAGES = madeAndReal(
  {
    title: 'made records with the labels of the first test images',
    name: 'test_batch.bin',
    bytes: withLabels(makeRecords(20), [3, 8, 8, 0]),
    firstPixel: [0, 1, 2].map((channel) => recordByte(0, channel, 0, 0)),
  },
  ['cifar10/cifar10-true-testset-first20.bin'],
  (real) => ({
    title: 'the true test images 0–3: the cat, two ships and the airplane that everyone knows',
    name: 'cifar10-true-testset-first20.bin',
    bytes: real('cifar10/cifar10-true-testset-first20.bin'),
    firstPixel: [158, 112, 49],
  }),
);

function withLabels(records: Uint8Array<ArrayBuffer>, labels: readonly number[]): Uint8Array<ArrayBuffer> {
  for (const [i, label] of labels.entries()) records[i * 3073] = label;
  return records;
}

describe.each(FIRST_IMAGES)('a file of 20 images, $title', ({ name, bytes, firstPixel }) => {
  it('gives every pixel and label, and the names of the classes', async () => {
    const { test } = await read([file(name, bytes)]);
    expect([...test!.labels.subarray(0, 4)].map((label) => test!.classes[label])).toEqual(FIRST_CLASSES);
    expect([...test!.labels]).toEqual(Array.from({ length: 20 }, (_, i) => bytes[i * 3073]));
    expect([...test!.pixels.subarray(0, 3)]).toEqual(firstPixel);
    expect(Buffer.compare(test!.pixels, interleaved(bytes, 20))).toBe(0);
  });
});

const BALANCED = madeAndReal(
  { title: 'made records', bytes: makeRecords(5000) },
  ['cifar10/cifar10-train-5000.bin'],
  (real) => ({ title: 'real images', bytes: real('cifar10/cifar10-train-5000.bin') }),
);

describe.each(BALANCED)('5,000 training images, $title', ({ bytes }) => {
  it('are balanced, and the last is as in the file', async () => {
    const { train } = await read([file('data_batch_1.bin', bytes)]);
    const counts = new Array<number>(10).fill(0);
    for (const label of train!.labels) counts[label] = counts[label]! + 1;
    expect(counts).toEqual(new Array(10).fill(500));
    const last = bytes.subarray(4999 * 3073);
    expect(train!.labels[4999]).toBe(last[0]);
    expect(Buffer.compare(train!.pixels.subarray(4999 * 3072), interleaved(last, 1))).toBe(0);
  });
});
