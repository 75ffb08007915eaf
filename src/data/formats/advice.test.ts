import { describe } from 'vitest';
import { picture, tar, zip } from '../../../datasets/inputs/pack.ts';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { fileOf, type Given, reading, readingBoth, readingFiles } from './given.fixture.ts';
import { makeFineRecords, makeRecords, makeStlImages } from './records.fixture.ts';

// What each text about records, lists and folders advises, done.

const good = reading({ 'a.bin': makeRecords(2) });
const TEN = 'abcdefghij'.split('').join('\n');
const withLabel = (label: number) => makeRecords(3).fill(label, 3073, 3074);

const RECORDS: readonly AdviceRow[] = [
  ['no file', reading({}), /^No file with images: expected .*, got none\. Choose one\.$/, good],
  ['an empty file', reading({ 'a.bin': '' }), /got 0 bytes\. Choose another file\.$/, good],
  [
    'a file that is cut',
    reading({ 'a.bin': makeRecords(3).subarray(0, 9000) }),
    /truncated .*Download or copy the file again\.$/,
    good,
  ],
  [
    'a label that is none',
    reading({ 'a.bin': withLabel(12) }),
    /The file is damaged or of another kind: choose the binary version\.$/,
    good,
  ],
  [
    'two data sets',
    reading({ 'a.bin': makeRecords(2), 'b.bin': makeFineRecords(2) }),
    /^Files of two data sets: .* Choose files of one data set\.$/,
    reading({ 'b.bin': makeFineRecords(2) }),
  ],
  [
    'too few names',
    reading({ 'train.bin': makeFineRecords(2), 'fine_label_names.txt': 'apple\nbear\n' }),
    /expected 100 names, one a line, got 2\. Leave it out, or take the official one\.$/,
    reading({ 'train.bin': makeFineRecords(2) }),
  ],
  [
    'a list of names without one',
    reading({ 'train_X.bin': makeStlImages(2), 'train_y.bin': Uint8Array.of(1, 2), 'class_names.txt': '\n' }),
    /expected 1 to 256 classes, got 0\. Choose another file\.$/,
    reading({ 'train_X.bin': makeStlImages(2), 'train_y.bin': Uint8Array.of(1, 2), 'class_names.txt': TEN }),
  ],
];

const stl = (change: Given = {}) =>
  reading({ 'train_X.bin': makeStlImages(2), 'train_y.bin': Uint8Array.of(1, 2), ...change });

const STL: readonly AdviceRow[] = [
  [
    'images that are cut',
    stl({ 'train_X.bin': makeStlImages(2).subarray(1) }),
    /1 images and 27647 bytes over\)\. Download or copy the file again\.$/,
    stl(),
  ],
  [
    'labels of another split',
    stl({ 'train_y.bin': Uint8Array.of(1, 2, 3) }),
    /expected 2 labels of a byte each, got 3\. Choose both files of one split\.$/,
    stl(),
  ],
  [
    'labels of other classes',
    stl({ 'train_y.bin': Uint8Array.of(1, 12) }),
    /from 1 to 10, got 12\. If the classes are others, choose their names \(…_classes\.txt\) too\.$/,
    stl({ 'train_y.bin': Uint8Array.of(1, 12), 'train_classes.txt': 'abcdefghijkl'.split('').join('\n') }),
  ],
  [
    'labels alone',
    reading({ 'train_y.bin': Uint8Array.of(1, 2), 'test_X.bin': makeStlImages(2) }),
    /has no images: expected train_X\.bin beside it, got none\. Choose both files\.$/,
    stl(),
  ],
  [
    'one split twice',
    stl({ 'b/train_X.bin': makeStlImages(2) }),
    /both the split “train”: expected one file of each\. Choose one of them\.$/,
    stl(),
  ],
];

const changed = (changes: object) => [
  { path: 'a.bin', file: Object.assign(new File([makeRecords(3)], 'a.bin'), changes) },
];
const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
const someTar = tar([{ path: 'data_batch_1.bin', bytes: makeRecords(2) }]);

const FILES: readonly AdviceRow[] = [
  [
    'a file that was moved',
    readingFiles(changed({ slice: () => ({ arrayBuffer: () => Promise.reject(new Error('moved')) }) })),
    /cannot be read: moved\. If it was moved or changed, choose it again\.$/,
    readingFiles(changed({})),
  ],
  [
    'a file that became shorter',
    readingFiles(
      changed({
        slice: (from: number, to: number) => new Blob([new Uint8Array(Math.max(0, to - from - 1))]),
      }),
    ),
    /changed while it was read: .* Choose it again\.$/,
    readingFiles(changed({})),
  ],
  [
    'a file whose bytes end in an error',
    readingFiles([
      { path: 'a.tar', file: Object.assign(new File([someTar], 'a.tar'), { stream: () => broken }) },
    ]),
    /got “gone”\. Download or copy the file again\.$/,
    reading({ 'a.tar': someTar }),
  ],
  [
    'a file of an unknown kind',
    reading({ a: Uint8Array.of(7, 200, 3, 1) }),
    /unknown kind.* Leave it out, or choose other files\.$/,
    good,
  ],
  [
    'files of unknown kinds',
    reading({ a: Uint8Array.of(7, 200, 3, 1), b: Uint8Array.of(7, 200, 3, 1) }),
    /choose other files\. The other file cannot be read either\.$/,
    good,
  ],
  [
    'pictures and records',
    reading({ 'a.png': picture(1), 'b.bin': makeRecords(1) }),
    /Files of different kinds: .* Choose files of one data set\.$/,
    reading({ 'a.png': picture(1) }),
  ],
];

const CATS: Given = { 'd/train/cats/1.png': picture(1), 'd/train/dogs/1.png': picture(2) };
const WOLVES: Given = { 't/wolves/1.png': picture(3), 't/bears/1.png': picture(4) };
const BOTH: Given = { 't/cats/1.png': picture(3), 't/wolves/1.png': picture(4) };

const PARTS: readonly AdviceRow[] = [
  [
    'one image alone',
    readingBoth({ 'a.bin': makeRecords(1) }, {}),
    /expected 2 images or more, .* got 1\. Choose more images\.$/,
    readingBoth({ 'a.bin': makeRecords(2) }, {}),
  ],
  [
    'a test of other classes',
    readingBoth(CATS, WOLVES),
    /got others \(bears, wolves\)\. Choose training and test images of one data set\.$/,
    readingBoth(CATS, { 't/cats/1.png': picture(3), 't/dogs/1.png': picture(4) }),
  ],
  [
    'a test with some other classes',
    readingBoth(CATS, BOTH),
    /of 1 of 2 images\. Choose training and test images of one data set, or use the rest as it is\.$/,
    readingBoth(CATS, BOTH, { useTheRest: true }),
  ],
];

const TINY: Given = {
  'tiny/train/n01/images/n01_0.png': picture(1),
  'tiny/train/n02/images/n02_0.png': picture(2),
  'tiny/val/images/val_0.png': picture(3),
  'tiny/val/images/val_1.png': picture(4),
};
const tiny = (list: string) => reading({ ...TINY, 'tiny/val/val_annotations.txt': list });
const published = tiny('val_0.png\tn02\t0\nval_1.png\tn01\t0\n');
const WITHOUT_LIST = reading(TINY, { layout: 'splits' });

const LISTS: readonly AdviceRow[] = [
  [
    'a list that is too long',
    tiny(`${'x'.repeat(2 ** 20)}\tn01\n`),
    /expected at most 1048576 bytes, as a list of classes has, got \d+\. Take it out of the files\.$/,
    WITHOUT_LIST,
  ],
  [
    'a list that leaves one out',
    tiny('val_0.png\tn02\t0\n'),
    /got none for 1 \(val_1\.png\)\. Take the list out, or choose the archive as it was published\.$/,
    published,
  ],
  [
    'a list that is none',
    tiny('val_0.png n02\n'),
    /line 1: .* Take the list out, or choose the archive as it was published\.$/,
    WITHOUT_LIST,
  ],
];

const HEIC = Uint8Array.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', (letter) => letter.charCodeAt(0));
const twelve = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [`set/${i % 2 ? 'cat' : 'dog'}/${i}.png`, picture(i)]),
);
const heics = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`set/cat/x${i}.heic`, HEIC]));
const LINK = 'set/cow is a link to “../cow”, where nothing can be read. Mend the link, or take it out.';
const linked = [
  ...Object.entries(twelve).map(([path, bytes]) => fileOf(path, bytes)),
  { ...fileOf('set/cow', ''), fault: LINK },
];

const LEFT_OUT: readonly AdviceRow[] = [
  [
    'a folder that cannot be opened',
    readingFiles(linked),
    /Mend the link, or take it out\. Or use the other 12\.$/,
    readingFiles(linked, { useTheRest: true }),
  ],
  [
    'a link, mended',
    readingFiles(linked),
    /^set\/cow .* Mend the link, or take it out\./,
    reading({ ...twelve, 'set/cow/1.png': picture(1) }),
  ],
  [
    'many pictures that Chrome cannot read',
    reading({ ...twelve, ...heics(3) }),
    /3 HEIC \(Chrome cannot read them; convert to PNG or JPEG\): .* Do what is said there, or use the rest as it is\.$/,
    reading({ ...twelve, ...heics(3) }, { useTheRest: true }),
  ],
  [
    'nothing but pictures that Chrome cannot read',
    reading(heics(3)),
    /got none: 3 HEIC .*convert to PNG or JPEG\): .* Do what is said there, or choose other files\.$/,
    reading({ 'set/x0.png': picture(0), 'set/x1.png': picture(1), 'set/x2.png': picture(2) }),
  ],
  [
    'one picture, which is encrypted',
    async () => reading({ 'a.zip': await zip([{ path: 'a/1.png', bytes: picture(1), flags: 0x801 }]) })(),
    /is encrypted: .* Unpack it and choose the folder\.$/,
    reading({ 'a/1.png': picture(1) }),
  ],
];

describe('the advice of texts about records', () => testAdvice([...RECORDS, ...STL]));
describe('the advice of texts about files', () => testAdvice([...FILES, ...LISTS]));
describe('the advice of texts about parts', () => testAdvice([...PARTS, ...LEFT_OUT]));
