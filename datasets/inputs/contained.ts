import { CONTENTS } from './contents.ts';
import type { Input, InputFile } from './inputs.ts';
import { LISTS } from './listContents.ts';
import { LOST_CLASSES } from './neighbourInputs.ts';
import { gzip, joined, type TarMember, tar, type ZipItem, zip } from './pack.ts';
import { SAMPLE_CONTENTS } from './sampleContents.ts';

const members = (files: readonly InputFile[]): TarMember[] =>
  files.map(({ path, bytes }) => ({ path, bytes }));
const items = (files: readonly InputFile[], deflate: boolean): ZipItem[] =>
  files.map(({ path, bytes }) => ({ path, bytes, deflate }));

/** By code units, as readers sort. A tar is packed in this order, so that all give the same images. */
const inOrder = (files: readonly InputFile[]): InputFile[] =>
  files.toSorted((a, b) => {
    const [x, y] = [a.path.normalize('NFC'), b.path.normalize('NFC')];
    return x < y ? -1 : x > y ? 1 : 0;
  });

/** The containers that hold any content. */
const CONTAINERS: Readonly<Record<string, (files: readonly InputFile[]) => Promise<readonly InputFile[]>>> = {
  folder: async (files) => files,
  'some.tar': async (files) => [{ path: 'some.tar', bytes: tar(members(files)) }],
  'some.tar.gz': async (files) => {
    const whole = tar(members(files));
    // The members break it anywhere, as parallel packers do.
    const parts = [whole.slice(0, 1000), whole.slice(1000, 5000), whole.slice(5000)];
    return [
      { path: 'some.tar.gz', bytes: joined([...(await Promise.all(parts.map(gzip))), new Uint8Array(512)]) },
    ];
  },
  'stored.zip': async (files) => [{ path: 'stored.zip', bytes: await zip(items(files, false)) }],
  'some.zip': async (files) => [{ path: 'some.zip', bytes: await zip(items(files, true)) }],
};

/** Every content in every container. */
export const CONTAINED: readonly Input[] = [
  ...CONTENTS,
  ...SAMPLE_CONTENTS,
  ...LOST_CLASSES,
  ...LISTS,
].flatMap(({ what, files, useTheRest = false, stated }) =>
  Object.entries(CONTAINERS).map(([container, pack]) => ({
    name: `${what}, ${container}`,
    files: () => pack(inOrder(files)),
    useTheRest,
    ...(container === 'folder' && { folder: 'set' }),
    stated: stated(container === 'folder' ? 'set' : container),
  })),
);
