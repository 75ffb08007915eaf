import { type Content, HEIC_FILE, HEIC_WORDS, text } from './inputs.ts';
import { picture } from './pack.ts';

/** Samples of WebDataset, and label files that do not count. */
export const SAMPLE_CONTENTS: readonly Content[] = [
  {
    what: 'samples of WebDataset with .cls',
    files: Array.from({ length: 12 }, (_, i) => [
      { path: `${10 + i}.cls`, bytes: text(String(11 - i)) },
      { path: `${10 + i}.png`, bytes: picture(i) },
    ]).flat(),
    stated: () => ({
      train: Array.from({ length: 12 }, (_, i) => ({ seed: i, of: String(11 - i) })),
      classes: Array.from({ length: 12 }, (_, i) => String(i)),
    }),
  },
  {
    what: 'samples of WebDataset with .json',
    files: [0, 1, 2, 3].flatMap((i) => [
      { path: `${i}.json`, bytes: text(`{"caption": "a", "label": "${['dog', 'cat'][i % 2]}"}`) },
      { path: `${i}.png`, bytes: picture(i) },
    ]),
    stated: () => ({ train: [0, 1, 2, 3].map((i) => ({ seed: i, of: ['dog', 'cat'][i % 2]! })) }),
  },
  {
    what: 'samples of WebDataset whose names have dots',
    files: [0, 1, 2, 3].flatMap((i) => [
      { path: `v1.0_${i}.cls`, bytes: text(String(i % 2)) },
      { path: `v1.0_${i}.png`, bytes: picture(i) },
    ]),
    stated: () => ({ train: [0, 1, 2, 3].map((i) => ({ seed: i, of: String(i % 2) })) }),
  },
  {
    what: 'samples of WebDataset whose names have dots, with .json',
    files: [0, 1, 2, 3].flatMap((i) => [
      { path: `img.${i}.json`, bytes: text(`{"label": ${i % 2}}`) },
      { path: `img.${i}.png`, bytes: picture(i) },
    ]),
    stated: () => ({ train: [0, 1, 2, 3].map((i) => ({ seed: i, of: String(i % 2) })) }),
  },
  {
    what: 'a sample of two pictures, and one whose pictures are labelled one by one',
    files: [
      { path: '0.cls', bytes: text('0') },
      { path: '0.left.png', bytes: picture(0) },
      { path: '0.right.png', bytes: picture(1) },
      { path: '1.left.cls', bytes: text('1') },
      { path: '1.left.png', bytes: picture(2) },
      { path: '1.right.cls', bytes: text('2') },
      { path: '1.right.png', bytes: picture(3) },
    ],
    stated: () => ({ train: ['0', '0', '1', '2'].map((of, seed) => ({ seed, of })) }),
  },
  {
    what: 'samples of WebDataset whose labels are no text',
    files: [0, 1].flatMap((i) => [
      { path: `${i}.cls`, bytes: Uint8Array.of(0, 0, 0, i) },
      { path: `${i}.png`, bytes: picture(i) },
    ]),
    stated: (name) => ({
      train: [0, 1].map((seed) => ({ seed, of: null })),
      notices: [
        `${name}: 2 used, 2 left out: 2 labels that cannot be read (write one number or one name into each).`,
      ],
    }),
  },
  {
    what: 'samples of WebDataset whose .json tell no label',
    files: [0, 1].flatMap((i) => [
      { path: `${i}.json`, bytes: text('{"y": 1}') },
      { path: `${i}.png`, bytes: picture(i) },
    ]),
    stated: (name) => ({
      train: [0, 1].map((seed) => ({ seed, of: null })),
      notices: [`${name}: the 2 .json beside pictures tell no label: expected one of the fields label, cls,`],
    }),
  },
  {
    what: 'samples of WebDataset in folders to train and to test',
    files: [0, 1, 2, 3].flatMap((i) => [
      { path: `w/${i < 2 ? 'train' : 'test'}/${i}.cls`, bytes: text(String(i % 2)) },
      { path: `w/${i < 2 ? 'train' : 'test'}/${i}.png`, bytes: picture(i) },
    ]),
    stated: () => ({
      train: [0, 1].map((seed) => ({ seed, of: String(seed % 2) })),
      test: [2, 3].map((seed) => ({ seed, of: String(seed % 2) })),
    }),
  },
  {
    what: 'a sample with two labels',
    files: [
      { path: '0.cls', bytes: text('0') },
      { path: '0.png', bytes: picture(0) },
      { path: '1.0_a.cls', bytes: text('0') },
      { path: '1.0_b.cls', bytes: text('1') },
      { path: '1.png', bytes: picture(1) },
    ],
    stated: () => ({ refused: 'got “0” (1.0_a.cls) and “1” (1.0_b.cls)' }),
  },
  {
    what: 'label files that do not count, beside samples',
    files: [
      ...Array.from({ length: 12 }, (_, i) => [
        { path: `${10 + i}.cls`, bytes: text(String(i % 2)) },
        { path: `${10 + i}.json`, bytes: text('{"label": 7}') },
        { path: `${10 + i}.png`, bytes: picture(i) },
      ]).flat(),
      { path: 'alone.cls', bytes: text('1') },
      { path: 'empty.json', bytes: text('{}') },
      { path: 'one.HEIC', bytes: HEIC_FILE },
    ],
    stated: (name) => ({
      train: Array.from({ length: 12 }, (_, i) => ({ seed: i, of: String(i % 2) })),
      notices: [`${name}: 12 used, 15 left out: 14 metadata, 1 ${HEIC_WORDS}.`],
    }),
  },
];
