import {
  CATS_AND_DOGS,
  type Content,
  filesOf,
  type InputFile,
  imagesOf,
  type StatedImage,
  text,
} from './inputs.ts';
import { picture } from './pack.ts';

// Lists beside pictures: of their labels, of the names of classes, or of neither.

const flat = (folder = '', count = 12): InputFile[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${folder}${10 + i}.png`, bytes: picture(i) }));
const lines = (of: (i: number) => string, count = 12) =>
  text(Array.from({ length: count }, (_, i) => `${of(i)}\n`).join(''));
const labelled = (of: (i: number) => string | null, count = 12, from = 0): StatedImage[] =>
  Array.from({ length: count }, (_, i) => ({ seed: from + i, of: of(from + i) }));
const number = (i: number) => String(i % 2);
const name = (i: number) => ['ant', 'bee'][i % 2]!;
const come = (of: string, from: string, count = 12) =>
  `${of}: the labels of ${count} pictures come from ${from}.`;

/** Pictures without folders and a list that tells their labels. */
const told = (what: string, list: InputFile, of: (i: number) => string, folder = ''): Content => ({
  what: `a list of labels: ${what}`,
  files: [...flat(folder), list],
  stated: (set) => ({ train: labelled(of), notices: [come(set, list.path)] }),
});

/** Pictures without labels and a list that is left out for a reason. */
const untold = (what: string, list: InputFile, reason: string): Content => ({
  what: `a list that tells no labels: ${what}`,
  files: [...flat(), list],
  stated: (set) => ({
    train: labelled(() => null),
    notices: [`${set}: 12 used, 1 left out: 1 list of ${reason}.`],
  }),
});

const FOLDERS = 'the folders tell the classes';

const NUMBERS = Array.from({ length: 12 }, (_, i) => `${10 + i}.png ${i % 2}`);
/** UTF-16 with its mark, as Windows writes it. */
const wide = (words: string) => {
  const letters = Uint16Array.from(`\ufeff${words}`, (letter) => letter.charCodeAt(0));
  return new Uint8Array(letters.buffer);
};

export const LISTS: readonly Content[] = [
  told('UTF-16', { path: 'a.txt', bytes: wide(NUMBERS.join('\r\n')) }, number),
  told('UTF-8 with a mark', { path: 'a.txt', bytes: text(`\ufeff${NUMBERS.join('\n')}`) }, number),
  told('lines that end in CR', { path: 'a.txt', bytes: text(NUMBERS.join('\r')) }, number),
  {
    what: 'a list of labels: pictures without their endings',
    files: [
      ...Array.from({ length: 4 }, (_, i) => ({ path: `img_${i}.png`, bytes: picture(i) })),
      { path: 'list.txt', bytes: lines((i) => `img_${i} ${name(i)}`, 4) },
    ],
    stated: (set) => ({ train: labelled(name, 4), notices: [come(set, 'list.txt', 4)] }),
  },
  {
    what: 'a list of labels: numbers from 1, and names of classes',
    files: [
      ...flat(),
      { path: 'labels.txt', bytes: text('ant\nbee\n') },
      { path: 'train.txt', bytes: lines((i) => `${10 + i}.png ${1 + (i % 2)}`) },
    ],
    stated: (set) => ({
      train: labelled(name),
      notices: [
        `${set}: the labels of 12 pictures come from train.txt, and the names of their classes from labels.txt.`,
      ],
    }),
  },
  untold(
    'fractions',
    { path: 'ages.txt', bytes: lines((i) => `${10 + i}.png ${i % 3}.5`) },
    'pictures (its labels are fractions)',
  ),
  untold(
    'a label for each',
    { path: 'ids.txt', bytes: lines((i) => `${10 + i}.png ${700 + i}`) },
    'pictures (each of its lines has a label of its own)',
  ),
  {
    what: 'a list that tells no labels: 300 of them',
    files: [
      ...Array.from({ length: 301 }, (_, i) => ({ path: `${1000 + i}.png`, bytes: picture(i % 9) })),
      { path: 'ids.txt', bytes: lines((i) => `${1000 + i}.png ${i % 300}`, 301) },
    ],
    stated: (set) => ({
      train: Array.from({ length: 301 }, (_, i) => ({ seed: i % 9, of: null })),
      notices: [
        `${set}: 301 used, 1 left out: 1 list of pictures (it has 300 labels, more than 256 classes).`,
      ],
    }),
  },
  {
    what: 'lists of Food-101 and of CUB',
    files: [
      ...filesOf(CATS_AND_DOGS).map(({ path, bytes }) => ({ path: `images/${path}`, bytes })),
      {
        path: 'images.txt',
        bytes: text(
          Object.keys(CATS_AND_DOGS)
            .map((path, i) => `${i + 1} ${path}\n`)
            .join(''),
        ),
      },
      { path: 'meta/test.txt', bytes: text('cat/4\ncat/5\n') },
      { path: 'meta/train.txt', bytes: text('cat/0\ncat/1\ndog/2\n') },
    ],
    stated: (set) => ({
      train: imagesOf(CATS_AND_DOGS),
      notices: [`${set}: 12 used, 3 left out: 3 lists of pictures (${FOLDERS}).`],
    }),
  },
  told('numbers', { path: 'train.txt', bytes: lines((i) => `${10 + i}.png ${i % 2}`) }, number),
  told('names after a comma', { path: 'list.txt', bytes: lines((i) => `${10 + i}.png,${name(i)}`) }, name),
  told('names after a tab', { path: 'a.lst', bytes: lines((i) => `${10 + i}.png\t${name(i)}`) }, name),
  told('names after spaces', { path: 'a.index', bytes: lines((i) => `${10 + i}.png   ${name(i)}`) }, name),
  told(
    'Windows, with a line of columns',
    {
      path: 'a.txt',
      bytes: text(
        `file label\r\n${Array.from({ length: 12 }, (_, i) => `.\\img\\${10 + i}.png ${name(i)}\r\n`).join('')}`,
      ),
    },
    name,
    'img/',
  ),
  told(
    'paths of another machine',
    { path: 'a.txt', bytes: lines((i) => `/home/me/set/img/${10 + i}.png ${name(i)}`) },
    name,
    'img/',
  ),
  told(
    'below the list',
    { path: 'a/list.txt', bytes: lines((i) => `img/${10 + i}.png ${name(i)}`) },
    name,
    'a/img/',
  ),
  told('quoted', { path: 'a.txt', bytes: lines((i) => `"${10 + i}.png", "${name(i)}"`) }, name),
  {
    what: 'a list of labels: names of classes beside',
    files: [
      { path: 'classes.txt', bytes: text('ant\nbee\n') },
      ...flat(),
      { path: 'train.txt', bytes: lines((i) => `${10 + i}.png ${i % 2}`) },
    ],
    stated: (set) => ({
      train: labelled(name),
      notices: [
        `${set}: the labels of 12 pictures come from train.txt, and the names of their classes from classes.txt.`,
      ],
    }),
  },
  {
    what: 'a list of labels: names that do not fit',
    files: [
      { path: 'labels.txt', bytes: text('ant\n') },
      ...flat(),
      { path: 'train.txt', bytes: lines((i) => `${10 + i}.png ${i % 2}`) },
    ],
    stated: (set) => ({
      train: labelled(number),
      notices: [
        `${set}: 12 used, 1 left out: 1 list of class names (its names do not fit the labels).`,
        come(set, 'train.txt'),
      ],
    }),
  },
  {
    what: 'lists of labels: train.txt and test.txt',
    files: [
      ...flat('img/'),
      { path: 'test.txt', bytes: text('img/20.png 0\nimg/21.png 1\n') },
      { path: 'train.txt', bytes: lines((i) => `img/${10 + i}.png ${i % 2}`, 10) },
    ],
    stated: (set) => ({
      train: labelled(number, 10),
      test: labelled(number, 2, 10),
      notices: [come(set, 'test.txt, train.txt')],
    }),
  },
  {
    what: 'a list of labels: one picture is not in it',
    files: [...flat(), { path: 'train.txt', bytes: lines((i) => `${10 + i}.png ${i % 2}`, 11) }],
    stated: (set) => ({
      train: labelled(number, 11),
      notices: [
        `${set}: 11 used, 1 left out: 1 that no list names (add it to the list, or take it out).`,
        come(set, 'train.txt', 11),
      ],
    }),
  },
  {
    what: 'a list of labels in folders that differ by a number',
    files: [
      ...flat('images_001/', 6),
      ...Array.from({ length: 6 }, (_, i) => ({ path: `images_002/${16 + i}.png`, bytes: picture(6 + i) })),
      { path: 'list.txt', bytes: lines((i) => `${10 + i}.png ${name(i)}`) },
    ],
    stated: (set) => ({ train: labelled(name), notices: [come(set, 'list.txt')] }),
  },
  untold(
    'half of the pictures',
    { path: 'a.txt', bytes: lines((i) => `${10 + i}.png ${i % 2}`, 6) },
    'pictures (it names 6 of 12 pictures)',
  ),
  untold(
    'a line that names nothing',
    { path: 'a.txt', bytes: lines((i) => `${11 + i}.png ${i % 2}`) },
    'pictures (1 of its 12 lines do not begin with a picture)',
  ),
  untold(
    'paths alone',
    { path: 'train.txt', bytes: lines((i) => `${10 + i}.png`) },
    'pictures (its lines have no labels)',
  ),
  untold(
    'boxes',
    { path: 'a.txt', bytes: lines((i) => `${10 + i}.png 0 1 2 3`) },
    'pictures (its lines have more than a label)',
  ),
  untold(
    'a picture with two labels',
    { path: 'a.txt', bytes: text('10.png a\n10.png b\n') },
    'pictures (it gives a picture another label)',
  ),
  untold(
    'names of classes',
    { path: 'labels.txt', bytes: text('ant\nbee\n') },
    'class names (no picture has a number of these as its label)',
  ),
  {
    what: 'lists beside folders of classes',
    files: [
      ...filesOf(CATS_AND_DOGS),
      { path: 'classes.txt', bytes: text('cat\ndog\n') },
      { path: 'readme.txt', bytes: text('Cats and dogs, see cat/0.txt') },
      {
        path: 'train.txt',
        bytes: text(
          Object.keys(CATS_AND_DOGS)
            .map((path) => `${path} 0\n`)
            .join(''),
        ),
      },
    ],
    stated: (set) => ({
      train: imagesOf(CATS_AND_DOGS),
      notices: [
        `${set}: 12 used, 3 left out: 1 list of class names (${FOLDERS}), 1 metadata, 1 list of pictures (${FOLDERS}).`,
      ],
    }),
  },
  {
    what: 'a list beside samples of WebDataset',
    files: [
      ...flat(),
      ...Array.from({ length: 12 }, (_, i) => ({ path: `${10 + i}.cls`, bytes: text(number(i)) })),
      { path: 'list.txt', bytes: lines((i) => `${10 + i}.png 5`) },
    ],
    stated: (set) => ({
      train: labelled(number),
      notices: [
        `${set}: 12 used, 1 left out: 1 list of pictures (files beside the pictures tell their labels).`,
      ],
    }),
  },
  {
    what: 'a text of each picture, as of YOLO, and captions',
    files: [
      ...flat(),
      ...Array.from({ length: 12 }, (_, i) => ({
        path: `labels/${10 + i}.txt`,
        bytes: text('0 0.5 0.5 0.1 0.1'),
      })),
    ],
    stated: () => ({ train: labelled(() => null) }),
  },
];
