import { CATS_AND_DOGS, filesOf, type Input, type InputFile, imagesOf, text } from './inputs.ts';
import { type Bytes, gzip, picture, tar, zip } from './pack.ts';

// Files that were cut into parts, and downloads that did not come to their end.

const base = filesOf(CATS_AND_DOGS);
const images = imagesOf(CATS_AND_DOGS);

/** A file cut into parts of equal size, by the endings of their names. */
const cut = (name: string, bytes: Bytes, endings: readonly string[]): InputFile[] =>
  endings.map((ending, i) => {
    const size = Math.ceil(bytes.length / endings.length);
    return { path: `${name}${ending}`, bytes: bytes.slice(i * size, (i + 1) * size) };
  });

function refused(what: string, files: () => Promise<readonly InputFile[]>, words: string): Input {
  return { name: `parts: ${what}`, folder: 'set', files, stated: { refused: words } };
}
const packed = () => gzip(tar(base));
const zipped = () => zip(base);
/** A zip whose end says that it is the third of three. */
const lastOfZip = async () => (await zipped()).fill(2, -18, -17).fill(2, -16, -15);

export const PARTS: readonly Input[] = [
  refused(
    'a tar.gz in .aa, .ab, .ac',
    async () => cut('set.tar.gz', await packed(), ['.aa', '.ab', '.ac']),
    '3 parts of a larger file (join them, as by “cat set.tar.gz.* > set.tar.gz”, and choose set.tar.gz)',
  ),
  refused(
    'a tar.gz in parts without a dot',
    async () => cut('set.tar.gz', await packed(), ['aa', 'ab']),
    'as by “cat set.tar.gz* > set.tar.gz”',
  ),
  refused(
    'a tar in .000, .001',
    async () => cut('set.tar', tar(base), ['.000', '.001']),
    'as by “cat set.tar.* > set.tar”',
  ),
  refused(
    'a zip in .zip.001, .zip.002, .zip.003',
    async () => cut('set.zip', await zipped(), ['.001', '.002', '.003']),
    'as by “cat set.zip.* > set.zip”',
  ),
  refused(
    'a zip in .part1, .part2',
    async () => cut('set.zip', await zipped(), ['.part1', '.part2']),
    'as by “cat set.zip.* > set.zip”',
  ),
  refused(
    'a zip in .z01, .z02, .zip',
    async () => [
      ...cut('set', await zipped(), ['.z01', '.z02']),
      { path: 'set.zip', bytes: await lastOfZip() },
    ],
    'as by “zip -s 0 set.zip --out whole.zip”',
  ),
  refused(
    'the last part of a zip',
    async () => [{ path: 'set.zip', bytes: await lastOfZip() }],
    'as by “zip -s 0',
  ),
  refused(
    'unknown bytes in .aa, .ab',
    async () => cut('images', text('\xc8\x01\x02'.repeat(99)), ['.aa', '.ab']),
    'as by “cat images.* > images”',
  ),
  refused(
    'a 7-Zip archive in .002, without its first part',
    async () => [{ path: 'set.7z.002', bytes: text('\xc8\x01\x02'.repeat(99)) }],
    'Unpack them together with the program that made them',
  ),
  refused(
    'one part alone',
    async () => cut('set.tar.gz', await packed(), ['.aa']),
    'got one part of a file that was cut into several. Join them',
  ),
  refused(
    'an unfinished download',
    async () => [{ path: 'set.tar.gz.crdownload', bytes: await packed() }],
    'got a download that did not come to its end. Download it again',
  ),
  refused(
    'parts beside pictures',
    async () => [...base, ...cut('more.tar.gz', await packed(), ['.aa', '.ab'])],
    '2 parts of a larger file',
  ),
  {
    name: 'parts: beside the whole',
    folder: 'set',
    files: async () => [
      { path: 'set.tar.gz', bytes: await packed() },
      ...cut('set.tar.gz', await packed(), ['.aa', '.ab']),
    ],
    stated: { train: images, notices: ['set: 12 used, 2 left out: 2 parts of a larger file.'] },
  },
  {
    name: 'parts: pictures whose names end in a number',
    folder: 'set',
    files: () => [1, 2].map((seed) => ({ path: `img.00${seed}`, bytes: picture(seed) })),
    stated: { train: [1, 2].map((seed) => ({ seed, of: null })) },
  },
];
