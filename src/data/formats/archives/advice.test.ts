import { constants, gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { type Bytes, gnuLong, picture, type TarMember, tar, zip } from '../../../../datasets/inputs/pack.ts';
import { type AdviceRow, testAdvice } from '../../../advice.fixture.ts';
import { type Given, reading, readingFiles } from '../given.fixture.ts';
import { makeRecords, makeStlImages } from '../records.fixture.ts';
import { DAMAGED, gzipText } from './gunzip.fixture.ts';

// What each text about archives advises, done.

const PICTURES: Given = { 'cat/1.png': picture(1), 'dog/1.png': picture(2) };
const members: readonly TarMember[] = [
  { path: 'cat/1.png', bytes: picture(1) },
  { path: 'dog/1.png', bytes: picture(2) },
];
const tarOf = (bytes: Bytes) => reading({ 'a.tar': bytes });
const gzipOf = (bytes: Uint8Array) => reading({ 'a.tar.gz': Uint8Array.from(bytes) });
const goodTar = tarOf(tar(members));
const goodGzip = gzipOf(gzipSync(tar(members)));
const { Z_DEFAULT_STRATEGY, Z_FIXED } = constants;
const whole = gzipSync(gzipText(400), { level: 0 });

/** Every text of the unpacking itself is quoted by one that advises to download again. */
const GZIPS: readonly AdviceRow[] = [
  ...DAMAGED,
  ['that begins anew with other bytes', Uint8Array.from([...whole, 0x1f, 0x8b, 9]), 'the end of the file'],
  ['with flags that nobody defined', Uint8Array.from(whole).fill(0xe0, 3, 4), 'flags that are not defined'],
  ['that is cut before its first block', whole.subarray(0, 10), 'the end of the file'],
  ['that is cut in the length of plain bytes', whole.subarray(0, 13), 'the end of the file'],
  ['that is cut before plain bytes', whole.subarray(0, 15), 'the end of the file'],
].map(([fault, bytes, words]) => [
  `a gzip ${fault}`,
  gzipOf(bytes as Uint8Array),
  new RegExp(`expected a gzip to its end, got .*${words}.*\\. Download or copy the file again\\.$`),
  goodGzip,
]);

const IDX = new Uint8Array(512).fill(8, 2, 3).fill(3, 3, 4);
const evil = { path: '../../evil.png', bytes: picture(1) };
const stl = (...paths: string[]) => tarOf(tar(paths.map((path) => ({ path, bytes: makeStlImages(1) }))));
const batch: TarMember = { path: 'data_batch_1.bin', bytes: makeRecords(2) };

const TARS: readonly AdviceRow[] = [
  ['a tar that is cut', tarOf(tar(members).slice(0, 800)), /is truncated: .*Download it again\.$/, goodTar],
  [
    'a tar with a damaged header',
    tarOf(tar(members).fill(7, 1034, 1044)),
    /Choose the data set’s official archive, or download it again\.$/,
    goodTar,
  ],
  [
    'a picture that is packed alone',
    gzipOf(gzipSync(picture(1, 20))),
    /got a picture \(PNG\) that is packed alone\. Unpack it and choose the folder\.$/,
    reading({ 'a/1.png': picture(1, 20) }),
  ],
  [
    'images of MNIST that are packed alone',
    gzipOf(gzipSync(IDX)),
    /got an IDX file.*\. .* as PNG/,
    reading(PICTURES),
  ],
  [
    'a name that is too long',
    tarOf(tar([...members, gnuLong('L', 'x'.repeat(2 ** 20 + 1)), { path: 'y', bytes: picture(3) }])),
    /a name is too large: .*Choose the official archive, or a smaller one\.$/,
    goodTar,
  ],
  [
    'a path that leads elsewhere',
    tarOf(tar([...members, evil])),
    /which leads elsewhere\. Pack the pictures again, from a source that you trust\.$/,
    tarOf(tar([...members, { ...evil, path: 'dog/2.png' }])),
  ],
  [
    'two official archives',
    reading({ 'a.tar': tar([batch]), 'b.tar': tar([batch]) }),
    /Several archives: .*Choose one, or unpack them and choose the folder\.$/,
    reading({ 'a.tar': tar([batch]) }),
  ],
  [
    'two official archives, unpacked',
    reading({ 'a.tar': tar([batch]), 'b.tar': tar([batch]) }),
    /Choose one, or unpack them and choose the folder\.$/,
    reading({ 'a/data_batch_1.bin': makeRecords(2), 'a/test_batch.bin': makeRecords(2) }),
  ],
  [
    'a split twice',
    stl('a/train_X.bin', 'b/train_X.bin'),
    /train_X\.bin comes twice: .* Choose the official archive\.$/,
    stl('a/train_X.bin'),
  ],
  [
    'nothing to read',
    tarOf(tar([{ path: 'x.bin', bytes: makeRecords(1) }])),
    /got x\.bin\. Choose the data set’s official binary archive\.$/,
    tarOf(tar([batch])),
  ],
  [
    'archives in an archive',
    tarOf(tar([{ path: 'cat.tar', bytes: tar(members) }])),
    /got 1 tar \(unpack it and choose the folder\): cat\.tar\. Do what is said there, or choose other files\.$/,
    reading({ 'x/cat.tar': tar(members) }),
  ],
  [
    'archives that may be classes or shards',
    reading(numbered('n01440764', 'n01443537')),
    /may be classes or shards\. For shards, unpack them into one folder, or number them from 0\./,
    reading(numbered('n0', 'n1')),
  ],
  [
    'archives that are classes',
    reading(numbered('n01440764', 'n01443537')),
    /may be classes or shards/,
    reading(numbered('n01440764', 'n01443537'), { layout: 'classes' }),
  ],
  [
    'samples with two labels each',
    tarOf(tar([{ path: '1.0.png', bytes: picture(1) }, ...labels('1.0_a.cls', '1.0_b.cls')])),
    /give each picture a label file of its own name, or names without dots\.$/,
    tarOf(tar([{ path: '1_0.png', bytes: picture(1) }, ...labels('1_0.cls')])),
  ],
];

function labels(...paths: string[]): TarMember[] {
  return paths.map((path, i) => ({ path, bytes: new TextEncoder().encode(String(i)) }));
}

function numbered(...names: string[]): Given {
  const plain = (seed: number) => tar([{ path: '1.png', bytes: picture(seed) }]);
  return Object.fromEntries(names.map((name, i) => [`${name}.tar`, plain(i)]));
}

const items = members.map(({ path, bytes }) => ({ path: String(path), bytes: bytes! }));
const zipOf = (given: Parameters<typeof zip>[0], change: (bytes: Bytes) => Bytes = (bytes) => bytes) => {
  return async () => reading({ 'a.zip': change(await zip(given)) })();
};

const ZIPS: readonly AdviceRow[] = [
  [
    'a zip of other things',
    zipOf([{ path: 'a.bin', bytes: makeRecords(1) }]),
    /Archives and tables of other kinds are read as they are, not packed into a zip\.$/,
    reading({ 'a.bin': makeRecords(1) }),
  ],
  [
    'a zip that is cut',
    zipOf(items, (bytes) => bytes.slice(0, -10)),
    /is truncated or damaged: .*Download or copy the file again\.$/,
    zipOf(items),
  ],
  [
    'the last part of a zip',
    zipOf(items, (bytes) => bytes.fill(1, bytes.length - 18, bytes.length - 17)),
    /Make it one, as by “zip -s 0 a\.zip --out whole\.zip”, and choose whole\.zip\.$/,
    zipOf(items),
  ],
  [
    'an entry that packs far too well',
    zipOf([...items, { path: 'cat/2.png', bytes: new Uint8Array(3_000_000), deflate: true }]),
    /hardly packs, got \d+ bytes that claim to be 3000000\. Take it out of the archive\./,
    zipOf(items),
  ],
];

/** Wherever it is cut: each text says the same. */
const CUT: readonly AdviceRow[] = (
  [
    [0, Z_DEFAULT_STRATEGY],
    [9, Z_FIXED],
    [9, Z_DEFAULT_STRATEGY],
  ] as const
).map(([level, strategy]) => [
  `a gzip of level ${level} and strategy ${strategy} that is cut anywhere`,
  () => cutAnywhere(gzipSync(gzipText(80), { level, strategy })),
  /got the end of the file\. Download or copy the file again\.$/,
  goodGzip,
]);

async function cutAnywhere(bytes: Uint8Array): Promise<void> {
  let last: unknown;
  for (let end = 10; end < bytes.length; end++) {
    last = await gzipOf(bytes.subarray(0, end))().catch((fault: unknown) => fault);
    expect(String(last)).toMatch(/got the end of the file\./);
  }
  throw last;
}

/** It is no gzip any more when it is unpacked. */
const changedGzip = Object.assign(new File([Uint8Array.from(whole)], 'a.tar.gz'), {
  stream: () => new Blob([tar(members)]).stream(),
});
const CHANGED: AdviceRow = [
  'a gzip that was unpacked where it lies while it was read',
  readingFiles([{ path: 'a.tar.gz', file: changedGzip }]),
  /got bytes that are no gzip\. Download or copy the file again\.$/,
  goodGzip,
];

describe('the advice of texts about packed bytes', () => testAdvice([...GZIPS, ...CUT, CHANGED]));
describe('the advice of texts about tars', () => testAdvice(TARS));
describe('the advice of texts about zips', () => testAdvice(ZIPS));
