import { DataError, type Dataset } from '../images/dataset.ts';
import { checkPictureBytes, MAX_PICTURE_BYTES, PartBuilder } from '../pictures/pictureFiles.ts';
import { checkPictureCount, isLitter, isPicturePath, layOut } from '../pictures/pictureLayout.ts';
import { type EncodedPicture, PictureSheet } from '../pictures/pictures.ts';
import { collect, type Member, type Sink, TarWalker } from './archive.ts';
import { formatsOfSize, type RecordFile } from './cifar.ts';
import { cifarSplits, FINE_NAMES } from './cifarFiles.ts';
import { type ClassList, inClassFolders, isClassList, MAX_LIST_BYTES } from './classList.ts';
import { namesFromText } from './classNames.ts';
import type { Role, SourceFile } from './files.ts';
import { baseName, listed, type Reading, type Splits, unpacked } from './reading.ts';
import { checkImagesSize, checkLabelCount, STL10_IMAGE_BYTES } from './stl10.ts';
import {
  addImages,
  limitOf,
  OFFICIAL_NAMES,
  type Stl10Part,
  type Stl10Split,
  stl10Splits,
} from './stl10Files.ts';

/** The most bytes of a file of records. The largest, CIFAR-100's train.bin, has 154 MB. */
const MAX_RECORD_BYTES = 256 * 2 ** 20;
/** The most bytes of labels and texts, which take a few KB. */
const MAX_SIDE_BYTES = 2 ** 20;
/** The most names that an error may mention. */
const MAX_LISTED = 100;

/** What one walk through an archive found. */
interface Found {
  readonly members: string[];
  readonly pictures: string[];
  readonly lists: ClassList[];
  readonly batches: Record<Role, RecordFile[]>;
  readonly stl: Partial<Record<Stl10Split, Stl10Part>>;
  readonly stlLabels: Partial<Record<Stl10Split, Uint8Array>>;
  fineNames: string | null;
  officialNames: string | null;
}

/**
 * Reads a `.tar` or `.tar.gz`. It knows the official archives of CIFAR-10, CIFAR-100 and STL-10 by the names
 * of their members, and reads them in one walk that keeps only what is wanted. Pictures in folders take two
 * walks, because all names decide which are kept.
 * @throws DataError if it is truncated, damaged, or holds none of these
 */
export async function readTar(source: SourceFile, gzip: boolean, reading: Reading): Promise<Splits> {
  const found = await walk(source, gzip, reading);
  const isCifar = found.batches.train.length + found.batches.test.length > 0;
  const isStl = Object.keys(found.stl).length > 0;
  if (isCifar) return cifarSplits(found.batches, found.fineNames, reading);
  if (isStl) return readStl(source.path, found, reading);
  if (found.pictures.length > 0) return readPictures(source, gzip, found, reading);
  throw nothing(source.path, found.members, reading.role);
}

async function walk(source: SourceFile, gzip: boolean, reading: Reading): Promise<Found> {
  const found: Found = {
    members: [],
    pictures: [],
    lists: [],
    batches: { train: [], test: [] },
    stl: {},
    stlLabels: {},
    fineNames: null,
    officialNames: null,
  };
  const walker = new TarWalker(source.path, (member) => {
    if (isLitter(member.path)) return null;
    if (found.members.length < MAX_LISTED) found.members.push(baseName(member.path));
    return sinkOf(source.path, member, found, reading);
  });
  for await (const chunk of unpacked(source, gzip, reading)) walker.write(chunk);
  walker.end();
  return found;
}

function sinkOf(archive: string, { path, size }: Member, found: Found, reading: Reading): Sink | null {
  const { role } = reading;
  const member = baseName(path);
  const name = `${archive}: ${member}`;
  const batch = batchRole(member);
  if (batch !== null) {
    if (role !== null && role !== batch) return null;
    formatsOfSize(name, size);
    return collect(name, size, MAX_RECORD_BYTES, (bytes) => found.batches[batch].push({ name, bytes }));
  }
  if (member === FINE_NAMES || member === OFFICIAL_NAMES) {
    return collect(name, size, MAX_SIDE_BYTES, (bytes) => {
      const text = new TextDecoder().decode(bytes);
      if (member === FINE_NAMES) found.fineNames = text;
      else found.officialNames = text;
    });
  }
  const stl = /^(unlabeled|train|test)_([Xy])\.bin$/.exec(member);
  if (stl !== null) {
    const split = stl[1] === 'unlabeled' || stl[1] === 'train' ? stl[1] : 'test';
    if (role !== null && (split === 'test' ? 'test' : 'train') !== role) return null;
    if (stl[2] === 'y') {
      return collect(name, size, MAX_SIDE_BYTES, (bytes) => {
        found.stlLabels[split] = bytes;
      });
    }
    return imagesSink(name, size, split, found, reading);
  }
  if (isClassList(path)) {
    return collect(name, size, MAX_LIST_BYTES, (bytes) =>
      found.lists.push({ path, text: new TextDecoder().decode(bytes) }),
    );
  }
  if (isPicturePath(path)) {
    found.pictures.push(path);
    checkPictureCount(archive, found.pictures.length);
  }
  return null;
}

/** What a member of the official archives of both CIFARs is for; null if it has no records. */
function batchRole(member: string): Role | null {
  if (member === 'test_batch.bin' || member === 'test.bin') return 'test';
  return /^(data_batch_[1-5]|train)\.bin$/.test(member) ? 'train' : null;
}

/** Converts images as they arrive, and skips those beyond the limit. */
function imagesSink(name: string, size: number, split: Stl10Split, found: Found, reading: Reading): Sink {
  checkImagesSize(name, size);
  if (found.stl[split] !== undefined) {
    throw new DataError(
      `${name} comes twice: expected one member of that name. Choose the official archive.`,
    );
  }
  const total = size / STL10_IMAGE_BYTES;
  const count = Math.min(total, limitOf(split, reading) ?? total);
  const sheet = new PictureSheet(reading.name, count, reading.side);
  const image = new Uint8Array(STL10_IMAGE_BYTES);
  let filled = 0;
  let kept = 0;
  return {
    write(part) {
      let at = 0;
      while (at < part.length && kept < count) {
        const more = Math.min(part.length - at, STL10_IMAGE_BYTES - filled);
        image.set(part.subarray(at, at + more), filled);
        filled += more;
        at += more;
        if (filled < STL10_IMAGE_BYTES) return;
        addImages(sheet, image);
        filled = 0;
        kept++;
      }
    },
    end() {
      found.stl[split] = { images: name, total, count, sheet, labels: null, classes: null };
    },
  };
}

function readStl(archive: string, { stl, stlLabels, officialNames }: Found, reading: Reading): Splits {
  const parts: Partial<Record<Stl10Split, Stl10Part>> = {};
  for (const split of ['unlabeled', 'train', 'test'] as const) {
    const part = stl[split];
    const bytes = stlLabels[split];
    if (part === undefined) continue;
    const name = `${archive}: ${split}_y.bin`;
    if (bytes !== undefined) checkLabelCount(name, bytes.length, part.total);
    parts[split] = { ...part, labels: bytes === undefined ? null : { name, bytes } };
  }
  const names = officialNames === null ? null : namesFromText(`${archive}: ${OFFICIAL_NAMES}`, officialNames);
  return stl10Splits(parts, names, reading);
}

async function readPictures(
  source: SourceFile,
  gzip: boolean,
  { pictures: paths, lists }: Found,
  reading: Reading,
): Promise<Splits> {
  reading.progress.expect(source.file.size);
  const layout = layOut(
    reading.name,
    inClassFolders(paths, lists),
    reading.role,
    reading.limits,
    reading.layout,
  );
  /** Which part each picture is for, by path. Within a part, the archive's order stays. */
  const roles = new Map<string, { readonly role: Role; readonly label: number; readonly index: number }>();
  for (const role of ['train', 'test'] as const) {
    for (const { index, label } of layout[role]?.pictures ?? [])
      roles.set(paths[index]!, { role, label, index });
  }
  const builders: { [R in Role]?: PartBuilder } = {};
  for (const role of ['train', 'test'] as const) {
    const part = layout[role];
    if (part === undefined) continue;
    const pictures = part.pictures.toSorted((a, b) => a.index - b.index);
    builders[role] = new PartBuilder({ ...part, pictures }, reading);
  }
  const waiting: Record<Role, EncodedPicture[]> = { train: [], test: [] };
  let index = -1;
  const walker = new TarWalker(source.path, ({ path, size }) => {
    if (isLitter(path) || !isPicturePath(path)) return null;
    index++;
    const place = roles.get(path);
    if (place?.index !== index) return null;
    checkPictureBytes(path, size);
    return collect(path, size, MAX_PICTURE_BYTES, (bytes) => waiting[place.role].push({ name: path, bytes }));
  });
  const drain = async () => {
    for (const role of ['train', 'test'] as const) {
      const pictures = waiting[role].splice(0);
      if (pictures.length > 0) await builders[role]!.add(pictures);
    }
  };
  for await (const chunk of unpacked(source, gzip, reading)) {
    walker.write(chunk);
    await drain();
  }
  walker.end();
  const splits: { [R in Role]?: Dataset } = {};
  for (const role of ['train', 'test'] as const) {
    const builder = builders[role];
    if (builder !== undefined) splits[role] = builder.finish();
  }
  return { ...splits, notes: layout.notes };
}

function nothing(archive: string, members: readonly string[], role: Role | null): DataError {
  const got = members.length === 0 ? 'an empty archive' : listed(members);
  const hint = members.includes('data_batch_1') ? 'This is the Python version. ' : '';
  return new DataError(
    `${archive} holds no images${role === null ? '' : ` for the ${role} part`}: expected the binary version of CIFAR-10 ` +
      `(data_batch_1.bin … data_batch_5.bin and test_batch.bin), CIFAR-100 (train.bin and test.bin) or STL-10 (…_X.bin), ` +
      `or pictures, got ${got}. ${hint}Choose the data set’s official binary archive.`,
  );
}
