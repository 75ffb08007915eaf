import { makeParquet } from '../../src/data/formats/parquet/parquet.fixture.ts';
import {
  CATS_AND_DOGS,
  type Content,
  filesOf,
  type Input,
  type InputFile,
  imagesOf,
  latin,
  text,
} from './inputs.ts';
import { type Bytes, gzip, joined, picture, tar, type ZipItem, zip } from './pack.ts';

// What lies beside pictures and is of a kind that can be read elsewhere: a packed table, documents, weights,
// arrays, archives.

const base = filesOf(CATS_AND_DOGS);
const images = imagesOf(CATS_AND_DOGS);
const NPY = joined([latin('\x93NUMPY\x01\0'), new Uint8Array(100)]);
const MATLAB = text(`MATLAB 5.0 MAT-file${' '.repeat(109)}`);
const MP4 = latin('\0\0\0\x18ftypisom\0\0\0\0isomiso2');
const NOISE = Uint8Array.from({ length: 999 }, (_, i) => (i * i * 37 + 200) & 255);
const ARRAYS = 'save the images as PNG in a folder for each class, or as a parquet table';
const TWO_SETS = 'they and the loose pictures are two data sets: choose one of them';

/** Zips that are no archives of files, as their programs write them. */
const DOCX: readonly ZipItem[] = [
  { path: '[Content_Types].xml', bytes: text('<Types/>') },
  { path: 'word/document.xml', bytes: text('<w/>') },
  { path: 'word/media/image1.png', bytes: picture(90) },
];
const TORCH: readonly ZipItem[] = [
  { path: 'model/data.pkl', bytes: latin('\x80\x02}q\0.') },
  { path: 'model/byteorder', bytes: text('little') },
  { path: 'model/data/0', bytes: NOISE },
  { path: 'model/version', bytes: text('3\n') },
];
const NPZ: readonly ZipItem[] = [{ path: 'x.npy', bytes: NPY }];

/** A folder of pictures with a file beside them, which is left out for a reason; “” for none to speak of. */
function beside(what: string, path: string, bytes: () => Promise<Bytes> | Bytes, leftOut: string): Input {
  return {
    name: `beside pictures: ${what}`,
    folder: 'set',
    files: async () => [...base, { path, bytes: await bytes() }],
    stated: {
      train: images,
      ...(leftOut !== '' && { notices: [`set: 12 used, 1 left out: 1 ${leftOut}.`] }),
    },
  };
}

function alone(path: string, bytes: () => Promise<Bytes> | Bytes, refused: string): Input {
  return {
    name: `alone: ${path}, ${refused}`,
    files: async () => [{ path, bytes: await bytes() }],
    stated: { refused },
  };
}

/** A folder of pictures beside another data set, which is asked about. */
function question(what: string, path: string, bytes: () => Promise<Bytes> | Bytes): Input[] {
  const files = async () => [...base, { path, bytes: await bytes() }];
  const name = `beside pictures: ${what}`;
  const reason = `1 archive or table of pictures (${TWO_SETS})`;
  return [
    { name, folder: 'set', files, stated: { refused: `“${path}” would have no pictures` } },
    {
      ...{ name: `${name}, and the rest is used`, folder: 'set', files, useTheRest: true },
      stated: { train: images, notices: [`set: 12 used, 1 left out: ${reason}.`] },
    },
  ];
}

const table = (image: string) =>
  Uint8Array.from(makeParquet([{ picture: picture(1), label: 1 }], { image, label: null }));

export const NEIGHBOURS: readonly Input[] = [
  beside('a packed table of text', 'meta.csv.gz', () => gzip(text('name,label\n')), ''),
  beside('packed JSON of another name', 'meta.gz', () => gzip(text('{"a": [1, 2]}')), ''),
  beside('packed bytes', 'index.dat.gz', () => gzip(NOISE), '.dat of an unknown kind'),
  beside(
    'a packed IDX file',
    'x-idx3-ubyte.gz',
    () => gzip(latin('\0\0\x08\x03\0\0\0\x01')),
    `IDX (${ARRAYS})`,
  ),
  beside(
    'a picture packed by gzip',
    'cat/7.png.gz',
    () => gzip(picture(7)),
    'PNG packed by gzip (unpack it)',
  ),
  beside('a document with pictures', 'readme.docx', () => zip(DOCX), ''),
  beside('a book', 'a.epub', () => zip([{ path: 'mimetype', bytes: text('application/epub+zip') }]), ''),
  beside('an old document', 'readme.doc', () => latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), ''),
  beside('a PDF', 'LICENSE.pdf', () => text('%PDF-1.4'), ''),
  beside(
    'weights in a zip',
    'model.pth',
    () => zip(TORCH),
    'PyTorch file (it holds weights or tensors, not images: leave it out)',
  ),
  beside(
    'weights in a pickle',
    'model.pt',
    () => latin('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'),
    'PyTorch file (it holds no images: leave it out)',
  ),
  beside(
    'weights called .bin',
    'pytorch_model.bin',
    () => zip(TORCH),
    'PyTorch file (it holds weights or tensors, not images: leave it out)',
  ),
  beside('bytes called .bin', 'weights.bin', () => NOISE, '.bin of an unknown kind'),
  beside('an empty .bin', 'weights.bin', () => new Uint8Array(0), '.bin of an unknown kind'),
  beside('an ONNX model', 'model.onnx', () => NOISE, 'ONNX model (it holds no images: leave it out)'),
  beside(
    'a MATLAB file',
    'setid.mat',
    () => MATLAB,
    'MATLAB (choose the data set’s binary version, or save the images as PNG)',
  ),
  beside(
    'an old MATLAB file',
    'setid.mat',
    () => NOISE,
    'MATLAB (choose the data set’s binary version, or save the images as PNG)',
  ),
  beside('arrays in a zip', 'features.npz', () => zip(NPZ), `NumPy (${ARRAYS})`),
  beside('features in a folder of their own', 'features/cat.npy', () => NPY, `NumPy (${ARRAYS})`),
  beside(
    'annotations in a zip',
    'annotations.zip',
    () => zip([{ path: 'a/0.xml', bytes: text('<a/>') }]),
    '',
  ),
  beside(
    'annotations in a tar',
    'annotations.tar',
    () => tar([{ path: 'a/0.xml', bytes: text('<a/>') }]),
    '',
  ),
  beside(
    'annotations in a tar.gz',
    'annotations.tar.gz',
    () => gzip(tar([{ path: 'a/0.xml', bytes: text('<a/>') }])),
    '',
  ),
  beside(
    'a zip of other files',
    'other.zip',
    () => zip([{ path: 'a/0.xyz', bytes: NOISE }]),
    'zip without pictures',
  ),
  beside('an empty zip', 'other.zip', () => zip([]), 'zip without pictures'),
  beside('a table without pictures', 'metadata.parquet', () => table('name'), ''),
  ...question('a zip of pictures', 'set.zip', () => zip(base)),
  ...question('a tar of pictures', 'set.tar', () => tar(base)),
  ...question('a tar.gz of pictures after texts', 'set.tgz', () =>
    gzip(tar([{ path: 'a.txt', bytes: text('a'.repeat(2000)) }, ...base])),
  ),
  ...question('a table of pictures', 'train.parquet', () => table('image')),
  {
    name: 'beside pictures: records of CIFAR',
    folder: 'set',
    files: () => [...base, { path: 'data_batch_1.bin', bytes: new Uint8Array(3073) }],
    stated: { refused: 'Files of different kinds' },
  },
  {
    name: 'a table of pictures beside weights and texts',
    folder: 'set',
    files: async () => [
      { path: 'data/train.parquet', bytes: table('image') },
      { path: 'model.pth', bytes: await zip(TORCH) },
      { path: 'weights.bin', bytes: NOISE },
      { path: 'README.md', bytes: text('cats') },
    ],
    stated: {
      train: [{ seed: 1, of: null }],
      notices: [
        'set: 1 used, 3 left out: 1 metadata, 1 PyTorch file (it holds weights or tensors, not images: leave it out), 1 .bin of an unknown kind.',
      ],
    },
  },
  {
    name: 'a table of pictures beside one of text',
    folder: 'set',
    files: () => [
      { path: 'metadata.parquet', bytes: table('name') },
      { path: 'train.parquet', bytes: table('image') },
    ],
    stated: { train: [{ seed: 1, of: null }] },
  },
  {
    name: 'a zip of pictures beside a packed table and a document',
    folder: 'set',
    files: async () => [
      { path: 'set.zip', bytes: await zip(base) },
      { path: 'meta.csv.gz', bytes: await gzip(text('a,b')) },
      { path: 'notes.docx', bytes: await zip(DOCX) },
      { path: 'list.gz', bytes: await gzip(text('a')) },
    ],
    stated: { train: images },
  },
  alone('readme.docx', () => zip(DOCX), 'an Office document'),
  alone('model.pth', () => zip(TORCH), 'weights of PyTorch'),
  alone('x.npz', () => zip(NPZ), 'NumPy arrays (npz)'),
  alone('setid.mat', () => NOISE, 'a MATLAB file'),
  alone('meta.csv.gz', () => gzip(text('name,label\n')), 'a text file'),
  {
    name: 'nothing but neighbours of pictures',
    folder: 'set',
    files: async () => [
      { path: 'model.pth', bytes: await zip(TORCH) },
      { path: 'readme.docx', bytes: await zip(DOCX) },
    ],
    stated: { refused: 'got weights of PyTorch' },
  },
];

/** A class of files in which images may lie in another form. */
const lostClass = (what: string, extra: readonly InputFile[], count: number, words: string): Content[] => [
  {
    what: `a class of ${what}`,
    files: [...base, ...extra],
    stated: () => ({ refused: `left out would be ${count} ${words}` }),
  },
  {
    ...{ what: `a class of ${what}, and the rest is used`, files: [...base, ...extra], useTheRest: true },
    stated: (name) => ({
      train: images,
      notices: [`${name}: 12 used, ${count} left out: ${count} ${words}.`],
    }),
  },
];

export const LOST_CLASSES: readonly Content[] = [
  ...lostClass('.npy', [{ path: 'cow/0.npy', bytes: NPY }], 1, `NumPy (${ARRAYS})`),
  ...lostClass(
    '.mat',
    [
      { path: 'cow/0.mat', bytes: MATLAB },
      { path: 'cow/1.mat', bytes: MATLAB },
    ],
    2,
    'MATLAB (choose the data set’s binary version, or save the images as PNG)',
  ),
  ...lostClass('videos', [{ path: 'cow/0.mp4', bytes: MP4 }], 1, 'MP4 (save its frames as PNG or JPEG)'),
  ...lostClass('unknown bytes', [{ path: 'cow/0.xyz', bytes: NOISE }], 1, '.xyz of an unknown kind'),
  {
    what: 'a test set of videos',
    files: [
      ...base.map(({ path, bytes }) => ({ path: `train/${path}`, bytes })),
      { path: 'test/cat/0.mp4', bytes: MP4 },
    ],
    stated: () => ({ refused: '“test/cat” would have no pictures' }),
  },
  {
    what: 'arrays beside the pictures of each class',
    files: [...base, { path: 'cat/0.npy', bytes: NPY }],
    stated: (name) => ({ train: images, notices: [`${name}: 12 used, 1 left out: 1 NumPy (${ARRAYS}).`] }),
  },
  {
    what: 'lists of MATLAB beside the folder of pictures',
    files: [
      ...base.map(({ path, bytes }) => ({ path: `images/${path}`, bytes })),
      { path: 'splits/0.mat', bytes: MATLAB },
    ],
    stated: (name) => ({
      train: images,
      notices: [
        `${name}: 12 used, 1 left out: 1 MATLAB (choose the data set’s binary version, or save the images as PNG).`,
      ],
    }),
  },
];
