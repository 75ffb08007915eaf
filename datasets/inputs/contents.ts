import {
  CATS_AND_DOGS,
  type Content,
  filesOf,
  HEIC_FILE,
  HEIC_WORDS,
  type InputFile,
  imagesOf,
  latin,
  text,
} from './inputs.ts';
import { joined, picture, png } from './pack.ts';

const AVIF_FILE = latin('\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf');
const GIF_FILE = latin('GIF89a\x01\0\x01\0\0\0\0;');
const MP4_FILE = latin('\0\0\0\x18ftypisom\0\0\0\0isomiso2');
/** One grey of 128, which no decoder rounds. */
const JPEG_GREY = Uint8Array.from(
  atob(
    '/9j/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAIAAgDASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAA//2Q==',
  ),
  (letter) => letter.charCodeAt(0),
);
const base = filesOf(CATS_AND_DOGS);
const baseImages = imagesOf(CATS_AND_DOGS);
const beside = (
  what: string,
  extra: readonly InputFile[],
  leftOut: string,
  count = extra.length,
): Content => ({
  what,
  files: [...base, ...extra],
  stated: (name) => ({
    train: baseImages,
    ...(leftOut !== '' && { notices: [`${name}: 12 used, ${count} left out: ${leftOut}.`] }),
  }),
});
const flatPng = (grey: number, side: number) => png(new Uint8Array(3 * side * side).fill(grey), side);

/**
 * Splits of two classes below a folder; seeds 1–4.
 * @param more bytes after the end of the picture of a seed
 */
const splitsOf = (folder: string, more: (seed: number) => number): InputFile[] =>
  ['train/a', 'train/b', 'test/a', 'test/b'].map((place, i) => ({
    path: `${folder}/${place}/1.png`,
    bytes: joined([picture(i + 1), new Uint8Array(more(i + 1))]),
  }));

/** Contents that are no samples of WebDataset. */
export const CONTENTS: readonly Content[] = [
  { what: 'two classes', files: base, stated: () => ({ train: baseImages }) },
  {
    what: 'pictures without folders',
    files: [1, 2, 3].map((seed) => ({ path: `${seed}.png`, bytes: picture(seed) })),
    stated: () => ({ train: [1, 2, 3].map((seed) => ({ seed, of: null })) }),
  },
  {
    what: 'pictures without folders beside a table of labels',
    files: [
      { path: 'labels.csv', bytes: text('name,label\n1.png,cat\n') },
      ...[1, 2, 3].map((seed) => ({ path: `${seed}.png`, bytes: picture(seed) })),
    ],
    stated: (name) => ({
      train: [1, 2, 3].map((seed) => ({ seed, of: null })),
      notices: [`${name}: the pictures have no labels, and labels.csv was not read. For labels, put`],
    }),
  },
  {
    what: 'all endings of pictures',
    files: [
      ...['jfif', 'jpe', 'jpeg', 'jpg', 'pjp', 'pjpeg'].map((ending) => ({
        path: `a/${ending}.${ending}`,
        bytes: JPEG_GREY,
      })),
      ...['APNG', 'PNG'].map((ending, i) => ({ path: `b/${i}.${ending}`, bytes: picture(i) })),
    ],
    stated: () => ({
      train: [
        ...Array.from({ length: 6 }, () => ({ grey: 128, of: 'a' })),
        { seed: 0, of: 'b' },
        { seed: 1, of: 'b' },
      ],
    }),
  },
  {
    what: 'a .json beside each picture of class folders, and one HEIC',
    files: [
      ...base,
      ...base.map(({ path }) => ({ path: path.replace('png', 'json'), bytes: text('{"label": 7}') })),
      { path: 'dog/9.HEIC', bytes: HEIC_FILE },
    ],
    stated: (name) => ({
      train: baseImages,
      notices: [`${name}: 12 used, 13 left out: 12 metadata, 1 ${HEIC_WORDS}.`],
    }),
  },
  {
    what: 'a picture without an ending',
    files: [...base, { path: 'dog/one', bytes: picture(40) }],
    stated: () => ({ train: [...baseImages, { seed: 40, of: 'dog' }] }),
  },
  {
    what: 'train and test',
    files: filesOf({ 'train/a/1.png': 1, 'train/b/1.png': 2, 'test/a/1.png': 3, 'test/b/1.png': 4 }),
    stated: () => ({ train: imagesOf({ 'a/1': 1, 'b/1': 2 }), test: imagesOf({ 'a/1': 3, 'b/1': 4 }) }),
  },
  {
    what: 'a second copy of splits, told by names and sizes',
    files: ['x', 'y'].flatMap((folder) => splitsOf(folder, (seed) => seed)),
    stated: (name) => ({
      train: imagesOf({ 'a/1': 1, 'b/1': 2 }),
      test: imagesOf({ 'a/1': 3, 'b/1': 4 }),
      notices: [`${name}: 4 pictures in “y” are left out (a copy).`],
    }),
  },
  {
    what: 'other pictures of the same names and other sizes',
    files: ['x', 'y'].flatMap((folder) => splitsOf(folder, (seed) => (folder === 'x' ? seed : 9 * seed))),
    stated: () => ({ refused: 'Beside the splits lies y.' }),
  },
  {
    what: 'pictures of the same names and of one size',
    files: ['x', 'y'].flatMap((folder) => splitsOf(folder, () => 0)),
    stated: () => ({ refused: 'Beside the splits lies y.' }),
  },
  {
    what: 'folders that differ by a number',
    files: filesOf({ 'images_001/1.png': 1, 'images_002/2.png': 2, 'images_003/3.png': 3 }),
    stated: () => ({ refused: 'The names images_001, images_002, images_003 differ by their numbers only' }),
  },
  {
    what: 'training, validation and evaluation',
    files: filesOf(
      Object.fromEntries(
        ['training', 'validation', 'evaluation'].flatMap((split, i) => [
          [`${split}/a/1.png`, 2 * i],
          [`${split}/b/1.png`, 2 * i + 1],
        ]),
      ),
    ),
    stated: (name) => ({
      train: imagesOf({ 'a/1': 0, 'b/1': 1 }),
      test: imagesOf({ 'a/1': 4, 'b/1': 5 }),
      notices: [`${name}: 2 images for validation are left out, because there is a test set.`],
    }),
  },
  {
    what: 'names of macOS, letters and accents apart',
    files: filesOf({ 'cafe\u0301/1.png': 1, 'cafe\u0301/2.png': 2, 'the/1.png': 3 }),
    stated: () => ({ train: imagesOf({ 'café/1': 1, 'café/2': 2, 'the/1': 3 }) }),
  },
  {
    what: 'one class in both spellings of Unicode',
    files: filesOf({ 'cafe\u0301/1.png': 1, 'café/2.png': 2, 'the/1.png': 3 }),
    stated: () => ({ train: imagesOf({ 'café/1': 1, 'café/2': 2, 'the/1': 3 }) }),
  },
  {
    what: 'names with spaces, signs and other alphabets',
    files: filesOf({ 'two words/a #1%.png': 1, 'щука/1.png': 2, '犬/1.png': 3 }),
    stated: () => ({ train: imagesOf({ 'two words/1': 1, 'щука/1': 2, '犬/1': 3 }) }),
  },
  beside(
    'what systems leave',
    [
      { path: 'cat/.DS_Store', bytes: text('x') },
      { path: 'dog/Thumbs.db', bytes: text('x') },
      { path: '__MACOSX/cat/._0.png', bytes: text('x') },
      { path: 'desktop.ini', bytes: text('x') },
    ],
    '',
  ),
  beside(
    'texts',
    [
      { path: 'README', bytes: text('cats') },
      { path: 'LICENSE', bytes: text('free') },
      { path: 'labels.csv', bytes: text('a,b') },
      { path: 'cat/info.json', bytes: text('{}') },
    ],
    '',
  ),
  beside('one HEIC', [{ path: 'dog/9.HEIC', bytes: HEIC_FILE }], `1 ${HEIC_WORDS}`),
  beside('one AVIF', [{ path: 'dog/9.avif', bytes: AVIF_FILE }], '1 AVIF (convert to PNG or JPEG)'),
  beside('one GIF', [{ path: 'cat/9.gif', bytes: GIF_FILE }], '1 GIF (convert to PNG or JPEG)'),
  beside('a video', [{ path: 'cat/9.mp4', bytes: MP4_FILE }], '1 MP4 (save its frames as PNG or JPEG)'),
  beside(
    'unknown bytes',
    [{ path: 'cat/9.xyz', bytes: Uint8Array.of(200, 1, 2, 3, 250, 0, 7) }],
    '1 .xyz of an unknown kind',
  ),
  beside(
    'a web page called a picture',
    [{ path: 'dog/9.jpg', bytes: text('<!doctype html><title>Sign in</title>') }],
    '1 web page (a server sent it in place of the file: open the address in a browser, sign in if asked, and download the file itself)',
  ),
  beside(
    'a picture that is cut',
    [{ path: 'dog/9.png', bytes: picture(9).slice(0, 20) }],
    '1 unreadable (copy them again, or take them out)',
  ),
  {
    what: 'a class of HEIC',
    files: [...base, { path: 'cow/1.HEIC', bytes: HEIC_FILE }],
    stated: () => ({ refused: '“cow” would have no pictures' }),
  },
  {
    what: 'a class of HEIC, and the rest is used',
    files: [...base, { path: 'cow/1.HEIC', bytes: HEIC_FILE }],
    useTheRest: true,
    stated: (name) => ({ train: baseImages, notices: [`${name}: 12 used, 1 left out: 1 ${HEIC_WORDS}.`] }),
  },
  ...(
    [
      ['tga', '\0\0\x02\0\0\0\0\0\0\0\0\0\x08\0\x08\0\x18\0', 'TGA'],
      ['pcx', '\n\x05\x01\x08\0\0', 'PCX'],
      ['hdr', '#?RADIANCE\n', 'HDR'],
      ['xcf', 'gimp xcf v011\0', 'XCF'],
      ['raw', '\x90\x80\xff\xf0', 'raw'],
      ['gif', '\x90\x80\xff\xf0', 'GIF'],
    ] as const
  ).map(
    ([ending, bytes, label]): Content => ({
      what: `a class of .${ending}`,
      files: [...base, { path: `cow/1.${ending}`, bytes: latin(bytes) }],
      stated: () => ({
        refused: `1 ${label} (convert to PNG or JPEG): cow/1.${ending}. “cow” would have no pictures`,
      }),
    }),
  ),
  {
    what: 'a class in a hidden folder',
    files: [...base, { path: '.NET/1.png', bytes: picture(40) }],
    stated: () => ({ refused: '“.NET” would have no pictures' }),
  },
  beside(
    'pictures that programs keep in hidden folders',
    [
      { path: 'cat/.ipynb_checkpoints/0-checkpoint.png', bytes: picture(40) },
      { path: '.git/a.png', bytes: picture(41) },
    ],
    '',
  ),
  {
    what: 'more than a tenth of HEIC',
    files: [...base, { path: 'cat/8.HEIC', bytes: HEIC_FILE }, { path: 'dog/9.HEIC', bytes: HEIC_FILE }],
    stated: () => ({ refused: 'got 12 of 14; left out would be 2 HEIC' }),
  },
  {
    what: 'a HEIC and a picture that is cut, each less than a tenth',
    files: [
      ...base,
      { path: 'cat/8.HEIC', bytes: HEIC_FILE },
      { path: 'dog/9.png', bytes: picture(9).slice(0, 20) },
    ],
    stated: () => ({ refused: 'got 12 of 14; left out would be 1 HEIC' }),
  },
  {
    what: 'nothing but HEIC',
    files: [
      { path: 'cat/1.HEIC', bytes: HEIC_FILE },
      { path: 'cat/2.HEIC', bytes: HEIC_FILE },
    ],
    stated: () => ({ refused: 'HEIC' }),
  },
  {
    what: 'a class of which every picture is cut, and the rest is used',
    files: [...base, { path: 'ant/1.png', bytes: picture(9).slice(0, 20) }],
    useTheRest: true,
    stated: (name) => ({
      train: baseImages,
      notices: [`${name}: 12 used, 1 left out: 1 unreadable (copy them again, or take them out).`],
    }),
  },
  {
    what: 'one odd size',
    files: Array.from({ length: 12 }, (_, i) => ({
      path: `${i}.png`,
      bytes: flatPng(20 * i, i === 7 ? 20 : 8),
    })),
    stated: (name) => ({
      side: 64,
      train: ['0', '1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9'].map((i) => ({
        grey: 20 * Number(i),
        of: null,
      })),
      notices: [
        `${name}: 11 pictures have 8 × 8 pixels, but 1 has 20 × 20: all were brought to 64 × 64. Take the others out to keep the pixels as they are, or choose 8 pixels as the side.`,
      ],
    }),
  },
];
