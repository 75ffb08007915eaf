import { describe, expect, it } from 'vitest';
import { checkPictureCount, layOut } from './pictureLayout.ts';

const ALL = { train: null, test: null };
const laidOut = (paths: readonly string[], limits: { train: number | null; test: number | null } = ALL) => {
  const { train, test } = layOut('some', paths, null, limits);
  const named = (part: typeof train) =>
    part?.pictures.map(({ index, label }) => `${paths[index]} ${part.classes[label] ?? '-'}`);
  return { train: named(train), test: named(test) };
};

describe('layOut', () => {
  it('takes the folders below what all paths share as classes, in the order of the paths', () => {
    const { train, test } = laidOut(['set/b/2.png', 'set/a/9.png', 'set/b/10.png', 'set/a/deep/1.png']);
    expect(train).toEqual(['set/a/9.png a', 'set/a/deep/1.png a', 'set/b/10.png b', 'set/b/2.png b']);
    expect(test).toBeUndefined();
  });

  it.each(['val', 'valid', 'validation', 'test', 'Test'])('takes train beside %s as splits', (name) => {
    const { train, test } = laidOut(['d/train/a/1.png', 'd/train/b/1.png', `d/${name}/a/1.png`]);
    expect(train).toEqual(['d/train/a/1.png a', 'd/train/b/1.png b']);
    expect(test).toEqual([`d/${name}/a/1.png a`]);
  });

  it('tests on val rather than on a test without classes, and on a test with classes rather than on a val without', () => {
    const train = ['train/a/1.png', 'train/b/1.png'];
    expect(laidOut([...train, 'val/a/1.png', 'val/b/1.png', 'test/1.png']).test).toHaveLength(2);
    expect(laidOut([...train, 'val/1.png', 'test/a/1.png', 'test/b/1.png']).test).toHaveLength(2);
  });

  it('tests on the test set where val has classes too, and says what it leaves out', () => {
    const paths = ['train/a/1.png', 'train/b/1.png', 'val/a/1.png', 'test/a/1.png', 'test/b/2.png'];
    expect(laidOut(paths).test).toEqual(['test/a/1.png a', 'test/b/2.png b']);
    expect(layOut('some', paths, null, ALL).notices).toEqual([
      'some: 1 image for validation is left out, because there is a test set.',
    ]);
    const bare = ['train/a/1.png', 'train/b/1.png', 'val/a/1.png', 'test/1.png', 'test/2.png'];
    expect(layOut('some', bare, null, ALL).notices).toEqual([
      'some: 2 images for testing are left out for want of classes; validation tests.',
    ]);
  });

  it('joins the several training folders of a copy of ImageNet-100', () => {
    const { train, test } = laidOut([
      'i/train.X1/a/1.png',
      'i/train.X2/b/1.png',
      'i/val.X/a/1.png',
      'i/val.X/b/1.png',
    ]);
    expect(train).toEqual(['i/train.X1/a/1.png a', 'i/train.X2/b/1.png b']);
    expect(test).toHaveLength(2);
  });

  it('keeps a class that is called train', () => {
    expect(laidOut(['x/train/1.png', 'x/truck/1.png']).train).toEqual([
      'x/train/1.png train',
      'x/truck/1.png truck',
    ]);
  });

  it('knows no classes in one folder', () => {
    expect(laidOut(['mine/2.png', 'mine/1.png']).train).toEqual(['mine/1.png -', 'mine/2.png -']);
    expect(laidOut(['1.png']).train).toEqual(['1.png -']);
  });

  it('takes all classes in turn when limited', () => {
    const paths = ['a', 'a', 'a', 'b', 'c', 'c'].map((folder, i) => `${folder}/${i}.png`);
    expect(laidOut(paths, { train: 4, test: null }).train).toEqual(
      ['a/0.png a', 'b/3.png b', 'c/4.png c', 'a/1.png a'].sort(),
    );
    expect(laidOut(paths, { train: 5, test: null }).train).toHaveLength(5);
    expect(laidOut(['1.png', '2.png', '3.png'], { train: 2, test: null }).train).toHaveLength(2);
  });

  it('gives all to the role that the user said, or its split', () => {
    const { test, train } = layOut('some', ['a/1.png', 'b/1.png'], 'test', ALL);
    expect([train, test?.pictures.length]).toEqual([undefined, 2]);
    const split = layOut('some', ['train/a/1.png', 'val/a/1.png', 'val/b/1.png'], 'test', ALL);
    expect([split.train, split.test?.pictures.length]).toEqual([undefined, 2]);
  });

  it('refuses pictures outside the folders of their classes, more than 256 classes, and a path that comes twice', () => {
    expect(() => laidOut(['cover.png', 'a/1.png', 'b/1.png'])).toThrow(/1 of 3 outside \(cover\.png\)/);
    const many = Array.from({ length: 257 }, (_, i) => `${i}/1.png`);
    expect(() => laidOut(many)).toThrow(/1 to 256 classes, got 257/);
    expect(() => laidOut(['a/1.png', 'a/1.png'])).toThrow(/a\/1\.png twice/);
  });

  it('refuses to read classes as splits, and reads them as classes', () => {
    const paths = ['a/1.png', 'b/1.png'];
    expect(() => layOut('some', paths, null, ALL, 'splits')).toThrow(
      /a folder for training beside one for testing, as train and test, got a, b\./,
    );
    expect(layOut('some', paths, null, ALL, 'classes').train?.classes).toEqual(['a', 'b']);
  });

  it('refuses more pictures than any data set has, and takes a part of them', () => {
    expect(() => checkPictureCount('some', 2 ** 20 + 1)).toThrow(/at most 1048576, got more/);
    checkPictureCount('some', 2 ** 20);
  });
});
