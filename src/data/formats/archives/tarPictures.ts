import type { Dataset } from '../../images/dataset.ts';
import { countOf, type Layout } from '../../pictures/layout/pictureLayout.ts';
import { MAX_PICTURE_BYTES, PartBuilder, sizeFault, type Unread } from '../../pictures/pictureFiles.ts';
import { isPicturePath } from '../../pictures/pictureNames.ts';
import type { EncodedPicture } from '../../pictures/pictures.ts';
import type { ClassList } from '../classList.ts';
import type { Role, SourceFile } from '../files.ts';
import {
  type Listed,
  type Lists,
  type ListText,
  listCandidates,
  MAX_LIST_TEXT,
  mayList,
  readLists,
  textIn,
} from '../labelLists.ts';
import { METADATA, unreadable } from '../ledger.ts';
import {
  folderOf,
  type Reading,
  readRange,
  type Splits,
  sharedFolders,
  uncounted,
  unpacked,
} from '../reading.ts';
import { layOutPictures } from '../sampleLayout.ts';
import { collect, TarWalker } from './archive.ts';
import {
  archiveFolders,
  archiveMarks,
  sameNameNotice,
  shardFolders,
  stemOfArchive,
} from './archiveFolders.ts';
import { isLabelFile, MAX_LABEL_BYTES, sampleLabels, silenceNotice, UNREAD_LABEL } from './webDataset.ts';

/** A file of a tar, or a link to one. */
export interface TarEntry {
  /** Which member of the tar has its bytes. */
  readonly place: number;
  readonly size: number;
  /** Whether its own bytes or name are those of a picture. */
  readonly isPicture: boolean;
  /** The label that it tells of the picture beside it; null if it tells none. */
  readonly label: string | null;
}

/** What a walk through a tar found. */
export interface TarContents {
  readonly source: SourceFile;
  readonly isGzip: boolean;
  /** By path. Links come after all files. */
  readonly entries: ReadonlyMap<string, TarEntry>;
  readonly lists: readonly ClassList[];
  /** Texts that may list pictures with their labels, or name classes, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A picture of one of the tars. */
interface TarPicture {
  readonly tar: TarContents;
  readonly place: number;
  /** Path in its tar. */
  readonly inside: string;
  /** Path below all tars. */
  readonly path: string;
  readonly unpacked: number;
}

/**
 * Reads the pictures of tars that were walked once. If they are WebDataset's, files beside the pictures tell
 * their labels; if not, folders do. Several tars count as folders with the words of their names, so that
 * numbered shards are one folder.
 * @param texts texts beside the tars: classnames.txt names the classes of numbers
 * @throws DataError if there is no picture, or too few are left
 */
export async function readTarPictures(
  tars: readonly TarContents[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  reading.progress.expect(tars.reduce((sum, { source }) => sum + source.file.size, 0));
  const labels = new Map(tars.map((tar) => [tar, labelsIn(tar)]));
  const folders = foldersOf(
    tars,
    [...labels.values()].some((one) => one.labels.size > 0),
    reading,
  );
  const archives = tars.map(({ source }) => source.path);
  const marks = archiveMarks(archives);
  const sameName = sameNameNotice(reading.name, archives);
  if (sameName !== null) reading.ledger.notice(sameName);
  const all = tars.flatMap((tar, i) => picturesOf(tar, folders?.get(tar) ?? null, marks[i]!, reading));
  const labelOf = ({ tar, inside }: TarPicture) => labels.get(tar)?.labels.get(inside);
  const isWebDataset = all.some((picture) => labelOf(picture) !== undefined);
  for (const { unread, silent, unused } of labels.values()) {
    for (const path of unread) reading.ledger.leaveOut(path, UNREAD_LABEL);
    for (const path of [...silent, ...unused]) reading.ledger.leaveOut(path, METADATA);
  }
  const silent = [...labels.values()].flatMap((one) => one.silent);
  const notice = silenceNotice(
    reading.name,
    silent,
    all.map(({ inside }) => inside),
  );
  if (!isWebDataset && notice !== null) reading.ledger.notice(notice);
  const beside = (picture: TarPicture): Listed | undefined => {
    const label = labelOf(picture);
    // The folders inside count as those of a folder or a zip do.
    const { tar, inside } = picture;
    const place = `${tar.source.path}/${folderOf(inside)}`;
    return label === undefined ? undefined : { label, place };
  };
  // Lists of classes lie in one archive, as Tiny-ImageNet's.
  const classLists = tars.length === 1 ? tars[0]!.lists : [];
  const told = { beside, ...(await listsOf(tars, all, texts, reading)), classLists };
  const { pictures, layout } = layOutPictures(all, told, reading);
  reading.ledger.choose(countOf(layout));
  return read(tars, pictures, layout, reading);
}

/** What lists in the tars and beside them tell, by paths of pictures, and the texts that were looked into. */
async function listsOf(
  tars: readonly TarContents[],
  pictures: readonly TarPicture[],
  beside: readonly SourceFile[],
  { ledger, signal }: Reading,
): Promise<{ readonly lists: Lists; readonly texts: readonly ListText[] }> {
  const labels = new Map<string, Listed>();
  const found: Lists['found'][number][] = [];
  const all: ListText[] = [];
  const add = (texts: readonly ListText[], given: readonly TarPicture[]) => {
    const byInside = new Map(given.map(({ inside, path }) => [inside, path]));
    const lists = readLists(texts, [...byInside.keys()], ledger);
    const areTold = byInside.size === given.length;
    for (const [inside, one] of areTold ? lists.labels : []) labels.set(byInside.get(inside)!, one);
    const flaw = 'several archives hold pictures of its paths';
    for (const list of lists.found) found.push(areTold || list.isOfNames ? list : { ...list, flaw });
    all.push(...texts);
  };
  for (const tar of tars) {
    if (tar.texts.size === 0) continue;
    const given = pictures.filter((picture) => picture.tar === tar);
    const texts = Array.from(tar.texts, ([path, text]): ListText => ({ path, text }));
    const candidates = new Set(
      listCandidates(
        texts,
        given.map(({ inside }) => inside),
      ),
    );
    for (const text of texts) if (!candidates.has(text)) ledger.leaveOut(text.path, METADATA);
    add([...candidates], given);
  }
  const read: ListText[] = [];
  for (const source of beside.filter(({ path, file }) => mayList(path) && file.size <= MAX_LIST_TEXT)) {
    const bytes = await readRange(source, 0, source.file.size, uncounted(signal));
    read.push({ path: source.path, text: textIn(bytes) });
  }
  add(read, pictures);
  return { lists: { labels, found }, texts: all };
}

/** What the label files of a tar tell of its pictures, by paths in the tar. */
function labelsIn({ entries }: TarContents) {
  const given = [...entries];
  const told = given.flatMap(([path, { isPicture, label, size }]) =>
    !isPicture && isLabelFile(path) && size <= MAX_LABEL_BYTES ? [[path, label] as const] : [],
  );
  return sampleLabels(
    told,
    given.flatMap(([path, { isPicture }]) => (isPicture || isPicturePath(path) ? path : [])),
  );
}

/** The folder that each of several tars counts as; null for one tar, whose pictures lie where they lie. */
function foldersOf(
  tars: readonly TarContents[],
  isWebDataset: boolean,
  { name, layout }: Reading,
): ReadonlyMap<TarContents, string> | null {
  if (tars.length === 1) return null;
  const given = archiveFolders(tars.map(({ source }) => source.path));
  const archives = tars.map(({ entries }, i) => {
    const paths = [...entries].flatMap(([path, { isPicture }]) => (isPicture ? path : []));
    const tops = new Set(paths.map(folderOf));
    return { folder: given[i]!, hasFolders: tops.size > 1, count: paths.length };
  });
  const folders = isWebDataset ? given : shardFolders(name, archives, layout);
  return new Map(tars.map((tar, i) => [tar, folders[i]!]));
}

/**
 * The pictures of a tar in the order of their bytes; links come after what they lead to.
 * @param folder the folder that the tar counts as; null if it is the only one
 * @param mark what tells its pictures from those of another tar of its path
 */
function picturesOf(
  tar: TarContents,
  folder: string | null,
  mark: string,
  { ledger }: Reading,
): TarPicture[] {
  const found = [...tar.entries].filter(([path, { isPicture }]) => isPicture || isPicturePath(path));
  // What has a picture's name only by links to it is not another picture: caches keep files by their hashes.
  const named = new Set(found.filter(([path]) => isPicturePath(path)).map(([, { place }]) => place));
  const stem = stemOfArchive(tar.source.path);
  return found
    .filter(([path, { place }]) => isPicturePath(path) || !named.has(place))
    .flatMap(([inside, { place, size }]): TarPicture[] => {
      const parts = inside.split('/');
      // Shards number their pictures alike.
      const path =
        folder === null
          ? inside
          : [folder, ...parts.slice(0, -1), `${stem} ${mark}${parts.at(-1)}`].join('/').replace(/^\//, '');
      const fault = sizeFault(path, size);
      if (fault === null) return [{ tar, place, inside, path, unpacked: size }];
      ledger.leaveOut(path, unreadable(fault));
      return [];
    })
    .sort((a, b) => a.place - b.place);
}

/** The second walk: hands the bytes of the chosen pictures to the parts that they are for. */
async function read(
  tars: readonly TarContents[],
  pictures: readonly TarPicture[],
  layout: Layout,
  reading: Reading,
): Promise<Splits> {
  const builders: { [R in Role]?: PartBuilder } = {};
  /** What each chosen picture is for, by its index. Within a part, the archive's order stays. */
  const roles = new Map<number, Role>();
  for (const role of ['train', 'test'] as const) {
    const part = layout[role];
    if (part === undefined) continue;
    for (const { index } of part.pictures) roles.set(index, role);
    const inOrder = part.pictures.toSorted((a, b) => a.index - b.index);
    builders[role] = new PartBuilder({ ...part, pictures: inOrder }, reading);
  }
  const waiting: Record<Role, (EncodedPicture | Unread)[]> = { train: [], test: [] };
  const drain = async () => {
    for (const role of ['train', 'test'] as const) {
      const given = waiting[role].splice(0);
      if (given.length > 0) await builders[role]!.add(given);
    }
  };
  for (const tar of tars) {
    const wanted = new Map<number, { readonly name: string; readonly role: Role }[]>();
    for (const [index, picture] of pictures.entries()) {
      const role = roles.get(index);
      if (picture.tar !== tar || role === undefined) continue;
      const use = { name: picture.path, role };
      const others = wanted.get(picture.place);
      if (others === undefined) wanted.set(picture.place, [use]);
      else others.push(use);
    }
    let place = -1;
    const walker = new TarWalker(tar.source.path, ({ size }) => {
      place++;
      const uses = wanted.get(place);
      if (uses === undefined) return null;
      return collect(uses[0]!.name, size, MAX_PICTURE_BYTES, (bytes) => {
        for (const { name, role } of uses) waiting[role].push({ name, bytes });
      });
    });
    for await (const chunk of unpacked(tar.source, tar.isGzip, reading)) {
      walker.write(chunk);
      await drain();
    }
    walker.end();
  }
  const splits: { [R in Role]?: Dataset } = {};
  for (const role of ['train', 'test'] as const) {
    const builder = builders[role];
    if (builder !== undefined) splits[role] = builder.finish();
  }
  const within = sharedFolders(pictures.map(({ path }) => path));
  return { ...splits, notices: layout.notices, within };
}
