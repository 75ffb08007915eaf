import { describe, expect, it } from 'vitest';
import { WHOLE } from './files.ts';
import { guess, guessRecipe, type NamedFile } from './guess.ts';

const file = (path: string, size = 0): NamedFile => ({ path, file: { size } });
const recipe = (...paths: string[]) => guessRecipe(paths.map((path) => file(path)));

describe('the recipe of files that nobody has read', () => {
  it('is told by the names of the official archives and of what they hold', () => {
    expect(recipe('cifar-10-binary.tar.gz')).toBe('cifar10');
    expect(recipe('data_batch_1.bin', 'test_batch.bin')).toBe('cifar10');
    expect(recipe('cifar-100-binary.tar.gz')).toBe('cifar100');
    expect(recipe('train.bin', 'test.bin', 'fine_label_names.txt')).toBe('cifar100');
    expect(recipe('stl10_binary.tar.gz')).toBe('stl10');
    expect(recipe('stl10_binary/unlabeled_X.bin')).toBe('stl10');
    expect(recipe('train_X.bin', 'train_y.bin', 'test_X.bin', 'test_y.bin')).toBe('stl10');
    expect(recipe('unlabeled-246_X.bin')).toBe('stl10');
    expect(recipe('imagenet-100/train-00000-of-00017.parquet')).toBe('imagenet100');
  });

  it('takes pictures without a name that says more for pictures of the user’s own', () => {
    expect(recipe('cats/1.jpg', 'dogs/2.PNG')).toBe('imagenet100');
    expect(recipe('holiday.zip')).toBe('imagenet100');
    expect(recipe('cifar10/cat/1.png')).toBe('cifar10');
    expect(recipe('cifar100-small/test/apple/1.png')).toBe('cifar100');
  });

  it('is told by the size of records where names say nothing', () => {
    expect(guessRecipe([file('a.bin', 3073 * 20)])).toBe('cifar10');
    expect(guessRecipe([file('a.bin', 3074 * 20)])).toBe('cifar100');
    expect(guessRecipe([file('a.bin', 27_648 * 5)])).toBe('stl10');
    expect(guessRecipe([file('a.bin', 3074 * 20), file('b.bin', 3073 * 20)])).toBe('cifar10');
    expect(guessRecipe([file('what', 7)])).toBe('cifar10');
  });
});

describe('side and counts of files that nobody has read', () => {
  it('count records, and take an archive for all of its data set', () => {
    const records = [file('data_batch_1.bin', 3073 * 70), file('data_batch_2.bin', 3073 * 30 + 5)];
    expect(guess(records, [], WHOLE)).toMatchObject({ side: 32, train: 100, test: null });
    expect(guess(records, [file('test_batch.bin', 3073 * 9)], WHOLE)).toMatchObject({ train: 100, test: 9 });
    const archive = [file('cifar-10-binary.tar.gz', 170_052_171)];
    expect(guess(archive, [], WHOLE)).toMatchObject({ side: 32, train: 50_000, test: 10_000 });
    expect(guess([file('cifar100.bin', 3074 * 20)], [], WHOLE)).toMatchObject({ side: 32, train: 20 });
  });

  it('count STL-10’s unlabeled images as those that train, and no labels as images', () => {
    const train = [
      file('train_X.bin', 27_648 * 50),
      file('train_y.bin', 50),
      file('unlabeled_X.bin', 27_648 * 1000),
    ];
    const test = [file('test_X.bin', 27_648 * 80), file('test_y.bin', 80)];
    expect(guess(train, test, WHOLE)).toMatchObject({ recipe: 'stl10', side: 96, train: 1000, test: 80 });
    expect(guess(train.slice(0, 2), test, WHOLE)).toMatchObject({ train: 50 });
  });

  it('count pictures, tell test folders apart, and leave their side to whoever reads them', () => {
    const folder = ['train/a/1.jpg', 'train/b/2.jpg', 'val/a/3.jpg', 'train/notes.txt'].map((path) =>
      file(path),
    );
    expect(guess(folder, [], WHOLE)).toMatchObject({ side: null, train: 2, test: 1 });
    expect(guess(folder, [], { ...WHOLE, layout: 'classes' })).toMatchObject({ train: 3, test: null });
    expect(guess(folder.slice(0, 2), [], WHOLE)).toMatchObject({ train: 2, test: null });
  });

  it('say nothing of what only reading tells', () => {
    expect(guess([file('holiday.zip', 1e6)], [], WHOLE)).toMatchObject({
      ...{ words: 'pictures in a zip', side: null, train: null, test: null },
    });
    expect(guess([file('train.parquet', 1e6)], [], WHOLE)).toMatchObject({ train: null });
  });

  it('follow the side and the limits that were asked for', () => {
    const sampling = { side: 48, limits: { train: 10, test: 5 } };
    const folder = Array.from({ length: 30 }, (_, i) => file(`a/${i}.png`));
    expect(guess(folder, [], sampling)).toMatchObject({ side: 48, train: 10, test: null });
    // If the images cannot be counted before reading, the guess is the limit.
    expect(guess([file('holiday.zip', 1e6)], [], sampling)).toMatchObject({
      side: 48,
      train: 10,
      test: null,
    });
  });
});
