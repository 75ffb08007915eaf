import { describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../../advice.fixture.ts';
import { LAYOUTS, type LayoutChoice } from '../../formats/files.ts';
import { LayoutQuestion } from './layoutQuestion.ts';
import { checkPictureCount, layOut } from './pictureLayout.ts';

// What each text about folders advises, done. A question is answered by each reading that it offers.

const ALL = { train: null, test: null };
const laidOut = (paths: readonly string[], layout: LayoutChoice | null = null, sizes?: readonly number[]) => {
  const { train, test } = layOut('set', paths, null, ALL, layout, sizes ?? null);
  const count = (part: typeof train) => part?.pictures.length ?? 0;
  expect(count(train) + count(test)).toBeGreaterThan(0);
};
const read = (...paths: string[]) => {
  return () => laidOut(paths);
};
const readAs = (layout: LayoutChoice, ...paths: string[]) => {
  return () => laidOut(paths, layout);
};

/** A question about these paths: every reading that its text offers can be chosen. */
const asked = (fault: string, says: RegExp, ...paths: string[]): AdviceRow => {
  let question: unknown;
  const provoke = () => {
    try {
      laidOut(paths);
    } catch (error) {
      question = error;
      throw error;
    }
  };
  const follow = () => {
    if (!(question instanceof LayoutQuestion)) return expect.fail('expected a question');
    const { readings, message } = question;
    expect(readings.length).toBeGreaterThan(0);
    for (const layout of LAYOUTS) if (message.includes(`${layout}: `)) laidOut(paths, layout);
  };
  return [fault, provoke, says, follow];
};

const FOLDERS: readonly AdviceRow[] = [
  [
    'pictures with masks',
    read('set/images/1.png', 'set/images/2.png', 'set/masks/1.png', 'set/masks/2.png'),
    /Masks are no pictures to train on: choose folders without them\.$/,
    read('images/1.png', 'images/2.png'),
  ],
  [
    'classes that are to be read as splits',
    readAs('splits', 'cat/1.png', 'dog/1.png'),
    /got cat, dog\. Choose the folder to train on and the one to test on each by itself\.$/,
    read('1.png', '2.png'),
  ],
  [
    'a path twice',
    read('a/1.png', 'a/1.png'),
    /got a\/1\.png twice\. Choose each folder once\.$/,
    read('a/1.png', 'b/1.png'),
  ],
  [
    'pictures outside the folders of classes',
    read('set/cat/1.png', 'set/dog/1.png', 'set/2.png'),
    /got 1 of 3 outside \(2\.png\)\. Put them into folders, or take them out\.$/,
    read('set/cat/1.png', 'set/dog/1.png', 'set/dog/2.png'),
  ],
  [
    'folders that are too deep',
    read(`${'a/'.repeat(65)}1.png`),
    /at most 64 deep in each other, got 65\. Choose a folder further down\.$/,
    read(`${'a/'.repeat(64)}1.png`),
  ],
  [
    'too many pictures',
    () => checkPictureCount('set', 2 ** 20 + 1),
    /expected at most 1048576, got more\. Choose a part of them\.$/,
    () => checkPictureCount('set', 2 ** 20),
  ],
];

const QUESTIONS: readonly AdviceRow[] = [
  asked('masks beside pictures', /the name of a mask/, 'a/1.png', 'a/1_mask.png', 'b/2.jpg'),
  asked(
    'splits inside classes',
    /Possible is splits: .*; classes: /,
    ...['cat/train/1.png', 'cat/test/1.png', 'dog/train/1.png', 'dog/test/1.png', 'cow/train/1.png'],
    'extra/1.png',
  ),
  asked(
    'a lone split',
    /called a split, with folders inside, and something beside it\. Possible is splits: .*; classes: /,
    ...['train/a/1.png', 'train/b/1.png', 'train/b/2.png', 'extra/1.png'],
  ),
  asked(
    'splits without one for training',
    /none for training beside one for testing\. Possible is classes: /,
    ...['test/1.png', 'val/1.png'],
  ),
  asked(
    'folders that hold the same folders',
    /To use one of them, choose it alone\. Possible is classes: /,
    ...['color/a/1.png', 'color/b/1.png', 'grey/a/1.png', 'grey/b/1.png'],
  ),
  asked(
    'folders beside splits',
    /Beside the splits lies augmented\. Possible is splits: .*; classes: /,
    ...['train/a/1.png', 'train/b/1.png', 'test/a/1.png', 'augmented/a/1.png', 'augmented/b/2.png'],
  ),
];

describe('the advice of texts about folders', () => testAdvice([...FOLDERS, ...QUESTIONS]));
