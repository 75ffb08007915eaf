import { CATS_AND_DOGS, filesOf, HEIC_FILE, type Input, imagesOf, text } from './inputs.ts';
import { type Bytes, gzip, joined, picture, type TarMember, tar, type ZipItem, zip } from './pack.ts';

// Gzips and zips with what is odd about them.

const members: readonly TarMember[] = filesOf(CATS_AND_DOGS);
const images = imagesOf(CATS_AND_DOGS);
function ofGzip(what: string, bytes: () => Promise<Bytes>, stated: Input['stated']): Input {
  return { name: `gzip: ${what}`, files: async () => [{ path: 'odd.tgz', bytes: await bytes() }], stated };
}
const packed = () => gzip(tar(members));
export const GZIPS: readonly Input[] = [
  ofGzip(
    'a member for every file',
    async () =>
      joined(
        await Promise.all([
          ...members.map((member) => gzip(tar([member], new Uint8Array(0)))),
          gzip(new Uint8Array(1024)),
        ]),
      ),
    { train: images },
  ),
  ofGzip('an empty member', async () => joined([await gzip(new Uint8Array(0)), await packed()]), {
    train: images,
  }),
  ofGzip('zeros after its end', async () => joined([await packed(), new Uint8Array(10_000)]), {
    train: images,
  }),
  ofGzip('other bytes after its end', async () => joined([await packed(), text('rest')]), {
    refused: 'bytes after its end that are no gzip',
  }),
  ofGzip('cut in its bytes', async () => (await packed()).slice(0, -100), {
    refused: 'truncated or damaged',
  }),
  ofGzip('cut in its checksum', async () => (await packed()).slice(0, -3), {
    refused: 'truncated or damaged',
  }),
  ofGzip('a wrong checksum', async () => joined([(await packed()).slice(0, -8), new Uint8Array(8)]), {
    refused: 'checksum',
  }),
  ofGzip('a second member that is cut', async () => joined([await packed(), (await packed()).slice(0, 30)]), {
    refused: 'truncated or damaged',
  }),
  ofGzip('a small PNG in it', () => gzip(picture(1)), {
    refused: 'got a picture (PNG) that is packed alone',
  }),
  ofGzip('a large PNG in it', () => gzip(picture(1, 20)), {
    refused: 'got a picture (PNG) that is packed alone',
  }),
  ofGzip('a small GIF in it', () => gzip(text('GIF89a')), { refused: 'got a GIF image' }),
  ofGzip('a HEIC in it', () => gzip(joined([HEIC_FILE, new Uint8Array(600)])), {
    refused: 'got a HEIC photograph',
  }),
];

const items: readonly ZipItem[] = filesOf(CATS_AND_DOGS);
function ofZip(
  what: string,
  entries: readonly ZipItem[],
  stated: Input['stated'],
  useTheRest = false,
): Input {
  return {
    name: `zip: ${what}`,
    files: async () => [{ path: 'odd.zip', bytes: await zip(entries) }],
    useTheRest,
    stated,
  };
}
const METHODS = [
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'xz'],
  [77, 'the method 77'],
] as const;
const inZip = (item: Partial<ZipItem>): ZipItem[] => [
  ...items,
  { path: 'dog/6.png', bytes: picture(40), ...item },
];
const leftOfZip = (reason: string) => ({
  train: images,
  notices: [`odd.zip: 12 used, 1 left out: 1 ${reason}.`],
});
export const ZIPS: readonly Input[] = [
  ...METHODS.map(([method, name]) =>
    ofZip(
      `all packed with ${name}`,
      items.map((item) => ({ ...item, method })),
      { refused: `12 packed with ${name}` },
    ),
  ),
  ofZip(
    'one packed with LZMA',
    inZip({ method: 14 }),
    leftOfZip('packed with LZMA (only Store and Deflate are unpacked: unpack the zip and choose the folder)'),
  ),
  ofZip(
    'names with \\',
    items.map((item) => ({ ...item, path: `set\\${item.path.replace('/', '\\')}` })),
    { train: images },
  ),
  ofZip(
    'names that begin with ./',
    items.map((item) => ({ ...item, path: `./${item.path}` })),
    { train: images },
  ),
  ofZip('names in UTF-8 without the mark', inZip({ path: 'щука/1.png', flags: 0 }), {
    train: [...images, { seed: 40, of: 'щука' }],
  }),
  ofZip('a path that leads out', inZip({ path: '..\\evil.png' }), { refused: 'leads elsewhere' }),
  ofZip('an absolute path', inZip({ path: '/etc/evil.png' }), { refused: 'leads elsewhere' }),
  ofZip(
    'one encrypted',
    inZip({ flags: 0x801 }),
    leftOfZip('encrypted (unpack them with their password and choose the folder)'),
  ),
  ofZip(
    'an encrypted .json beside a picture of class folders',
    [...items, { path: 'cat/0.json', bytes: text('{}'), flags: 0x801 }],
    {
      train: images,
      notices: [
        'odd.zip: 12 used, 1 left out: 1 encrypted (unpack them with their password and choose the folder).',
      ],
    },
  ),
  ofZip(
    'all encrypted',
    items.map((item) => ({ ...item, flags: 0x801 })),
    { refused: '12 encrypted' },
  ),
  ofZip(
    'a link',
    inZip({ isLink: true, bytes: text('../cat/0.png') }),
    leftOfZip('link (pack the pictures themselves)'),
  ),
  {
    name: 'zip: an end that counts too few entries',
    files: async () => {
      const bytes = await zip(items);
      // Both counts of its end, which has 22 bytes.
      return [{ path: 'odd.zip', bytes: bytes.fill(3, -14, -13).fill(3, -12, -11) }];
    },
    stated: { refused: 'more in its list of entries than the number that its end tells' },
  },
  ofZip(
    'an older copy',
    [{ path: 'cat/0.png', bytes: picture(40) }, ...items],
    leftOfZip('older copy (a later entry of the archive has its name)'),
  ),
  {
    name: 'zip: two of one name in folders to train and to test',
    files: async () => [
      { path: 'train/images.zip', bytes: await zip(items.filter((_, i) => i % 2 === 0)) },
      { path: 'test/images.zip', bytes: await zip(items.filter((_, i) => i % 2 === 1)) },
    ],
    stated: {
      train: images.filter((_, i) => i % 2 === 0),
      test: images.filter((_, i) => i % 2 === 1),
    },
  },
  {
    name: 'zip: two of one name in folders of classes',
    files: async () => [
      { path: 'x/data.zip', bytes: await zip([{ path: '1.png', bytes: picture(1) }]) },
      { path: 'y/data.zip', bytes: await zip([{ path: '1.png', bytes: picture(2) }]) },
    ],
    stated: { train: ['x', 'y'].map((of, i) => ({ seed: i + 1, of })) },
  },
  ofZip(
    'names of classes beside samples of WebDataset',
    [
      { path: 'classnames.txt', bytes: text('cat\ndog\n') },
      ...[0, 1, 2, 3].flatMap((i) => [
        { path: `${i}.cls`, bytes: text(String(i % 2)) },
        { path: `${i}.png`, bytes: picture(i) },
      ]),
    ],
    { train: [0, 1, 2, 3].map((seed) => ({ seed, of: ['cat', 'dog'][seed % 2]! })) },
  ),
  ofZip('nothing', [], { refused: 'got nothing' }),
  ofZip(
    '30 HEIC beside 2 PNG',
    [
      ...items.slice(0, 2),
      ...Array.from({ length: 30 }, (_, i) => ({ path: `dog/IMG_${i}.HEIC`, bytes: HEIC_FILE })),
    ],
    { refused: '30 HEIC (Chrome cannot read them; convert to PNG or JPEG)' },
  ),
  ofZip(
    '30 HEIC beside 2 PNG, and the rest is used',
    [
      ...items.slice(0, 2),
      ...Array.from({ length: 30 }, (_, i) => ({ path: `dog/IMG_${i}.HEIC`, bytes: HEIC_FILE })),
    ],
    {
      train: images.slice(0, 2).map(({ seed }) => ({ seed: seed!, of: null })),
      notices: ['odd.zip: 2 used, 30 left out: 30 HEIC (Chrome cannot read them; convert to PNG or JPEG).'],
    },
    true,
  ),
];
