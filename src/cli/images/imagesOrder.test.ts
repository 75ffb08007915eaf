import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeParquet } from '../../data/formats/parquet/parquet.fixture.ts';
import { makeFineRecords } from '../../data/formats/records.fixture.ts';
import { EMOJI10_FINGERPRINTS, EMOJI10_PIXEL_FLOORS } from '../../data/images/embedded.ts';
import { pngOf } from '../../data/pictures/picture.fixture.ts';
import { UsageError } from '../usageError.ts';
import { type ImagesValues, imagesOrder, loadImages, spreadPaths } from './imagesOrder.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);
for (const split of ['train', 'val']) {
  for (const kind of ['cat', 'dog']) {
    mkdirSync(inFolder(`photos/${split}/${kind}`), { recursive: true });
    for (let i = 0; i < 6; i++) writeFileSync(inFolder(`photos/${split}/${kind}/${i}.png`), pngOf(i, 20, 16));
  }
}
for (const split of ['train', 'test']) {
  mkdirSync(inFolder(`doubtful/${split}`), { recursive: true });
  for (let i = 0; i < 3; i++) writeFileSync(inFolder(`doubtful/${split}/${i}.png`), pngOf(i));
}
writeFileSync(inFolder('train.bin'), makeFineRecords(12));
const rows = Array.from({ length: 9 }, (_, i) => ({ picture: pngOf(i), label: i % 2 }));
writeFileSync(inFolder('rows.parquet'), makeParquet(rows, { names: ['ant', 'bee'] }));

const load = (values: ImagesValues) => loadImages(imagesOrder(values), () => {});

it('takes a directory of photographs, at the side and in the numbers asked for', async () => {
  const { train, test } = await load({ data: [inFolder('photos')], side: '24', images: '5', limit: '4' });
  expect([train.count, test.count, train.size, test.size]).toEqual([5, 4, 24, 24]);
  expect([train.classes, [...test.labels]]).toEqual([
    ['cat', 'dog'],
    [0, 0, 1, 1],
  ]);
  expect([train.name, test.name]).toEqual(['photos', 'photos']);
});

it('takes a parquet table, and one format for training beside another for testing', async () => {
  const { train, test } = await load({ data: [inFolder('rows.parquet')] });
  expect([train.count, test.count, train.classes]).toEqual([8, 1, ['ant', 'bee']]);
  const fine = await load({ data: [inFolder('train.bin')], test: [inFolder('train.bin')], limit: '7' });
  expect([fine.train.count, fine.test.count, fine.train.recipe]).toEqual([7, 7, 'cifar100']);
});

it('asks how to read folders that can be read in two ways, and reads them as it is told', async () => {
  const data = [inFolder('doubtful')];
  await expect(load({ data })).rejects.toThrow(
    /splits: 3 to train on and 3 to test on .* classes: 6 pictures of 2 classes .*--data DIR --test DIR.*--layout classes or --layout splits/,
  );
  const splits = await load({ data, layout: 'splits' });
  expect([splits.train.count, splits.test.count, splits.train.classes]).toEqual([3, 3, []]);
  const classes = await load({ data, layout: 'classes' });
  expect([classes.train.count, classes.test.count, classes.train.classes]).toEqual([5, 1, ['test', 'train']]);
});

it('knows the floors of the whole of Emoji-10, and none of a part', async () => {
  const whole = await load({});
  expect(whole.pixelFloors).toEqual(EMOJI10_PIXEL_FLOORS['unseen-style']);
  expect(whole.fingerprint).toBe(EMOJI10_FINGERPRINTS['unseen-style']);
  const part = await load({ limit: '8' });
  expect([part.train.count, part.test.count, part.pixelFloors]).toEqual([8, 8, undefined]);
});

it.each<[ImagesValues, RegExp]>([
  [{ side: '64' }, /--side goes with --data PATH/],
  [{ layout: 'classes' }, /--layout goes with --data PATH/],
  [{ 'use-the-rest': true }, /--use-the-rest goes with --data PATH/],
  [{ test: ['a.bin'] }, /--test goes with --data PATH/],
])('refuses for Emoji-10 what a path must go with, and takes it with a path: %j', (values, words) => {
  expect(() => imagesOrder(values)).toThrow(UsageError);
  expect(() => imagesOrder(values)).toThrow(words);
  expect(imagesOrder({ ...values, data: ['a.bin'] }).data).toEqual(['a.bin']);
});

it('refuses options without a path', () => {
  expect(() => imagesOrder({ data: [''] })).toThrow(/must name a path, got ""/);
  expect(() => spreadPaths(['--data', '--test', 'b'])).toThrow(/--data must be followed by a path, got none/);
  expect(spreadPaths(['--data', 'a', '--test', 'b'])).toEqual(['--data', 'a', '--test', 'b']);
});

it('refuses a side that is no number', () => {
  expect(() => imagesOrder({ data: ['a.bin'], side: 'big' })).toThrow(UsageError);
});

it('refuses a folder that would lose much by the option that uses the rest, and uses it', async () => {
  mkdirSync(inFolder('holed'));
  for (let i = 0; i < 6; i++) writeFileSync(inFolder(`holed/${i}.png`), pngOf(i));
  writeFileSync(inFolder('holed/6.HEIC'), Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'));
  const data = [inFolder('holed')];
  await expect(load({ data })).rejects.toThrow(/got 6 of 7; left out would be 1 HEIC .* is --use-the-rest\./);
  const said: string[] = [];
  const { train, test } = await loadImages(imagesOrder({ data, 'use-the-rest': true }), (line) =>
    said.push(line),
  );
  expect(train.count + test.count).toBe(6);
  expect(said).toEqual([
    'note    holed: 6 used, 1 left out: 1 HEIC (Chrome cannot read them; convert to PNG or JPEG).',
  ]);
});
