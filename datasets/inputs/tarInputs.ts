import { CATS_AND_DOGS, filesOf, type Input, imagesOf, latin, type StatedImage, text } from './inputs.ts';
import { type Bytes, gnuLong, joined, pax, picture, type TarMember, tar } from './pack.ts';

// Tars with what is odd about them.

const members: readonly TarMember[] = filesOf(CATS_AND_DOGS);
const images = imagesOf(CATS_AND_DOGS);
const [first, ...rest] = members as [TarMember, ...TarMember[]];
const LONG = `${'folder'.repeat(20)}/${'name'.repeat(30)}.png`;

function ofTar(
  what: string,
  bytes: Bytes | Promise<Bytes>,
  stated: Input['stated'],
  useTheRest = false,
): Input {
  return {
    name: `tar: ${what}`,
    files: async () => [{ path: 'odd.tar', bytes: await bytes }],
    useTheRest,
    stated,
  };
}
const link = (path: string, target: string, type = '2'): TarMember => ({ path, type, target });
const all = (more: readonly StatedImage[] = []) => ({ train: [...images, ...more] });
const leftOut = (reason: string, count = 1) => ({
  train: images,
  notices: [`odd.tar: 12 used, ${count} left out: 1 ${reason}`],
});
const SPARSE = tar(
  [{ path: 'dog/6.png', type: 'S', bytes: picture(40), also: { 482: 1 } }],
  new Uint8Array(0),
);
const OLDER_NOTICE =
  'odd.tar: 13 used, 1 left out: 1 older copy (a later entry of the archive has its name).';
const DANGLING =
  'link to nothing in the archive (pack the files that they lead to, as tar does with --dereference)';
const ROUND = 'link that leads round in a circle (pack the files themselves)';

export const TARS: readonly Input[] = [
  ofTar('sizes in base 256', tar(members.map((member) => ({ ...member, isBinary: true }))), all()),
  ofTar('no end mark', tar(members, new Uint8Array(0)), all()),
  ofTar('one block of zeros at its end', tar(members, new Uint8Array(512)), all()),
  ofTar('a part of a block at its end', tar(members, new Uint8Array(100)), all()),
  ofTar(
    'other bytes after its end mark',
    tar(members, joined([new Uint8Array(1024), text('old '.repeat(256))])),
    { ...all(), notices: ['odd.tar: the bytes after its end mark are no tar and were not read.'] },
  ),
  ofTar(
    'a second tar whose header is damaged',
    joined([tar(members.slice(0, 6)), tar(members.slice(6)).fill(7, 10, 20)]),
    {
      train: images.slice(0, 6).map(({ seed }) => ({ seed: seed!, of: null })),
      notices: ['odd.tar: the bytes after its end mark are no tar and were not read.'],
    },
  ),
  ofTar('headers of version 7', tar(members.map((member) => ({ ...member, isOld: true }))), all()),
  ofTar(
    'names that begin with ./',
    tar(filesOf(CATS_AND_DOGS).map(({ path, bytes }) => ({ path: `./set/./${path}`, bytes }))),
    all(),
  ),
  ofTar(
    'names with \\',
    tar(filesOf(CATS_AND_DOGS).map(({ path, bytes }) => ({ path: path.replace('/', '\\'), bytes }))),
    all(),
  ),
  ofTar(
    'absolute names',
    tar(filesOf(CATS_AND_DOGS).map(({ path, bytes }) => ({ path: `/data/${path}`, bytes }))),
    all(),
  ),
  ofTar('a path that leads out', tar([...members, { path: '../../evil.png', bytes: picture(1) }]), {
    refused: 'leads elsewhere',
  }),
  ofTar('two tars in one', joined([tar(members.slice(0, 6)), tar(members.slice(6))]), all()),
  ofTar('folders', tar([{ path: 'cat/', type: '5' }, { path: 'dog', type: '5' }, ...members]), all()),
  ofTar('a folder without its type', tar([{ path: 'cat/' }, ...members]), all()),
  ofTar('files of type 7', tar(members.map((member) => ({ ...member, type: '7' }))), all()),
  ofTar(
    'GNU’s long name',
    tar([...members, gnuLong('L', `dog/${LONG}`), { path: 'cut', bytes: picture(40) }]),
    all([{ seed: 40, of: 'dog' }]),
  ),
  ofTar(
    'pax’s long name',
    tar([...members, pax({ path: `dog/${LONG}` }), { path: 'cut', bytes: picture(40) }]),
    all([{ seed: 40, of: 'dog' }]),
  ),
  ofTar(
    'pax’s comment that looks like a path',
    tar([pax({ comment: 'a\n20 path=evil.png' }), ...members]),
    all(),
  ),
  ofTar('pax’s fields for all', tar([pax({ comment: 'x' }, 'g'), ...members]), all()),
  ofTar('pax’s size', tar([pax({ size: String(first.bytes!.length) }), ...members]), all()),
  ofTar('a hard link', tar([...members, link('dog/6.png', 'cat/0.png', '1')]), {
    train: [{ seed: 1, of: 'cat' }, { seed: 1, of: 'dog' }, ...images.slice(1)],
  }),
  ofTar('a symbolic link', tar([...members, link('dog/6.png', '../cat/0.png')]), {
    train: [{ seed: 1, of: 'cat' }, { seed: 1, of: 'dog' }, ...images.slice(1)],
  }),
  ofTar('a symbolic link before what it leads to', tar([link('dog/6.png', '../cat/0.png'), ...members]), {
    train: [{ seed: 1, of: 'cat' }, { seed: 1, of: 'dog' }, ...images.slice(1)],
  }),
  ofTar(
    'links over links',
    tar([
      link('dog/6.png', '7.png'),
      link('dog/7.png', './8.png'),
      link('dog/8.png', 'cat/0.png', '1'),
      ...members,
    ]),
    {
      train: [{ seed: 1, of: 'cat' }, ...[1, 2, 3].map(() => ({ seed: 1, of: 'dog' })), ...images.slice(1)],
    },
  ),
  ofTar('a link to a folder', tar([...members.slice(0, 6), link('dog', 'cat')]), {
    train: [1, 2, 3, 4, 5, 6].flatMap((seed) => ['cat', 'dog'].map((of) => ({ seed, of }))),
  }),
  ofTar(
    'links from names to hashes',
    tar([
      ...members.slice(6),
      { path: 'blobs/3f5a', bytes: picture(40) },
      link('cat/1.png', '../blobs/3f5a'),
    ]),
    {
      train: [...images.slice(6), { seed: 40, of: 'cat' }],
    },
  ),
  ofTar(
    'GNU’s long target',
    tar([
      ...members,
      { path: `${LONG}`.slice(0, 90), bytes: text('x') },
      gnuLong('K', 'cat/0.png'),
      link('dog/6.png', 'cut', '1'),
    ]),
    {
      train: [{ seed: 1, of: 'cat' }, { seed: 1, of: 'dog' }, ...images.slice(1)],
    },
  ),
  ofTar('a link to nothing', tar([...members, link('dog/6.png', '../cow/0.png')]), leftOut(DANGLING)),
  ofTar(
    'a link out of the archive',
    tar([...members, link('dog/6.png', '../../etc/x.png')]),
    leftOut(DANGLING),
  ),
  ofTar('an absolute link', tar([...members, link('dog/6.png', '/etc/x.png')]), leftOut(DANGLING)),
  ofTar('a link to itself', tar([...members, link('dog/6.png', '6.png')]), leftOut(ROUND)),
  ofTar('a link to the folder around it', tar([...members, link('dog/all', '..')]), leftOut(DANGLING)),
  ofTar(
    'two links round in a circle',
    tar([...members, link('dog/x.png', 'y.png'), link('dog/y.png', 'x.png')]),
    { refused: 'got 12 of 14; left out would be 2 links that lead round' },
  ),
  ofTar(
    'GNU’s sparse file',
    tar([...members, { path: 'dog/6.png', type: 'S', bytes: picture(40) }]),
    leftOut('sparse file (pack without --sparse)'),
  ),
  ofTar(
    'a sparse file whose map has another block',
    joined([
      tar(members, new Uint8Array(0)),
      SPARSE.slice(0, 512),
      new Uint8Array(512).fill(48, 0, 12),
      SPARSE.slice(512),
      tar([{ path: 'notes.txt', bytes: text('after it') }]),
    ]),
    leftOut('sparse file (pack without --sparse)', 2),
  ),
  ofTar(
    'pax’s sparse file',
    tar([
      ...members,
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'dog/6.png' }),
      { path: 'GNUSparseFile.0/6.png', bytes: picture(40) },
    ]),
    leftOut('sparse file (pack without --sparse)'),
  ),
  ofTar('a device', tar([...members, { path: 'dog/tty', type: '3' }]), leftOut('device')),
  ofTar('an older copy', tar([{ ...first, bytes: picture(40) }, ...rest, first]), {
    train: [...images.slice(1), images[0]!],
    notices: ['odd.tar: 12 used, 1 left out: 1 older copy (a later entry of the archive has its name).'],
  }),
  ofTar(
    'a link over an earlier picture of its name',
    tar([...members, { path: 'dog/6.png', bytes: picture(40) }, link('dog/6.png', '../cat/0.png')]),
    {
      train: [images[0]!, { seed: 1, of: 'dog' }, ...images.slice(1)],
      notices: [OLDER_NOTICE],
    },
  ),
  ofTar(
    'a picture over an earlier link of its name',
    tar([...members, link('dog/6.png', '../cat/0.png'), { path: 'dog/6.png', bytes: picture(40) }]),
    { train: [...images, { seed: 40, of: 'dog' }], notices: [OLDER_NOTICE] },
  ),
  ofTar(
    'a picture packed a second time as a link to itself',
    tar([...members, link('dog/5.png', 'dog/5.png', '1')]),
    all(),
  ),
  ofTar(
    'links in a chain, the last first, and folders of them',
    tar([
      ...members,
      link('ox', 'bull'),
      link('bull', 'cow'),
      link('cow', 'dog/all'),
      link('dog/all', '../cat'),
    ]),
    {
      // A link comes after its picture.
      train: [
        ...images
          .slice(0, 6)
          .flatMap(({ seed }) => [
            { seed: seed!, of: 'cat' },
            { seed: seed!, of: 'dog' },
            ...['cow', 'bull', 'ox'].map((of) => ({ seed: seed!, of })),
          ]),
        ...images.slice(6),
      ],
    },
  ),
  ofTar(
    'folders too deep in each other',
    tar([...members, gnuLong('L', `${'a/'.repeat(65)}1.png`), { path: 'cut', bytes: picture(40) }]),
    { refused: 'expected folders at most 64 deep in each other, got 65' },
  ),
  ofTar(
    'names of an old system',
    tar([...members, { path: latin('caf\xe9/1.png'), bytes: picture(40) }]),
    all([{ seed: 40, of: 'café' }]),
  ),
  ofTar(
    'names in UTF-8',
    tar([...members, { path: 'café/1.png', bytes: picture(40) }]),
    all([{ seed: 40, of: 'café' }]),
  ),
  ofTar(
    'archives alone',
    tar([
      { path: 'cat.tar', bytes: tar(members.slice(0, 6)) },
      { path: 'dog.tar', bytes: tar(members.slice(6)) },
    ]),
    { refused: 'got 2 tar (unpack it and choose the folder): cat.tar, dog.tar' },
  ),
  ofTar('videos alone', tar([{ path: 'a.mp4', bytes: latin('\0\0\0\x18ftypisom') }]), {
    refused: 'got 1 MP4 (save its frames as PNG or JPEG): a.mp4',
  }),
  ofTar('a table of texts alone', tar([{ path: 'labels.csv', bytes: text('a,b') }]), {
    refused: 'got texts alone: labels.csv. Choose the files or the archive of the pictures',
  }),
  ofTar('a cut body', tar(members).slice(0, 512 * 2 - 300), { refused: 'odd.tar is truncated' }),
  ofTar('a cut filling', tar(members).slice(0, 4 * 1024 - 100), { refused: 'without the zeros that fill' }),
  ofTar('a cut header', tar(members, new Uint8Array(0)).slice(0, 2 * 1024 + 100), {
    refused: 'odd.tar is truncated',
  }),
  ofTar('a header that is damaged', tar(members).fill(7, 1024 + 10, 1024 + 20), { refused: 'damaged' }),
];
