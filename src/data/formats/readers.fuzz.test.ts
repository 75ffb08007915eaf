import { cpuUsage, memoryUsage } from 'node:process';
import { gzipSync } from 'node:zlib';
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { createTar } from 'nanotar';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gnuLong, pax, tar } from '../../../datasets/inputs/pack.ts';
import { decodePicture } from '../../cli/images/decodePicture.ts';
import { cases, eachSeed } from '../../fuzz.fixture.ts';
import { stream } from '../../random.ts';
import { DataError } from '../images/dataset.ts';
import type { DecodeImage } from '../pictures/decode.ts';
import { pngOf } from '../pictures/picture.fixture.ts';
import { MAX_PIXELS, pictureHeader } from '../pictures/pictureHeader.ts';
import { type SourceFile, WHOLE } from './files.ts';
import { mutate } from './mutate.fixture.ts';
import { makeParquet } from './parquet/parquet.fixture.ts';
import { makeFineRecords, makeRecords, makeStlImages } from './records.fixture.ts';
import { readTrainAndTest } from './trainAndTest.ts';

// Thousands of damaged and hostile files come here. Each is read, or refused with a DataError, soon and in
// little memory.

/**
 * The most memory that one file may take, whatever it claims, bytes. A valid file here takes less than a
 * tenth of this.
 */
const MAX_MEMORY = 64 * 2 ** 20;
/** The most processor time that one file may take. */
const MAX_SECONDS = 2;

/** Decodes small pictures only. `MAX_PIXELS` bounds what a picture may claim, and has its own tests. */
const decodeSmall: DecodeImage = async (bytes, name) => {
  const { width, height } = pictureHeader(bytes, name);
  if (width * height > 10_000) throw new Error('more pixels than its bytes hold');
  return { width, height, pixels: new Uint8Array(4 * width * height) };
};

const file = (path: string, bytes: Uint8Array<ArrayBuffer>): SourceFile => ({
  path,
  file: new File([bytes], path),
});

/** Reads files until the end or an error, and gives that error. It throws an error that is no DataError. */
async function attempt(
  files: readonly SourceFile[],
  decode: DecodeImage = decodeSmall,
): Promise<DataError | null> {
  const memory = memoryUsage().arrayBuffers;
  const cpu = cpuUsage();
  try {
    await readTrainAndTest(files, [], { ...WHOLE, decode });
    return null;
  } catch (fault) {
    if (!(fault instanceof DataError)) throw fault;
    return fault;
  } finally {
    const { user, system } = cpuUsage(cpu);
    expect((user + system) / 1e6).toBeLessThan(MAX_SECONDS);
    expect(memoryUsage().arrayBuffers - memory).toBeLessThan(MAX_MEMORY);
  }
}

/**
 * Mutates files, `times` of them when all is tried, and gives how many were refused. A failure names the seed
 * that makes the same file again.
 */
async function hammer(
  label: string,
  bases: readonly Uint8Array[],
  times: number,
  filesOf: (bytes: Uint8Array<ArrayBuffer>) => SourceFile[],
  decode?: DecodeImage,
): Promise<number> {
  let refused = 0;
  await eachSeed(
    times,
    async (seed) => {
      const fault = await attempt(
        filesOf(mutate(bases[seed % bases.length]!, stream(seed, 'order'))),
        decode,
      );
      if (fault === null) return;
      refused++;
      expect(fault.message.length, fault.message).toBeGreaterThan(20);
    },
    label,
  );
  return refused;
}

const PICTURES = [pngOf(1), pngOf(2), pngOf(3), pngOf(4)];
const MEMBERS = PICTURES.map((data, i) => ({ name: `set/${'ab'[i % 2]}/${i}.png`, data }));

/**
 * Corrects the checksum of every header that was hit. Without this, no mutation gets past the first check.
 */
function mended(tar: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const header = tar.subarray(at, at + 512);
    if (String.fromCharCode(...header.subarray(257, 262)) !== 'ustar') continue;
    const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  }
  return tar;
}

describe('mutated', () => {
  it('records of CIFAR-10 and CIFAR-100', async () => {
    const bases = [makeRecords(2), makeFineRecords(2)];
    const refused = await hammer('records', bases, 600, (bytes) => [file('a.bin', bytes)]);
    expect(refused).toBeGreaterThan(cases(100));
  }, 120_000);

  it('images and labels of STL-10', async () => {
    const labels = Uint8Array.from({ length: 2 }, (_, i) => 1 + i);
    await hammer('STL-10 images', [makeStlImages(2)], 100, (bytes) => [
      file('train_X.bin', bytes),
      file('train_y.bin', labels),
    ]);
    const images = makeStlImages(2);
    const refused = await hammer('STL-10 labels', [labels], 300, (bytes) => [
      file('train_X.bin', images),
      file('train_y.bin', bytes),
    ]);
    expect(refused).toBeGreaterThan(cases(100));
  }, 120_000);

  it('tar archives of records and of pictures, packed and not', async () => {
    const records = createTar([
      { name: 'c/data_batch_1.bin', data: makeRecords(1) },
      { name: 'c/train_X.bin', data: new Uint8Array(600) },
      { name: 'c/fine_label_names.txt', data: 'a\nb' },
    ]);
    const linked = tar([
      ...MEMBERS.map(({ name, data }) => ({ path: name, bytes: data })),
      { path: 'set/a/9.png', type: '2', target: '../b/1.png' },
      { path: 'set/c', type: '1', target: 'set/a' },
      gnuLong('L', 'set/b/7.png'),
      pax({ linkpath: 'set/a/0.png' }),
      { path: 'cut', type: '2', target: 'set/a' },
    ]);
    const samples = tar(
      MEMBERS.flatMap(({ data }, i) => [
        { path: `${i}.png`, bytes: data },
        { path: `${i}.cls`, bytes: Uint8Array.of(48 + (i % 2)) },
        { path: `${i}.json`, bytes: new TextEncoder().encode('{"label": 1}') },
      ]),
    );
    const bases = [new Uint8Array(createTar(MEMBERS)), new Uint8Array(records), linked, samples];
    const refused = await hammer('tar', bases, 500, (bytes) => [file('a.tar', bytes)]);
    await hammer('tar with its sums', bases, 500, (bytes) => [file('a.tar', mended(bytes))]);
    await hammer('tar in a gzip', bases, 300, (bytes) => [
      file('a.tgz', new Uint8Array(gzipSync(mended(bytes)))),
    ]);
    expect(refused).toBeGreaterThan(cases(100));
  }, 120_000);

  it('gzips', async () => {
    const bases = [new Uint8Array(gzipSync(createTar(MEMBERS)))];
    const refused = await hammer('gzip', bases, 500, (bytes) => [file('a.tgz', bytes)]);
    expect(refused).toBeGreaterThan(cases(300));
  }, 120_000);

  it('zips', async () => {
    const pack = async (options: object) => {
      const zip = new ZipWriter(new BlobWriter(), {
        useWebWorkers: false,
        useCompressionStream: true,
        ...options,
      });
      for (const { name, data } of MEMBERS) await zip.add(name, new Uint8ArrayReader(data));
      return new Uint8Array(await (await zip.close()).arrayBuffer());
    };
    const bases = [await pack({}), await pack({ level: 0 }), await pack({ zip64: true })];
    const refused = await hammer('zip', bases, 1000, (bytes) => [file('a.zip', bytes)]);
    expect(refused).toBeGreaterThan(cases(300));
  }, 120_000);

  it('lists of the classes of pictures', async () => {
    const list = new TextEncoder().encode('0.png\ta\t0\t7\n1.png\tb\t0\t7\n2.png\ta\n3.png\tb\n');
    const pictures = PICTURES.map((picture, i) => file(`val/images/${i}.png`, picture));
    const refused = await hammer('lists', [list], 500, (bytes) => [
      file('val/val_annotations.txt', bytes),
      ...pictures,
    ]);
    expect(refused).toBeGreaterThan(cases(100));
  }, 120_000);

  it('parquet tables', async () => {
    const rows = PICTURES.map((picture, i) => ({ picture, label: i % 2 }));
    const bases = [
      makeParquet(rows),
      makeParquet(rows, { version: 2, snappy: true, rowsPerGroup: 2, names: ['a', 'b'] }),
      makeParquet(rows, { dictionary: false, snappy: true, labelBytes: 4 }),
    ];
    const refused = await hammer('parquet', bases, 2500, (bytes) => [file('a.parquet', bytes)]);
    expect(refused).toBeGreaterThan(cases(800));
  }, 120_000);

  describe('pictures', () => {
    const blank = () => sharp({ create: { width: 30, height: 20, channels: 3, background: '#469' } });
    let bases: Uint8Array[] = [];
    beforeAll(async () => {
      bases = await Promise.all(
        [
          blank().png(),
          blank().jpeg(),
          blank().jpeg({ progressive: true }),
          blank().webp(),
          blank().webp({ lossless: true }),
        ].map(async (picture) => new Uint8Array(await picture.toBuffer())),
      );
    });

    it(
      'claim no more than there may be',
      () =>
        eachSeed(5000, (seed) => {
          try {
            const { width, height } = pictureHeader(
              mutate(bases[seed % bases.length]!, stream(seed, 'order')),
              'a',
            );
            expect(width * height).toBeLessThanOrEqual(MAX_PIXELS);
          } catch (fault) {
            expect(fault).toBeInstanceOf(DataError);
          }
        }),
      120_000,
    );

    it('are decoded or refused', async () => {
      const good = pngOf(1);
      const files = (bytes: Uint8Array<ArrayBuffer>) => [file('a.png', good), file('b.png', bytes)];
      // Memory that decoders take is not counted here: the size that the header claims bounds it.
      const refused = await hammer('picture', bases, 300, files, async (bytes, name) => {
        const { width, height } = pictureHeader(bytes, name);
        if (width * height > 1_000_000) throw new Error('claims more pixels than this test decodes');
        return decodePicture(bytes, name);
      });
      expect(refused).toBeGreaterThan(cases(50));
    }, 120_000);
  });
});
