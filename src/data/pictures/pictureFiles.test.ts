import { gzipSync } from 'node:zlib';
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { createTar } from 'nanotar';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../cli/images/decodePicture.ts';
import { type SourceFile, WHOLE } from '../formats/files.ts';
import { LeftOutQuestion } from '../formats/ledger.ts';
import { readFiles } from '../formats/readFiles.ts';
import { madeAndReal } from '../formats/realData.fixture.ts';
import { readTrainAndTest } from '../formats/trainAndTest.ts';
import { DataError, type Dataset } from '../images/dataset.ts';
import { pngOf } from './picture.fixture.ts';

const file = (path: string, bytes: BlobPart): SourceFile => ({ path, file: new File([bytes], path) });
const OPTIONS = { ...WHOLE, decode: decodePicture };

type Pictures = Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>;
const folderOf = (pictures: Pictures) => Object.entries(pictures).map(([path, bytes]) => file(path, bytes));

async function zipOf(pictures: Pictures, options = {}, name = 'some.zip'): Promise<SourceFile> {
  const zip = new ZipWriter(new BlobWriter(), {
    useWebWorkers: false,
    useCompressionStream: true,
    ...options,
  });
  for (const [path, bytes] of Object.entries(pictures)) {
    await zip.add(path, typeof bytes === 'string' ? new TextReader(bytes) : new Uint8ArrayReader(bytes));
  }
  return { path: name, file: new File([await zip.close()], name) };
}

function tarOf(pictures: Pictures, gzip: boolean): SourceFile {
  const tar = createTar(Object.entries(pictures).map(([name, data]) => ({ name, data })));
  return file('some.tar.gz', new Uint8Array(gzip ? gzipSync(tar) : tar));
}

const SET: Pictures = {
  'set/train/cat/1.png': pngOf(1),
  'set/train/cat/2.png': pngOf(2),
  'set/train/dog/1.png': pngOf(3),
  'set/train/dog/2.PNG': pngOf(4),
  'set/val/dog/9.png': pngOf(5),
  'set/read me.txt': 'cats and dogs',
  'set/.DS_Store': 'x',
  '__MACOSX/set/train/cat/._1.png': 'x',
};

const TINY_IMAGENET: Pictures = {
  'tiny/wnids.txt': 'n01\nn02\n',
  'tiny/train/n01/images/n01_0.png': pngOf(1),
  'tiny/train/n01/n01_boxes.txt': 'n01_0.png\t0\t0\t7\t7\n',
  'tiny/train/n02/images/n02_0.png': pngOf(2),
  'tiny/val/val_annotations.txt': 'val_0.png\tn02\t0\t7\nval_1.png\tn02\t0\t7\nval_2.png\tn01\t0\t7\n',
  'tiny/val/images/val_0.png': pngOf(3),
  'tiny/val/images/val_1.png': pngOf(4),
  'tiny/val/images/val_2.png': pngOf(5),
  'tiny/test/images/test_0.png': pngOf(6),
};

const containers: [string, (pictures: Pictures) => SourceFile[] | Promise<SourceFile[]>][] = [
  ['a folder', folderOf],
  ['a zip', async (pictures) => [await zipOf(pictures)]],
  ['a zip64', async (pictures) => [await zipOf(pictures, { zip64: true })]],
  ['a zip without compression', async (pictures) => [await zipOf(pictures, { level: 0 })]],
  ['a tar', (pictures) => [tarOf(pictures, false)]],
  ['a tar.gz', (pictures) => [tarOf(pictures, true)]],
];

describe.each(containers)('pictures in %s', (_, pack) => {
  it('are what they were, in the order of their paths, with their splits and classes', async () => {
    const seen: [number, number][] = [];
    const onProgress = (done: number, total: number) => seen.push([done, total]);
    const { train, test } = await readTrainAndTest(await pack(SET), [], { ...OPTIONS, onProgress });
    expect([train.count, train.size, train.classes, ...train.labels]).toEqual([
      4,
      8,
      ['cat', 'dog'],
      0,
      0,
      1,
      1,
    ]);
    expect([test.count, test.classes, ...test.labels]).toEqual([1, ['cat', 'dog'], 1]);
    for (const i of [0, 1, 2, 3]) {
      const { pixels } = await decodePicture(pngOf(i + 1), '');
      expect([...train.pixels.subarray(i * 192, (i + 1) * 192)]).toEqual([
        ...pixels.filter((_, at) => at % 4 !== 3),
      ]);
    }
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
  });

  it('have the classes that Tiny-ImageNet lists beside its validation pictures', async () => {
    const { train, test } = await readTrainAndTest(await pack(TINY_IMAGENET), [], OPTIONS);
    expect([train.classes, ...train.labels]).toEqual([['n01', 'n02'], 0, 1]);
    expect([test.classes, ...test.labels.toSorted()]).toEqual([['n01', 'n02'], 0, 1, 1]);
    // val_2 is of the first class. The pictures of a tar keep its order.
    const { pixels } = await decodePicture(pngOf(5), '');
    const at = 192 * test.labels.indexOf(0);
    expect([...test.pixels.subarray(at, at + 192)]).toEqual([...pixels.filter((_, i) => i % 4 !== 3)]);
  });

  it('are refused where the list leaves one out, lists one twice, or is none', async () => {
    for (const [list, reason] of [
      ['val_0.png\tn02\t0\n', 'got none for 2 (val_1.png, val_2.png)'],
      ['val_0.png\tn02\nval_0.png\tn01\n', 'line 2: expected'],
      ['val_0.png n02\n', 'line 1: expected'],
      ['val_0.png\t../n02\n', 'line 1: expected'],
      [`${'x'.repeat(2 ** 20)}\tn01\n`, '1048576'],
    ] as const) {
      const set = { ...TINY_IMAGENET, 'tiny/val/val_annotations.txt': list };
      await expect(readTrainAndTest(await pack(set), [], OPTIONS)).rejects.toThrow(DataError);
      await expect(readTrainAndTest(await pack(set), [], OPTIONS)).rejects.toThrow(reason);
    }
  });

  it('are kept up to the limits, a class after the other', async () => {
    const options = { ...OPTIONS, limits: { train: 2, test: null } };
    const { train } = await readTrainAndTest(await pack(SET), [], options);
    expect([...train.labels]).toEqual([0, 1]);
  });

  it('are named where one is damaged', async () => {
    const broken = { 'a/1.png': pngOf(1), 'b/2.png': pngOf(2, 16).slice(0, -30) };
    const reading = readFiles(await pack(broken), null, OPTIONS);
    await expect(reading).rejects.toThrow(/b\/2\.png is truncated or damaged: expected a PNG of 16 × 16/);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });

  it('stop being read with the reason of an abort', async () => {
    const stop = new AbortController();
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i % 2}/${i}.png`, pngOf(i)]));
    const reading = readFiles(await pack(many), null, {
      ...OPTIONS,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(reading).rejects.toThrow('enough');
  });
});

describe('a folder of pictures that cannot be opened', () => {
  const link = 'set/cow is a link to “../cow”, where nothing can be read. Mend the link, or take it out.';
  const files = [
    ...Array.from({ length: 99 }, (_, i) => file(`set/${i % 2 === 0 ? 'cat' : 'dog'}/${i}.png`, pngOf(i))),
    { ...file('set/cow', new Uint8Array(0)), fault: link },
  ];

  it('is asked about, however many others there are', async () => {
    await expect(readFiles(files, null, OPTIONS)).rejects.toThrow(`${link} Or use the other 99.`);
    await expect(readFiles(files, null, OPTIONS)).rejects.toBeInstanceOf(LeftOutQuestion);
  });

  it('is left out if the rest is used', async () => {
    const { train, notices } = await readFiles(files, null, { ...OPTIONS, useTheRest: true });
    expect([train?.count, train?.classes]).toEqual([99, ['cat', 'dog']]);
    expect(notices).toEqual([
      'set: 99 used, 1 left out: 1 unreadable (mend their links or permissions, or take them out).',
    ]);
  });
});

describe('pictures of the user', () => {
  it('without folders have no classes, and a tenth of them is the test', async () => {
    const pictures = folderOf(
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`mine/${i}.png`, pngOf(i)])),
    );
    const { train, test } = await readTrainAndTest(pictures, [], OPTIONS);
    expect([train.count, test.count, train.classes, test.classes, train.recipe]).toEqual([
      18,
      2,
      [],
      [],
      'imagenet100',
    ]);
  });

  it('may be JPEG, PNG and WebP of any size beside each other', async () => {
    const blank = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: { r: 200, g: 100, b: 50 } } });
    const pictures = folderOf({
      'a.jpg': new Uint8Array(await blank(300, 200).jpeg({ quality: 95 }).toBuffer()),
      'b.png': new Uint8Array(await blank(20, 64).png().toBuffer()),
      'c.webp': new Uint8Array(await blank(90, 90).webp({ lossless: true }).toBuffer()),
    });
    const { train } = await readFiles(pictures, null, OPTIONS);
    expect([train?.count, train?.size]).toEqual([3, 64]);
    const off = train!.pixels.map((byte, i) => Math.abs(byte - [200, 100, 50][i % 3]!));
    expect(off.reduce((most, value) => Math.max(most, value), 0)).toBeLessThan(3);
  });

  it('for training and testing are brought to one side and one list of classes', async () => {
    const train = folderOf({ 'a/1.png': pngOf(1, 12), 'b/1.png': pngOf(2, 12), 'c/1.png': pngOf(3, 12) });
    const test = folderOf({ 'c/1.png': pngOf(4, 30), 'b/2.png': pngOf(5, 30) });
    const found = await readTrainAndTest(train, test, OPTIONS);
    expect([found.test.size, found.test.classes, ...found.test.labels]).toEqual([12, ['a', 'b', 'c'], 1, 2]);
    const other = folderOf({ 'd/1.png': pngOf(4), 'b/2.png': pngOf(5) });
    await expect(readTrainAndTest(train, other, OPTIONS)).rejects.toThrow(
      /classes of training \(a, b, c\).*others \(d\)/,
    );
  });

  it('in several zips are as many folders', async () => {
    const parts = [
      await zipOf({ 'a/1.png': pngOf(1), 'b/1.png': pngOf(2) }, {}, 'train.zip'),
      await zipOf({ 'b/1.png': pngOf(2) }, {}, 'val.zip'),
    ];
    const { train, test } = await readFiles(parts, null, OPTIONS);
    expect([train?.count, test?.count]).toEqual([2, 1]);
  });
});

describe('refused', () => {
  const zeros = (bytes: number) => new Uint8Array(bytes);
  const good = { 'a/1.png': pngOf(1) };
  it.each<[string, () => Promise<SourceFile> | SourceFile, RegExp]>([
    [
      'a path above its folder',
      () => zipOf({ ...good, '../../evil.png': pngOf(1) }),
      /“\.\.\/\.\.\/evil\.png”, which leads elsewhere/,
    ],
    ['an absolute path', () => zipOf({ ...good, '/etc/evil.png': pngOf(1) }), /leads elsewhere/],
    ['a drive', () => zipOf({ ...good, 'C:/evil.png': pngOf(1) }), /leads elsewhere/],
    ['an encrypted entry', () => zipOf(good, { password: 'secret', zipCrypto: true }), /is encrypted/],
    [
      'a bomb',
      () => zipOf({ 'a/1.png': zeros(3_000_000) }),
      /hardly packs, got \d+ bytes that claim to be 3000000/,
    ],
    ['a picture of 65 MB', () => zipOf({ 'a/1.png': zeros(65 * 2 ** 20) }), /at most 64 MB, got 65 MB/],
    [
      'a zip of other things',
      () => zipOf({ 'data_batch_1.bin': zeros(30) }),
      /expected pictures .*got data_batch_1\.bin/,
    ],
    ['an empty zip', () => zipOf({}), /expected pictures .*got nothing/],
    ['a picture that claims 2 billion pixels', () => file('a.png', huge()), /a\.png is too large/],
    ['a text that is called a picture', () => file('a.png', 'hello'), /a\.png is no picture/],
  ])('%s', async (_, make, words) => {
    const reading = readFiles([await make()], null, OPTIONS);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });

  it('an entry that turns out larger than it claims', async () => {
    const zip = await zipOf({ 'a/1.png': pngOf(1, 40) });
    const bytes = new Uint8Array(await zip.file.arrayBuffer());
    const view = new DataView(bytes.buffer);
    // This is the entry's header in the central directory: its unpacked size is at byte 24.
    const at = Buffer.from(bytes).lastIndexOf('PK\x01\x02', undefined, 'latin1');
    view.setUint32(at + 24, 50, true);
    await expect(readFiles([file('lies.zip', bytes)], null, OPTIONS)).rejects.toThrow(
      /lies\.zip: a\/1\.png is truncated or damaged/,
    );
  });

  it('a mix of kinds, in words', async () => {
    const mix = [...folderOf(good), file('b.bin', zeros(3073))];
    await expect(readFiles(mix, null, OPTIONS)).rejects.toThrow(
      /got pictures \(a\/1\.png\) and binary files of CIFAR \(b\.bin\)/,
    );
  });

  function huge() {
    const png = pngOf(1);
    new DataView(png.buffer).setUint32(16, 50_000);
    new DataView(png.buffer).setUint32(20, 40_000);
    return png;
  }
});

const TINY = 'imagenet100/tiny64-val-1000.bin';
const PLANE = 64 * 64;
const PHOTOGRAPHS = madeAndReal(
  {
    title: 'made ones',
    label: (i: number) => (37 * i) % 100,
    byte: (i: number, channel: number, pixel: number) =>
      (31 * i + 80 * channel + 7 * pixel + (pixel >> 6)) % 256,
  },
  [TINY],
  (real) => {
    const bytes = real(TINY);
    const record = 1 + 3 * PLANE;
    return {
      title: 'real ones',
      label: (i) => bytes[i * record]!,
      byte: (i, channel, pixel) => bytes[i * record + 1 + channel * PLANE + pixel]!,
    };
  },
);

describe.each(PHOTOGRAPHS)('300 photographs, $title,', ({ label, byte }) => {
  it('of 100 classes are the same in class folders and in a zip', async () => {
    const pictures: Record<string, Uint8Array<ArrayBuffer>> = {};
    const originals = new Map<string, Uint8Array>();
    for (let i = 0; i < 300; i++) {
      const rgb = Uint8Array.from({ length: 3 * PLANE }, (_, p) => byte(i, p % 3, Math.floor(p / 3)));
      const path = `photos/n${String(label(i)).padStart(3, '0')}/${String(i).padStart(4, '0')}.png`;
      pictures[path] = new Uint8Array(
        await sharp(rgb, { raw: { width: 64, height: 64, channels: 3 } })
          .png()
          .toBuffer(),
      );
      originals.set(path, rgb);
    }
    const folder = (await readFiles(folderOf(pictures), null, OPTIONS)).train!;
    const zip = (await readFiles([await zipOf(pictures)], null, OPTIONS)).train!;
    const inOrder = [...originals.keys()].sort();
    const check = (dataset: Dataset) => {
      expect([dataset.count, dataset.size, dataset.recipe]).toEqual([300, 64, 'imagenet100']);
      inOrder.forEach((path, i) => {
        const image = dataset.pixels.subarray(i * 3 * PLANE, (i + 1) * 3 * PLANE);
        expect(Buffer.compare(image, originals.get(path)!)).toBe(0);
        expect(dataset.classes[dataset.labels[i]!]).toBe(path.split('/')[1]);
      });
    };
    check(folder);
    check(zip);
  });
});
