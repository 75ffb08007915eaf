import { expect, it } from 'vitest';
import { picture, tar, zip } from '../../../datasets/inputs/pack.ts';
import { decodeGrey, pngOf } from '../pictures/picture.fixture.ts';
import type { SourceFile } from './files.ts';
import { WHOLE } from './files.ts';
import { LeftOutQuestion } from './ledger.ts';
import { makeRecords } from './records.fixture.ts';
import { readTrainAndTest as readParts } from './trainAndTest.ts';

const readTrainAndTest = (train: readonly SourceFile[], test: readonly SourceFile[], options = {}) =>
  readParts(train, test, { ...WHOLE, decode: decodeGrey, ...options });

const pictures = (...paths: string[]) =>
  paths.map((path, i) => ({ path, file: new File([pngOf(i)], path.split('/').at(-1)!) }));
const CATS_AND_DOGS = pictures('train/cats/1.png', 'train/cats/2.png', 'train/dogs/1.png');

const file = (name: string, count: number) => ({ path: name, file: new File([makeRecords(count)], name) });

it('takes files for training and files for testing, whatever their names', async () => {
  const { train, test } = await readTrainAndTest([file('test.bin', 5)], [file('train.bin', 3)]);
  expect([train.count, test.count]).toEqual([5, 3]);
});

it('finds the test among the files by name', async () => {
  const { train, test } = await readTrainAndTest(
    [file('test_batch.bin', 5), file('data_batch_1.bin', 7)],
    [],
  );
  expect([train.count, test.count]).toEqual([7, 5]);
});

it('holds out a tenth of a file that comes alone, even if it is called a test', async () => {
  for (const name of ['images.bin', 'test.bin']) {
    const { train, test } = await readTrainAndTest([file(name, 40)], []);
    expect([train.count, test.count]).toEqual([36, 4]);
  }
});

it('refuses a single image, of which nothing can be held out', async () => {
  await expect(readTrainAndTest([file('images.bin', 1)], [])).rejects.toThrow(/2 images or more.*got 1/);
});

it('knows the class of a test folder with one class, whatever lies around it', async () => {
  const paths = [['test/cats/1.png', 'test/cats/2.png'], ['cats/1.png'], ['a/dogs/images/1.png']];
  const read = paths.map((test) => readTrainAndTest(CATS_AND_DOGS, pictures(...test)));
  const found = (await Promise.all(read)).map(({ test, notices }) => [
    [...test.labels],
    test.classes,
    notices,
  ]);
  const classes = ['cats', 'dogs'];
  expect(found).toEqual([
    [[0, 0], classes, undefined],
    [[0], classes, undefined],
    [[1], classes, undefined],
  ]);
});

it('knows the class of an archive or a chosen folder with one class, by its name or those of its folders', async () => {
  const items = (...paths: string[]) => paths.map((path, i) => ({ path, bytes: picture(i) }));
  const given = async (path: string, ...inside: string[]) => {
    const bytes = path.endsWith('zip') ? await zip(items(...inside)) : tar(items(...inside));
    return [{ path, file: new File([bytes], path) }];
  };
  const below = (name: string) => pictures('1.png', '2.png').map((file) => ({ ...file, below: name }));
  const tests = [
    await given('test.zip', 'dogs/1.png', 'dogs/2.png'),
    await given('some.tar', 'set/dogs/1.png', 'set/dogs/2.png'),
    await given('dogs.zip', '1.png', '2.png'),
    await given('dogs.tar', '1.png', '2.png'),
    below('dogs'),
    below('test'),
    await given('dogs.zip', 'cats/1.png', 'cats/2.png'),
    await given('test.zip', 'wolves/1.png', 'wolves/2.png'),
  ];
  const read = await Promise.all(tests.map((test) => readTrainAndTest(CATS_AND_DOGS, test)));
  expect(read.map(({ test }) => test.classes[test.labels[1]!] ?? null)).toEqual([
    ...Array.from({ length: 5 }, () => 'dogs'),
    ...[null, null, null],
  ]);
  expect(read.map(({ notices = [] }) => notices.join().includes('no accuracies'))).toEqual([
    ...Array.from({ length: 5 }, () => false),
    ...[true, true, true],
  ]);
});

it('says that there are no accuracies where only one part has classes', async () => {
  const words = async (train: readonly SourceFile[], test: readonly SourceFile[]) =>
    (await readTrainAndTest(train, test)).notices;
  expect(await words(CATS_AND_DOGS, pictures('mine/1.png'))).toEqual([
    expect.stringMatching(/^mine.*the images to test on have no classes, so that/),
  ]);
  expect(await words(pictures('mine/1.png'), CATS_AND_DOGS)).toEqual([
    expect.stringMatching(/^mine.*the images to train on have no classes, so that/),
  ]);
});

it('asks about classes that only the test has, leaves them out if the user says so, and refuses a test of no others', async () => {
  const test = pictures('test/cats/1.png', 'test/dogs/1.png', 'test/wolves/1.png');
  await expect(readTrainAndTest(CATS_AND_DOGS, test)).rejects.toThrow(LeftOutQuestion);
  await expect(readTrainAndTest(CATS_AND_DOGS, test)).rejects.toThrow(
    /classes of training \(cats, dogs\) in the test, got others \(wolves\), of 1 of 3 images.*use the rest/,
  );
  const rest = await readTrainAndTest(CATS_AND_DOGS, test, { useTheRest: true });
  expect([rest.test.count, [...rest.test.labels], rest.test.classes]).toEqual([2, [0, 1], ['cats', 'dogs']]);
  expect(rest.test.pixels).toHaveLength(2 * 3 * 8 * 8);
  expect(rest.notices).toEqual([expect.stringMatching(/1 image to test on is left out, because training/)]);
  const wolves = pictures('test/wolves/1.png', 'test/bears/1.png');
  await expect(readTrainAndTest(CATS_AND_DOGS, wolves, { useTheRest: true })).rejects.toThrow(
    /got others \(bears, wolves\)\. Choose training/,
  );
});

it('uses what is left where a class loses its training pictures', async () => {
  const empty = { path: 'd/train/cats/1.png', file: new File([], '1.png') };
  const good = pictures('d/train/dogs/1.png', 'd/train/owls/1.png', 'd/test/cats/1.png', 'd/test/dogs/1.png');
  await expect(readTrainAndTest([empty, ...good], [])).rejects.toThrow(LeftOutQuestion);
  const { train, test, notices } = await readTrainAndTest([empty, ...good], [], { useTheRest: true });
  expect([train.classes, test.count, test.classes]).toEqual([['dogs', 'owls'], 1, ['dogs', 'owls']]);
  expect(notices?.join()).toMatch(/because training has not their classes/);
});
