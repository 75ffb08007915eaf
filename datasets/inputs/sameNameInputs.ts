import { CATS_AND_DOGS, filesOf, type Input, type InputFile, imagesOf, text } from './inputs.ts';
import { gzip, picture, tar, zip } from './pack.ts';

// Archives of one name, from several folders, that were given together, and the same one twice. A road by paths
// cannot have two files of one path in one folder, so that each lies in a folder of its own there.

const base = filesOf(CATS_AND_DOGS);
const images = imagesOf(CATS_AND_DOGS);
const others: readonly InputFile[] = base.map(({ path }, i) => ({ path, bytes: picture(40 + i) }));
const SAME_NAME = (name: string) =>
  `${name}: several archives are called ${name}: they are read as parts of one set, not as classes or splits. If they are, give them other names.`;
/** In the order of paths: of each name, the first archive's before the others'. */
const inZips = images.flatMap(({ seed, of }, i) => ({
  first: { seed: seed!, of },
  second: { seed: 40 + i, of },
}));
const byClass = (of: string) => inZips.filter(({ first }) => first.of === of);
const joined = ['cat', 'dog'].flatMap((of) => [
  ...byClass(of).map(({ second }) => second),
  ...byClass(of).map(({ first }) => first),
]);

export const SAME_NAMES: readonly Input[] = [
  {
    name: 'same name: two zips with the same paths inside',
    isLoose: true,
    files: async () => [
      { path: 'data.zip', bytes: await zip(base) },
      { path: 'data.zip', bytes: await zip(others) },
    ],
    stated: { train: joined, notices: [SAME_NAME('data.zip')] },
  },
  {
    name: 'same name: two tars with the same paths inside',
    isLoose: true,
    files: async () => [
      { path: 'data.tar', bytes: tar(base) },
      { path: 'data.tar', bytes: tar(others) },
    ],
    stated: {
      train: [...images, ...others.map((_, i) => ({ seed: 40 + i, of: images[i]!.of }))],
      notices: [SAME_NAME('data.tar')],
    },
  },
  {
    name: 'same name: two tars of WebDataset',
    isLoose: true,
    files: () =>
      [0, 2].map((from) => ({
        path: 'shard.tar',
        bytes: tar(
          [0, 1].flatMap((i) => [
            { path: `${i}.cls`, bytes: text(String(i)) },
            { path: `${i}.png`, bytes: picture(from + i) },
          ]),
        ),
      })),
    stated: {
      train: [0, 1, 2, 3].map((seed) => ({ seed, of: String(seed % 2) })),
      notices: [SAME_NAME('shard.tar')],
    },
  },
  {
    name: 'same name: two zips of WebDataset',
    isLoose: true,
    files: () =>
      Promise.all(
        [0, 2].map(async (from) => ({
          path: 'shard.zip',
          bytes: await zip(
            [0, 1].flatMap((i) => [
              { path: `${i}.cls`, bytes: text(String(i)) },
              { path: `${i}.png`, bytes: picture(from + i) },
            ]),
          ),
        })),
      ),
    stated: {
      train: [0, 1, 2, 3].map((seed) => ({ seed, of: String(seed % 2) })),
      notices: [SAME_NAME('shard.zip')],
    },
  },
  ...(['zip', 'tgz'] as const).map(
    (ending): Input => ({
      name: `same name: one ${ending} given twice`,
      isLoose: true,
      files: async () => {
        const bytes = ending === 'zip' ? await zip(base) : await gzip(tar(base));
        return [0, 1].map(() => ({ path: `data.${ending}`, bytes }));
      },
      stated: {
        train: images,
        notices: [`data.${ending}: 12 used, 1 left out: 1 file that came twice.`],
      },
    }),
  ),
];
