import { describe, expect, it } from 'vitest';
import type { LayoutChoice } from '../../formats/files.ts';
import { LayoutQuestion } from './layoutQuestion.ts';
import { LAYOUTS, picturePaths } from './layouts.fixture.ts';
import { layOut } from './pictureLayout.ts';

const ALL = { train: null, test: null };
/** Bytes of files, by their names: those of one name are copies of each other. */
const sizesOf = (paths: readonly string[]) => paths.map((path) => Number(/(\d+)\.\w+$/.exec(path)?.[1]));
const numbers = (
  paths: readonly string[],
  layout: LayoutChoice | null = null,
  sizes: readonly number[] | null = sizesOf(paths),
) => {
  const { train, test } = layOut('some', paths, null, ALL, layout, sizes);
  return { train: train?.pictures.length ?? 0, test: test?.pictures.length ?? 0, classes: train?.classes };
};

describe('published layouts', () => {
  it('are forty', () => expect(LAYOUTS.length).toBeGreaterThanOrEqual(40));

  it.each(LAYOUTS)('$set', (known) => {
    const paths = picturePaths(known);
    if (known.read === 'question') expect(() => numbers(paths)).toThrow(LayoutQuestion);
    else if (known.read === 'masks') expect(() => numbers(paths)).toThrow(/pictures with masks/);
    else expect(numbers(paths)).toEqual(known.read);
  });

  it.each(LAYOUTS)('$set: no picture of a test folder is trained on without a question', (known) => {
    if (known.read === 'question' || known.read === 'masks') return;
    const paths = picturePaths(known);
    const { train } = layOut('some', paths, null, ALL, null, sizesOf(paths));
    const trained = train?.pictures.map(({ index }) => paths[index]!) ?? [];
    expect(trained.filter((path) => /(^|[/_])(test|val|valid|validation)/i.test(path))).toEqual([]);
  });
});

describe('folders that can be read in several ways', () => {
  it('are asked about with the counts of each reading, and read as the user says', () => {
    const paths = ['train/1.png', 'train/2.png', 'test/1.png', 'valid/1.png'];
    const question = (() => {
      try {
        return numbers(paths);
      } catch (error) {
        return error;
      }
    })();
    expect(question).toMatchObject({
      readings: [
        { layout: 'splits', train: 2, test: 1, classes: [], leftOut: 0 },
        { layout: 'classes', train: 4, test: 0, classes: ['test', 'train', 'valid'], leftOut: 0 },
      ],
    });
    expect(String(question)).toMatch(
      /splits: 2 to train on and 1 to test on without classes; classes: 4 pictures of 3/,
    );
    expect(numbers(paths, 'splits')).toEqual({ train: 2, test: 1, classes: [] });
    expect(numbers(paths, 'classes')).toEqual({ train: 4, test: 0, classes: ['test', 'train', 'valid'] });
  });

  it('are classes where most of their names are of no split', () => {
    const names = ['test', 'train', 'truck', 'car', 'ship'];
    expect(numbers(names.map((name) => `${name}/1.png`)).classes).toEqual(names.toSorted());
  });

  it('are a lone split and what lies beside it', () => {
    const paths = ['train/a/1.png', 'train/b/1.png', 'train/b/2.png', 'extra/1.png'];
    expect(() => numbers(paths)).toThrow(
      /splits: 3 pictures of 2 classes \(a, b\), 1 left out; classes: 4 pictures of 2 classes \(extra, train\)/,
    );
    expect(numbers(paths, 'splits')).toEqual({ train: 3, test: 0, classes: ['a', 'b'] });
    expect(numbers(paths, 'classes')).toEqual({ train: 4, test: 0, classes: ['extra', 'train'] });
    // Without folders inside it may well be a class.
    expect(numbers(['train/1.png', 'bus/1.png']).classes).toEqual(['bus', 'train']);
  });

  it('are classes beside augmented copies of them', () => {
    const paths = ['a', 'b', 'a_augmented', 'Aug B'].map((folder) => `${folder}/1.png`);
    expect(() => numbers(paths)).toThrow(/a_augmented, Aug B may hold augmented copies/);
    expect(numbers(paths, 'classes').train).toBe(4);
    expect(numbers(['august/1.png', 'b/1.png']).classes).toEqual(['august', 'b']);
  });

  it('name what lies beside the splits', () => {
    const paths = [
      'train/a/1.png',
      'train/b/1.png',
      'test/a/1.png',
      'augmented/a/1.png',
      'augmented/b/2.png',
    ];
    expect(() => numbers(paths)).toThrow(/Beside the splits lies augmented/);
    expect(numbers(paths, 'splits')).toEqual({ train: 2, test: 1, classes: ['a', 'b'] });
  });
});

describe('files that are called masks', () => {
  it('are asked about beside their pictures, in folders and in splits', () => {
    const one = ['a/1.png', 'a/1_mask.png', 'a/1_mask_1.jpg', 'b/2.jpg'];
    expect(() => numbers(one)).toThrow(
      /2 pictures have the name of a mask of another \(1_mask.png, 1_mask_1.jpg\).*classes: 4 pictures/,
    );
    expect(numbers(one, 'classes').train).toBe(4);
    const splits = one.flatMap((path) => [`train/${path}`, `test/${path}`]);
    expect(() => numbers(splits)).toThrow(/4 pictures have the name of a mask.*splits: 4 to train on and 4/);
    expect(numbers(splits, 'splits').train).toBe(4);
  });

  it('are pictures where there are no others of their names', () => {
    expect(numbers(['a/1.png', 'a/dog_mask.png', 'b/1.png', 'b/mask.png']).train).toBe(4);
  });
});

describe('folders with pictures of the same names', () => {
  const each = (outer: readonly string[], inner: readonly string[]) =>
    outer.flatMap((folder) => inner.flatMap((name) => [1, 2].map((i) => `${folder}/${name}/${i}.png`)));
  const splits = each(['x/train', 'x/test', 'y/train', 'y/test'], ['a', 'b']);
  const classes = each(['set', 'set/set'], ['a', 'b', 'c']);

  it('are copies where the sizes are equal too', () => {
    expect(numbers(splits)).toEqual({ train: 4, test: 4, classes: ['a', 'b'] });
    expect(numbers(classes)).toEqual({ train: 6, test: 0, classes: ['a', 'b', 'c'] });
  });

  it.each([
    ['of other sizes', (paths: readonly string[]) => paths.map((_, i) => i)],
    ['of one size, which tells nothing', (paths: readonly string[]) => paths.map(() => 3072)],
    ['of unknown sizes', () => null],
  ] as const)('are asked about if they are %s', (_, sizes) => {
    expect(() => numbers(splits, null, sizes(splits))).toThrow(
      /Beside the splits lies y.*splits: 4 to train/,
    );
    expect(numbers(splits, 'splits', sizes(splits))).toEqual({ train: 4, test: 4, classes: ['a', 'b'] });
    expect(() => numbers(classes, null, sizes(classes))).toThrow(/“set” holds several folders \(a, b, c\)/);
    expect(numbers(classes, 'classes', sizes(classes)).train).toBe(12);
  });
});

describe('folders as people arrange them', () => {
  const CLASSES = ['a', 'b'];
  const each = (outer: readonly string[]) =>
    outer.flatMap((folder) => CLASSES.map((name) => `${folder}/${name}`));
  const both = { train: 4, test: 4, classes: CLASSES };
  it.each([
    ['train and dev', each(['train', 'dev']), both],
    ['train and eval', each(['train', 'eval']), both],
    ['Training and Test', each(['Training', 'Test']), both],
    ['trainval and holdout', each(['trainval', 'holdout']), both],
    ['train, dev and eval', each(['train', 'dev', 'eval']), both],
    ['train, eval and test', each(['train', 'eval', 'test']), both],
    ['train, val and holdout', each(['train', 'val', 'holdout']), both],
    ['train, trainval and val', each(['train', 'trainval', 'val']), both],
    [
      'train, test and holdout',
      each(['train', 'test', 'holdout']),
      /“test” and “holdout” may be the test set/,
    ],
    ['train, dev and val', each(['train', 'dev', 'val']), /“dev” and “val” may be the test set/],
    ['train, training and val', each(['train', 'training', 'val']), /“training” may be the training set/],
    ['train and trainval', ['train', 'trainval'], /called as splits, but/],
    ['splits in two more folders', each(['outer/inner/train', 'outer/inner/test']), both],
    [
      'splits beside predictions',
      [...each(['seg_train/seg_train', 'seg_test/seg_test']), 'seg_pred/seg_pred'],
      both,
    ],
    ['a test without labels', [...each(['train', 'val']), 'test'], both],
    ['train, val and test without labels', ['train', 'val', 'test'], LayoutQuestion],
    ['folds that hold no folders', ['fold1', 'fold2', 'fold3'], LayoutQuestion],
    ['shards', ['shard-000', 'shard-001'], /differ by their numbers only/],
    ['parts inside a split', [...each(['test']), 'train/part 1', 'train/part 2'], /part 1, part 2 differ/],
    [
      'folds, of which one lacks a class',
      [...each(['fold_1', 'fold_2']), 'fold_3/a'],
      /“fold_1” holds several folders \(a, b\)/,
    ],
    [
      'superclasses inside a split',
      ['train/x/a', 'train/x/b', 'train/y', 'test/x', 'test/y'],
      LayoutQuestion,
    ],
    ['augmented pictures of all classes', [...CLASSES, 'augmented'], /augmented may hold augmented copies/],
    ['mirrored pictures of a class', [...CLASSES, 'a_flipped'], /a_flipped may hold augmented copies/],
    ['a copy of a class', [...CLASSES, 'b (copy)'], /b \(copy\) may hold/],
    ['a class that came twice', [...CLASSES, 'b (1)'], /b \(1\) may hold/],
    ['five folds', each(['fold1', 'fold2', 'fold3', 'fold4', 'fold5']), LayoutQuestion],
    ['augmented copies beside the splits', each(['train', 'test', 'augmented']), LayoutQuestion],
    ['augmented copies of training', each(['train', 'train_augmented', 'test']), LayoutQuestion],
    ['another language', each(['entrenamiento', 'prueba']), LayoutQuestion],
    ['pictures and binary masks', ['Images', 'Masks_Binary'], /pictures with masks/],
    ['pictures and the same with boxes drawn', ['images', 'annotated_images'], /pictures with masks/],
    ['pictures and maps', ['images', 'segmentation_maps'], /pictures with masks/],
    ['pictures and their masks', ['images', 'masks'], /pictures with masks/],
  ] as const)('%s', (_, folders, expected) => {
    // Names are unique, as in folders that hold no copies.
    const paths = folders.flatMap((folder, i) => [1, 2].map((number) => `${folder}/${i}-${number}.png`));
    if (expected === both) expect(numbers(paths)).toEqual(expected);
    else expect(() => numbers(paths)).toThrow(expected as RegExp);
  });
});

it('reads splits inside classes', () => {
  const paths = ['cat/train/1.png', 'cat/test/1.png', 'dog/train/1.png', 'dog/test/1.png'];
  expect(numbers(paths)).toEqual({ train: 2, test: 2, classes: ['cat', 'dog'] });
});

it('reads splits inside classes of which one has none to test on, and asks about other folders beside them', () => {
  const paths = ['cat', 'dog'].flatMap((name) => [`${name}/train/1.png`, `${name}/test/1.png`]);
  const classes = ['cat', 'dog', 'fox'];
  expect(numbers([...paths, 'fox/train/1.png'])).toEqual({ train: 3, test: 2, classes });
  for (const more of ['fox/1.png', 'fox/test/1.png', 'fox/red/1.png']) {
    expect(() => numbers([...paths, more])).toThrow(
      /splits lies fox.*splits: 2 to train on and 2 to test on of 2 classes \(cat, dog\), 1 left out; classes: 5/,
    );
  }
  const third = ['cat', 'dog'].map((name) => `${name}/holdout/1.png`);
  expect(() => numbers([...paths, ...third])).toThrow(/“test” and “holdout” may be the test set/);
});

it('tests on what is called evaluation beside validation, and leaves out training with validation', () => {
  const each = (split: string) => [`${split}/a/${split}1.png`, `${split}/b/${split}2.png`];
  const food = ['training', 'validation', 'evaluation'].flatMap(each);
  const { test, notices } = layOut('food', food, null, ALL);
  expect(test?.pictures.map(({ index }) => food[index])).toEqual(each('evaluation'));
  expect(notices).toEqual(['food: 2 images for validation are left out, because there is a test set.']);
  const { train, notices: said } = layOut('voc', ['train', 'trainval', 'val'].flatMap(each), null, ALL);
  expect(train?.pictures).toHaveLength(2);
  expect(said).toEqual([
    'voc: 2 pictures in “trainval” are left out (it holds validation too, and there is a folder for training alone).',
  ]);
});

it('knows a letter with an accent in both of its encodings', () => {
  const { train, test } = layOut(
    'some',
    ['train/b/1.png', 'train/caf\u00e9/1.png', 'val/cafe\u0301/1.png', 'val/b/1.png'],
    null,
    ALL,
  );
  expect(train?.classes).toEqual(['b', 'caf\u00e9']);
  expect(test?.classes).toEqual(train?.classes);
});

it('says what it leaves out, and refuses folders too deep to walk', () => {
  const paths = ['train/a/1.png', 'train/b/1.png', 'val/a/1.png', 'prediction/1.png'];
  expect(layOut('some', paths, null, ALL).notices).toEqual([
    'some: 1 picture in “prediction” is left out (no split).',
  ]);
  expect(() => layOut('some', [`${'a/'.repeat(9000)}1.png`], null, ALL)).toThrow(/at most 64 deep/);
});
