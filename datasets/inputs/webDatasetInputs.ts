import { CATS_AND_DOGS, filesOf, type Input, imagesOf, type StatedImage, text } from './inputs.ts';
import { picture, type TarMember, tar } from './pack.ts';

// Tars of WebDataset, and several tars.

const members: readonly TarMember[] = filesOf(CATS_AND_DOGS);
const images = imagesOf(CATS_AND_DOGS);
const link = (path: string, target: string, type = '2'): TarMember => ({ path, type, target });

/** Samples of WebDataset: each a seed with its side files. */
const samples = (
  count: number,
  side: (i: number) => Readonly<Record<string, string>>,
  from = 0,
): TarMember[] =>
  Array.from({ length: count }, (_, i) => [
    { path: `${String(i).padStart(3, '0')}.png`, bytes: picture(from + i) },
    ...Object.entries(side(i)).map(([ending, words]) => ({
      path: `${String(i).padStart(3, '0')}.${ending}`,
      bytes: text(words),
    })),
  ]).flat();
const labelled = (count: number, of: (i: number) => string, from = 0): StatedImage[] =>
  Array.from({ length: count }, (_, i) => ({ seed: from + i, of: of(i) }));
function ofShards(
  what: string,
  shards: Readonly<Record<string, readonly TarMember[]>>,
  stated: Input['stated'],
  texts: Readonly<Record<string, string>> = {},
): Input {
  return {
    name: `WebDataset: ${what}`,
    files: () => [
      ...Object.entries(shards).map(([path, given]) => ({ path, bytes: tar(given) })),
      ...Object.entries(texts).map(([path, words]) => ({ path, bytes: text(words) })),
    ],
    stated,
  };
}
const plain = (from: number, count: number): TarMember[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${i}.png`, bytes: picture(from + i) }));
/** Pictures in a folder for each of two classes. */
const filesIn = (from: number, count: number): TarMember[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${(from + i) % 2}/${i}.png`, bytes: picture(from + i) }));
const UNREAD = 'labels that cannot be read (write one number or one name into each)';
const number = (i: number) => String((7 * i) % 12);
const name = (i: number) => ['zebra', 'ant', 'bee'][i % 3]!;
export const WEB_DATASETS: readonly Input[] = [
  ofShards(
    'numbers, sorted as numbers',
    { 'a.tar': samples(24, (i) => ({ cls: number(i) })) },
    { train: labelled(24, number) },
  ),
  ofShards(
    'numbers with an end of line',
    { 'a.tar': samples(6, (i) => ({ cls: `${i % 2}\n` })) },
    { train: labelled(6, (i) => String(i % 2)) },
  ),
  ofShards('names', { 'a.tar': samples(9, (i) => ({ cls: name(i) })) }, { train: labelled(9, name) }),
  ofShards(
    'a number in a .json',
    { 'a.tar': samples(6, (i) => ({ json: `{"id": ${i}, "label": ${i % 2}}` })) },
    { train: labelled(6, (i) => String(i % 2)) },
  ),
  ofShards(
    'a name in a .json',
    { 'a.tar': samples(6, (i) => ({ json: `{"class_name": "${name(i)}"}` })) },
    { train: labelled(6, name) },
  ),
  ofShards(
    '.cls before .json',
    { 'a.tar': samples(6, (i) => ({ json: '{"label": 5}', cls: String(i % 2) })) },
    { train: labelled(6, (i) => String(i % 2)) },
  ),
  ofShards(
    'captions and addresses beside',
    { 'a.tar': samples(6, (i) => ({ cls: String(i % 2), txt: 'a cat', __url__: 'x' })) },
    { train: labelled(6, (i) => String(i % 2)) },
  ),
  ofShards(
    'a .json without a label',
    { 'a.tar': samples(6, () => ({ json: '{"url": "x"}' })) },
    {
      train: labelled(6, () => '').map(({ seed }) => ({ seed: seed!, of: null })),
      notices: ['a.tar: the 6 .json beside pictures tell no label: expected one of the fields label, cls,'],
    },
  ),
  ofShards(
    'truths in a .json',
    { 'a.tar': samples(6, (i) => ({ json: `{"label": ${i % 2 === 0}}` })) },
    { train: labelled(6, (i) => String(i % 2 === 0)) },
  ),
  ofShards(
    'lists in a .json',
    { 'a.tar': samples(6, () => ({ json: '{"label": [0, 1]}' })) },
    {
      train: labelled(6, () => '').map(({ seed }) => ({ seed: seed!, of: null })),
      notices: [`a.tar: 6 used, 6 left out: 6 ${UNREAD}.`],
    },
  ),
  ofShards(
    'labels that are no text',
    { 'a.tar': samples(6, () => ({ cls: '\0\0\0\x01' })) },
    {
      train: labelled(6, () => '').map(({ seed }) => ({ seed: seed!, of: null })),
      notices: [`a.tar: 6 used, 6 left out: 6 ${UNREAD}.`],
    },
  ),
  ofShards(
    'one label of two lines',
    { 'a.tar': samples(12, (i) => ({ cls: i === 3 ? '1\n0' : String(i % 2) })) },
    {
      train: labelled(12, (i) => String(i % 2)).filter((_, i) => i !== 3),
      notices: [
        'a.tar: 11 used, 2 left out: 1 label that cannot be read (write one number or one name into each), 1 without a label',
      ],
    },
  ),
  ofShards(
    'numbers in several forms',
    { 'a.tar': samples(6, (i) => ({ cls: ['3', '03', '3.0', '1', '+1', '1.'][i]! })) },
    { train: labelled(6, (i) => (i < 3 ? '3' : '1')) },
  ),
  ofShards(
    '−1 where there is no label',
    { 'a.tar': samples(12, (i) => ({ cls: i === 3 ? '-1' : String(i % 2) })) },
    {
      train: labelled(12, (i) => String(i % 2)).filter((_, i) => i !== 3),
      notices: ['1 without a label (add the .cls of each, or take them out)'],
    },
  ),
  ofShards(
    'labels in .cls.txt',
    { 'a.tar': samples(6, (i) => ({ 'cls.txt': String(i % 2) })) },
    { train: labelled(6, (i) => String(i % 2)) },
  ),
  ofShards(
    'a .json beside each picture of class folders',
    {
      'a.tar': filesOf(CATS_AND_DOGS).flatMap(({ path, bytes }) => [
        { path, bytes },
        { path: path.replace('.png', '.json'), bytes: text('{"category": 7}') },
      ]),
    },
    { train: images },
  ),
  ofShards(
    'numbered shards',
    {
      's-000.tar': samples(4, (i) => ({ cls: String(i % 2) })),
      's-001.tar': samples(4, (i) => ({ cls: String(i % 2) }), 20),
    },
    {
      train: [...labelled(4, (i) => String(i % 2)), ...labelled(4, (i) => String(i % 2), 20)],
    },
  ),
  ofShards(
    'shards to train and to validate',
    {
      'train-0.tar': samples(4, (i) => ({ cls: String(i % 2) })),
      'val-0.tar': samples(2, (i) => ({ cls: String(i % 2) }), 20),
    },
    {
      train: labelled(4, (i) => String(i % 2)),
      test: labelled(2, (i) => String(i % 2), 20),
    },
  ),
  ofShards(
    'shards to train, to validate and to test',
    {
      'test-0.tar': samples(3, (i) => ({ cls: String(i % 2) }), 20),
      'train-0.tar': samples(4, (i) => ({ cls: String(i % 2) })),
      'val-0.tar': samples(2, (i) => ({ cls: String(i % 2) }), 30),
    },
    {
      train: labelled(4, (i) => String(i % 2)),
      test: labelled(3, (i) => String(i % 2), 20),
      notices: ['test-0.tar: 2 images for validation are left out, because there is a test set.'],
    },
  ),
  ofShards(
    'names of classes beside the shards',
    { 'w/train/0.tar': samples(4, (i) => ({ cls: String(i % 2) })) },
    { train: labelled(4, (i) => ['cat', 'dog'][i % 2]!) },
    { 'w/classnames.txt': 'cat\ndog\n' },
  ),
  ofShards(
    'numbered shards without labels',
    { 's-000.tar': samples(3, () => ({ txt: 'x' })), 's-001.tar': samples(3, () => ({ txt: 'x' }), 20) },
    {
      train: [...labelled(3, () => ''), ...labelled(3, () => '', 20)].map(({ seed }) => ({
        seed: seed!,
        of: null,
      })),
    },
  ),
  ofShards(
    'one picture without a label',
    { 'a.tar': [...samples(12, (i) => ({ cls: String(i % 2) })), { path: 'x.png', bytes: picture(40) }] },
    {
      train: labelled(12, (i) => String(i % 2)),
      notices: ['a.tar: 12 used, 1 left out: 1 without a label (add the .cls of each, or take them out).'],
    },
  ),
  ofShards(
    'a label that is too large, in place of an earlier one',
    {
      'a.tar': [
        ...samples(12, (i) => ({ cls: String(i % 2) })),
        { path: '003.cls', bytes: text('1'.repeat(70_000)) },
      ],
    },
    {
      train: labelled(12, (i) => String(i % 2)).filter((_, i) => i !== 3),
      notices: [
        'a.tar: 11 used, 3 left out: 1 older copy (a later entry of the archive has its name), 1 metadata,',
      ],
    },
  ),
  ofShards(
    'links to labels',
    {
      'a.tar': [
        ...samples(2, (i) => ({ cls: String(i) })),
        { path: '002.png', bytes: picture(2) },
        link('002.cls', '000.cls', '1'),
      ],
    },
    {
      train: labelled(3, (i) => String(i % 2)),
    },
  ),
  ofShards(
    'tars whose names are classes',
    {
      'cat.tar': members.slice(0, 2).map(({ bytes }, i) => ({ path: `${i}.png`, bytes: bytes! })),
      'dog.tar': members.slice(6, 8).map(({ bytes }, i) => ({ path: `${i}.png`, bytes: bytes! })),
    },
    {
      train: [...images.slice(0, 2), ...images.slice(6, 8)],
    },
  ),
  ofShards(
    'tars whose names differ by numbers alone, from 0',
    { 'a-0-of-2.tar': plain(0, 2), 'a-1-of-2.tar': plain(2, 2) },
    { train: labelled(4, () => '').map(({ seed }) => ({ seed: seed!, of: null })) },
  ),
  ofShards(
    'tars of parts that do not count from 0',
    { 'part_3.tar': plain(0, 2), 'part_7.tar': plain(2, 2) },
    { train: labelled(4, () => '').map(({ seed }) => ({ seed: seed!, of: null })) },
  ),
  ofShards(
    'tars whose names are numbers of classes',
    { 'n01440764.tar': plain(0, 2), 'n01443537.tar': plain(2, 2) },
    { refused: 'n01440764, n01443537 differ by numbers alone, so that they may be classes or shards' },
  ),
  ofShards(
    'tars class1 and class2',
    { 'class1.tar': plain(0, 2), 'class2.tar': plain(2, 2) },
    { refused: 'classes: 4 pictures of 2 classes (class1, class2)' },
  ),
  ofShards(
    'tars of one name in folders to train and to test',
    { 'train/data.tar': filesIn(0, 2), 'test/data.tar': filesIn(2, 2) },
    {
      train: [0, 1].map((seed) => ({ seed, of: String(seed % 2) })),
      test: [2, 3].map((seed) => ({ seed, of: String(seed % 2) })),
    },
  ),
  ofShards(
    'tars of one name in folders of classes',
    { 'x/data.tar': plain(0, 2), 'y/data.tar': plain(2, 2) },
    { train: [0, 1, 2, 3].map((seed) => ({ seed, of: seed < 2 ? 'x' : 'y' })) },
  ),
];
