import { DataError } from '../../images/dataset.ts';
import { checkPictureCount } from '../../pictures/layout/pictureLayout.ts';
import { pictureKind } from '../../pictures/pictureHeader.ts';
import { isPicturePath } from '../../pictures/pictureNames.ts';
import { PictureSheet } from '../../pictures/pictures.ts';
import { formatsOfSize, type RecordFile } from '../cifar.ts';
import { cifarSplits, FINE_NAMES } from '../cifarFiles.ts';
import { type ClassList, MAX_LIST_BYTES } from '../classList.ts';
import { namesFromText } from '../classNames.ts';
import { entryKind, isBeside, reasonOfHead } from '../entryKind.ts';
import type { Role, SourceFile } from '../files.ts';
import { MAX_LIST_TEXT, mayList, textIn } from '../labelLists.ts';
import { METADATA, OLDER, type Reason } from '../ledger.ts';
import { listed } from '../listed.ts';
import { litterReason } from '../litter.ts';
import { baseName, byName, type Reading, readRange, type Splits, uncounted, unpacked } from '../reading.ts';
import { HEAD_BYTES } from '../signatures.ts';
import { checkImagesSize, checkLabelCount, STL10_IMAGE_BYTES } from '../stl10.ts';
import {
  addImages,
  limitOf,
  OFFICIAL_NAMES,
  type Stl10Part,
  type Stl10Split,
  stl10Splits,
} from '../stl10Files.ts';
import { collect, type Member, type Sink, TarWalker } from './archive.ts';
import { entryPath } from './entryPath.ts';
import { followLinks, linkOf, type TarLink } from './tarLinks.ts';
import { readTarPictures, type TarContents, type TarEntry } from './tarPictures.ts';
import { labelIn, MAX_LABEL_BYTES } from './webDataset.ts';

/** The most bytes of a file of records. The largest, CIFAR-100's train.bin, has 154 MB. */
const MAX_RECORD_BYTES = 256 * 2 ** 20;
/** The most bytes of labels and texts, which take a few KB. */
const MAX_SIDE_BYTES = 2 ** 20;
/** The most names that an error may mention. */
const MAX_LISTED = 100;

/** What one walk through an archive found. */
interface Found extends TarContents {
  readonly members: string[];
  readonly entries: Map<string, TarEntry>;
  readonly lists: ClassList[];
  readonly texts: Map<string, string>;
  /** How many bytes of texts may still be kept, which may be lists. */
  roomForTexts: number;
  /** By path. None is that of an entry. */
  readonly links: Map<string, TarLink>;
  readonly batches: Record<Role, RecordFile[]>;
  readonly stl: Partial<Record<Stl10Split, Stl10Part>>;
  readonly stlLabels: Partial<Record<Stl10Split, Uint8Array>>;
  fineNames: string | null;
  officialNames: string | null;
}

/**
 * Reads `.tar` and `.tar.gz` archives. It knows the official archives of CIFAR-10, CIFAR-100 and STL-10 by
 * the names of their members, and reads them in one walk that keeps only what is wanted. Pictures in folders,
 * and those of WebDataset, take two walks, because all names decide which are kept.
 * @throws DataError if one is truncated, damaged, or holds none of these, or if several are official archives
 */
export async function readTars(
  sources: readonly SourceFile[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  const all: Found[] = [];
  for (const source of sources.toSorted((a, b) => byName(a.path, b.path)))
    all.push(await walk(source, reading));
  for (const found of all) {
    const isCifar = found.batches.train.length + found.batches.test.length > 0;
    const isStl = Object.keys(found.stl).length > 0;
    if ((isCifar || isStl) && all.length > 1) {
      throw new DataError(
        `Several archives: expected one for training and, if you have it, one for testing, got ${listed(sources.map(({ path }) => path))}. ` +
          'Choose one, or unpack them and choose the folder.',
      );
    }
    if (isCifar) return cifarSplits(found.batches, found.fineNames, reading);
    if (isStl) return readStl(found.source.path, found, reading);
  }
  const holdsPictures = all.some(({ entries }) => [...entries.values()].some(({ isPicture }) => isPicture));
  if (holdsPictures || reading.ledger.missesPictures) return readTarPictures(all, texts, reading);
  throw nothing(
    listed(sources.map(({ path }) => path)),
    all.flatMap(({ members }) => members),
    reading,
  );
}

async function walk(source: SourceFile, reading: Reading): Promise<Found> {
  const silent = uncounted(reading.signal);
  const [first, second] = await readRange(source, 0, Math.min(2, source.file.size), silent);
  const found: Found = {
    source,
    isGzip: first === 0x1f && second === 0x8b,
    members: [],
    entries: new Map(),
    lists: [],
    texts: new Map(),
    roomForTexts: MAX_LIST_TEXT,
    links: new Map(),
    batches: { train: [], test: [] },
    stl: {},
    stlLabels: {},
    fineNames: null,
    officialNames: null,
  };
  let place = -1;
  const walker = new TarWalker(source.path, (member) => {
    place++;
    const path = entryPath(source.path, member.path.replace(/^\/+/, ''));
    if (entryKind(path) === 'litter') {
      reading.ledger.leaveOut(path, litterReason(path));
      return null;
    }
    if (member.kind === 'file') {
      if (found.members.length < MAX_LISTED) found.members.push(baseName(path));
      return sinkOf({ ...member, path }, place, found, reading);
    }
    if (member.kind.endsWith('link')) enterLink(linkOf(member, path), found, reading);
    else reading.ledger.leaveOut(path, member.kind === 'sparse file' ? sparse(path) : DEVICE);
    return null;
  });
  for await (const chunk of unpacked(source, found.isGzip, reading)) walker.write(chunk);
  walker.end();
  if (walker.hasRest) reading.ledger.notice(restNotice(source.path));
  followLinks(source.path, [...found.links.values()], found.entries, reading.ledger, isPicturePath);
  return found;
}

function restNotice(archive: string): string {
  return `${archive}: the bytes after its end mark are no tar and were not read. If it should hold more, download or pack it again.`;
}

/** Takes note of a link. It takes the place of an earlier entry of its name, as unpacking does. */
function enterLink(link: TarLink, found: Found, { ledger }: Reading): void {
  const { path, target } = link;
  // A file that was packed twice is a link to itself.
  if (target === path && found.entries.has(path)) return;
  if (found.entries.delete(path) || found.links.delete(path)) ledger.leaveOut(path, OLDER);
  found.links.set(path, link);
  checkCount(found);
}

/**
 * A picture may have a label beside it.
 * @throws DataError if there are more entries than a data set may have
 */
function checkCount({ source, entries, links }: Found): void {
  checkPictureCount(source.path, Math.ceil(entries.size / 2) + links.size);
}

const DEVICE: Reason = { label: 'device', plural: 'devices', advice: '', group: 'other' };
function sparse(path: string): Reason {
  return {
    label: 'sparse file',
    plural: 'sparse files',
    advice: 'pack without --sparse',
    group: isPicturePath(path) ? 'picture' : 'other',
  };
}

function sinkOf({ path, size }: Member, place: number, found: Found, reading: Reading): Sink | null {
  const { role } = reading;
  const archive = found.source.path;
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
  if (entryKind(path) === 'list') {
    return collect(name, size, MAX_LIST_BYTES, (bytes) =>
      found.lists.push({ path, text: new TextDecoder().decode(bytes) }),
    );
  }
  return entrySink(path, size, place, found, reading);
}

/** Takes note of a picture, of the label of one, or of what a file is that is neither. */
function entrySink(
  path: string,
  size: number,
  place: number,
  found: Found,
  { ledger }: Reading,
): Sink | null {
  const { entries, links } = found;
  const enter = (isPicture: boolean, label: string | null) => {
    // A later copy takes the later place.
    if (entries.delete(path) || links.delete(path)) ledger.leaveOut(path, OLDER);
    entries.set(path, { place, size, isPicture, label });
    checkCount(found);
  };
  const kind = entryKind(path);
  if (kind === 'picture') {
    enter(true, null);
    return null;
  }
  if (kind === 'label' && size <= MAX_LABEL_BYTES) {
    return collect(path, size, MAX_LABEL_BYTES, (bytes) =>
      enter(false, labelIn(path, new TextDecoder().decode(bytes))),
    );
  }
  // A label that is too large still takes the place of an earlier one.
  if (kind === 'label' && (entries.delete(path) || links.delete(path))) ledger.leaveOut(path, OLDER);
  if (kind === 'text' && mayList(path) && size <= found.roomForTexts) {
    found.roomForTexts -= size;
    return collect(path, size, MAX_LIST_TEXT, (bytes) => {
      found.texts.set(path, textIn(bytes));
    });
  }
  if (kind === 'label' || kind === 'text') {
    ledger.leaveOut(path, METADATA);
    return null;
  }
  const head = new Uint8Array(Math.min(HEAD_BYTES, size));
  let filled = 0;
  return {
    write(part) {
      const more = part.subarray(0, head.length - filled);
      head.set(more, filled);
      filled += more.length;
    },
    end() {
      if (pictureKind(head) === null) ledger.leaveOut(path, reasonOfHead(path, head));
      enter(pictureKind(head) !== null, null);
    },
  };
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

function nothing(archive: string, members: readonly string[], { role, ledger }: Reading): DataError {
  const isPython = members.includes('data_batch_1');
  const others = isPython ? '' : ledger.curable;
  const areTexts = others === '' && members.length > 0 && members.every(isBeside);
  const got =
    others !== ''
      ? others
      : members.length === 0
        ? 'an empty archive'
        : `${areTexts ? 'texts alone: ' : ''}${listed(members)}`;
  const advice =
    others !== ''
      ? 'Do what is said there, or choose other files.'
      : areTexts
        ? 'Choose the files or the archive of the pictures themselves.'
        : `${isPython ? 'This is the Python version. ' : ''}Choose the data set’s official binary archive.`;
  return new DataError(
    `${archive} holds no images${role === null ? '' : ` for the ${role} part`}: expected the binary version of CIFAR-10 ` +
      `(data_batch_1.bin … data_batch_5.bin and test_batch.bin), CIFAR-100 (train.bin and test.bin) or STL-10 (…_X.bin), ` +
      `or pictures, got ${got}. ${advice}`,
  );
}
