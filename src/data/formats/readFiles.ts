import { DataError } from '../images/dataset.ts';
import { readPictureFiles } from '../pictures/pictureFiles.ts';
import { isPicturePath } from '../pictures/pictureNames.ts';
import { stemOfArchive } from './archives/archiveFolders.ts';
import { inNfc } from './archives/entryPath.ts';
import { readTars } from './archives/tarFiles.ts';
import { readZips, zipNames } from './archives/zipFiles.ts';
import { kindOfZip, kindOfZipHead } from './archives/zipKind.ts';
import { readCifarFiles } from './cifarFiles.ts';
import { entryKind, isBeside, reasonOfHead } from './entryKind.ts';
import { fileKind } from './fileKind.ts';
import type { Role, SourceFile } from './files.ts';
import { mayList } from './labelLists.ts';
import { Ledger, METADATA, type Reason } from './ledger.ts';
import { listed } from './listed.ts';
import { litterReason } from './litter.ts';
import { ANOTHER_SET, reasonBeside } from './neighbours.ts';
import { readParquetFiles } from './parquet/parquetFiles.ts';
import { partFile } from './partFiles.ts';
import {
  baseName,
  Progress,
  type Reading,
  type ReadOptions,
  readRange,
  type Splits,
  uncounted,
} from './reading.ts';
import { withoutRepeats } from './repeats.ts';
import {
  adviceSentence,
  HEAD_BYTES,
  kindByEnding,
  otherKindByEnding,
  type UnreadKind,
} from './signatures.ts';
import { saysNothing } from './splitNames.ts';
import { STL10_IMAGE_BYTES } from './stl10.ts';
import { readStl10Files } from './stl10Files.ts';

/** The words by which errors name each format. */
const FAMILIES = {
  cifar: 'binary files of CIFAR',
  stl10: 'binary files of STL-10',
  tar: 'a tar archive',
  zip: 'a zip archive',
  parquet: 'a parquet table',
  picture: 'pictures',
} as const;
type Family = keyof typeof FAMILIES;

const EXPECTED =
  'the binary version of CIFAR-10, CIFAR-100 or STL-10 (.bin, or its .tar.gz), a folder or zip of pictures, or a parquet table';

/**
 * Reads files in any of the formats. The content tells the format, and where the bytes say nothing, the name
 * does. The result comes after everything was read and checked; nothing else is kept.
 * @param role what the files are for, if the user said so; null: names decide
 * @param called name of the data set; without it, the path of the first file, or its top folder
 * @throws DataError if files are empty, truncated, damaged, of an unknown kind, or of several kinds at once;
 *   the signal's reason when aborted
 */
export async function readFiles(
  files: readonly SourceFile[],
  role: Role | null,
  options: ReadOptions,
  called?: string,
): Promise<Splits> {
  const { side, limits, layout = null, decode, signal, onProgress } = options;
  signal?.throwIfAborted();
  const visible = inNfc(files.filter(({ path }) => entryKind(path) !== 'litter'));
  const name = (called ?? options.name ?? nameOf(visible)).normalize('NFC');
  const ledger = new Ledger(name, options.useTheRest ?? false);
  for (const { path } of files) {
    if (entryKind(path) === 'litter') ledger.leaveOut(path, litterReason(path));
  }
  const texts = visible.filter(({ path }) => isBeside(path));
  const given = texts.length === visible.length ? texts : visible.filter(({ path }) => !isBeside(path));
  if (given.length === 0)
    throw new DataError(`No file with images: expected ${EXPECTED}, got none. Choose one.`);
  const { family, chosen } = await familyOf(given, ledger, signal);
  const isOfPictures = family === 'picture' || family === 'zip' || family === 'tar';
  for (const { path } of given === texts ? [] : texts) {
    // The readers of pictures look into those that may tell labels.
    const isLookedInto =
      (isOfPictures && mayList(path)) || (family === 'picture' && entryKind(path) === 'label');
    if (!isLookedInto) ledger.leaveOut(path, METADATA);
  }
  const total = chosen.reduce((sum, { file }) => sum + file.size, 0);
  const reading: Reading = {
    ...{ name, role, side, limits, layout, ledger, decode, signal },
    progress: new Progress(total, onProgress),
  };
  const splits = await readFamily(family, chosen, texts, reading);
  const used = [splits.train, splits.bank, splits.test].reduce((sum, part) => sum + (part?.count ?? 0), 0);
  const hasClasses = [splits.train, splits.bank, splits.test].some((part) => (part?.classes.length ?? 0) > 0);
  if (isOfPictures && !hasClasses && ledger.tables.length > 0)
    ledger.notice(unreadTables(name, ledger.tables));
  const notices = [...ledger.notices(used), ...(splits.notices ?? [])];
  return { ...splits, notices, within: [...(splits.within ?? []), ...namesAround(family, chosen)] };
}

/**
 * Names of the folder that the user gave, and of an archive that came alone. Those that say what files are
 * for, or nothing, are none.
 */
function namesAround(family: Family, chosen: readonly SourceFile[]): readonly string[] {
  const [first] = chosen;
  const isArchive = family === 'zip' || family === 'tar';
  const names =
    isArchive && chosen.length === 1 && first !== undefined ? [stemOfArchive(baseName(first.path))] : [];
  const folders = new Set(chosen.map(({ below }) => below ?? ''));
  if (folders.size === 1) names.push(...folders);
  return names.map((name) => name.normalize('NFC')).filter((name) => name !== '' && !saysNothing(name));
}

/** Says that pictures have no labels though tables beside them may tell them. */
function unreadTables(name: string, tables: readonly string[]): string {
  return (
    `${name}: the pictures have no labels, and ${listed(tables)} ${tables.length === 1 ? 'was' : 'were'} not read. For labels, put the pictures into a folder for each class, ` +
    'write a .cls beside each, or make a parquet table of both.'
  );
}

function readFamily(
  family: Family,
  chosen: readonly SourceFile[],
  texts: readonly SourceFile[],
  reading: Reading,
): Promise<Splits> {
  switch (family) {
    case 'cifar':
      return readCifarFiles(chosen, texts, reading);
    case 'stl10':
      return readStl10Files(chosen, texts, reading);
    case 'tar':
      return readTars(chosen, texts, reading);
    case 'zip':
      return readZips(chosen, texts, reading);
    case 'parquet':
      return readParquetFiles(chosen, reading);
    case 'picture':
      return readPictureFiles(chosen, texts, reading);
    default:
      return family satisfies never;
  }
}

/** The name of a file that came alone, or the folder that holds all of many. */
function nameOf(files: readonly SourceFile[]): string {
  const [first] = files;
  if (first === undefined) return 'The files';
  const folder = first.path.split('/', 1)[0]!;
  return files.length > 1 && files.every((file) => file.path.startsWith(`${folder}/`)) ? folder : first.path;
}

/** The files that are read, all of one family. The others are left out. */
interface Chosen {
  readonly family: Family;
  readonly chosen: readonly SourceFile[];
}

/** @throws DataError if there are several families, or none */
async function familyOf(
  files: readonly SourceFile[],
  ledger: Ledger,
  signal: AbortSignal | undefined,
): Promise<Chosen> {
  const families = new Map<Family, SourceFile[]>();
  const paths = new Set(files.map(({ path }) => path));
  let fault: DataError | null = null;
  for (const source of files) {
    const found = await kindOf(source, paths, signal);
    if (typeof found === 'string') {
      const known = families.get(found);
      if (known === undefined) families.set(found, [source]);
      else known.push(source);
    } else {
      fault ??= new DataError(found.sentence);
      ledger.leaveOut(source.path, found.reason);
    }
  }
  const of = families.size > 1 ? await withoutNeighbours(families, ledger, signal) : families;
  const [first, second] = of;
  if (first !== undefined && second !== undefined) {
    throw new DataError(
      `Files of different kinds: expected one kind at a time, got ${FAMILIES[first[0]]} (${first[1][0]!.path}) and ` +
        `${FAMILIES[second[0]]} (${second[1][0]!.path}). Choose files of one data set.`,
    );
  }
  if (first !== undefined) {
    const [family, all] = first;
    // Two pictures of one path are refused where folders are laid out.
    return { family, chosen: family === 'picture' ? all : await withoutRepeats(all, ledger, signal) };
  }
  if (files.length === 1) throw fault!;
  ledger.check([]);
  const others = files.length === 2 ? 'The other file' : `The other ${files.length - 1} files`;
  throw new DataError(`${fault!.message} ${others} cannot be read either.`);
}

/**
 * The families without the files that lie beside the images of another one and hold none themselves. Archives
 * and tables of pictures are left out beside loose pictures; the ledger asks about them.
 */
async function withoutNeighbours(
  families: ReadonlyMap<Family, readonly SourceFile[]>,
  ledger: Ledger,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Family, readonly SourceFile[]>> {
  const left = new Map<Family, readonly SourceFile[]>();
  for (const [family, files] of families) {
    const kept: SourceFile[] = [];
    for (const source of files) {
      const kind = family === 'cifar' || family === 'stl10' ? 'records' : family;
      const reason = kind === 'picture' ? null : await reasonBeside(kind, source, signal);
      const isArchive = kind !== 'picture' && kind !== 'records';
      if (reason !== null) ledger.leaveOut(source.path, reason);
      else if (isArchive && families.has('picture')) ledger.leaveOut(source.path, ANOTHER_SET);
      else kept.push(source);
    }
    if (kept.length > 0) left.set(family, kept);
  }
  return left;
}

const ROUND_LINK: Reason = {
  label: 'link to a folder that holds it',
  plural: 'links to folders that hold them',
  advice: '',
  group: 'other',
};

/** Why a file is left out, for the account, and for the case that it is the only one. */
interface Unknown {
  readonly reason: Reason;
  readonly sentence: string;
}

/** @param paths those of all files, which tell parts of one file */
async function kindOf(
  source: SourceFile,
  paths: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Family | Unknown> {
  const { path, file, fault, isRound } = source;
  if (fault !== undefined && isRound) return { reason: ROUND_LINK, sentence: fault };
  if (fault !== undefined) {
    const advice = 'mend their links or permissions, or take them out';
    const holdsMany = !isPicturePath(path);
    const reason: Reason = { label: 'unreadable', advice, group: 'picture', sentence: fault, holdsMany };
    return { reason, sentence: fault };
  }
  if (file.size === 0 && !RECORD_NAME.test(path) && !isPicturePath(path)) {
    const sentence = `${path} is empty: expected ${EXPECTED}, got no bytes. Leave it out, or copy it again.`;
    return { reason: { label: 'empty file', plural: 'empty files', advice: '', group: 'other' }, sentence };
  }
  // There are many files. Their content is checked when they are decoded.
  if (isPicturePath(path)) return 'picture';
  if (/_[Xy]\.bin$/.test(path)) return 'stl10';
  const silent = uncounted(signal);
  const isStl = file.size > 0 && file.size % STL10_IMAGE_BYTES === 0 && !isCifarSize(file.size);
  const head = await readRange(source, 0, Math.min(HEAD_BYTES, file.size), silent);
  const found = fileKind(head, isStl || isCifarSize(file.size));
  const part = partFile(path, paths);
  if (part !== null && (part.isSure || (found.kind !== 'picture' && found.kind !== 'other'))) {
    const advice = part.reason.advice === '' ? 'choose the whole' : part.reason.advice;
    return {
      reason: part.reason,
      sentence: `${path} is not whole: expected ${EXPECTED}, got ${part.words}. ${adviceSentence({ advice })}`,
    };
  }
  if (found.kind === 'other') {
    return ofAnotherKind(path, head, found.other);
  }
  if (found.kind === 'zip') {
    const other = await otherKindOfZip(source, head, signal);
    if (other === null) return 'zip';
    return ofAnotherKind(path, head, other);
  }
  if (found.kind !== 'records') return found.kind === 'gzip' ? 'tar' : found.kind;
  if (isStl) return 'stl10';
  const claimed = kindByEnding(path) ?? otherKindByEnding(path);
  if (file.size > 0 && !isCifarSize(file.size) && claimed !== null) {
    return ofAnotherKind(path, head, claimed);
  }
  if (file.size > 0 && !isCifarSize(file.size) && !RECORD_NAME.test(path)) {
    const bytes = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return {
      reason: reasonOfHead(path, head),
      sentence: `${path} is of an unknown kind: expected ${EXPECTED}, got ${file.size} bytes that begin with ${bytes}. Leave it out, or choose other files.`,
    };
  }
  // A size that does not fit is refused where records are read, since other files are called .bin too.
  return 'cifar';
}

function ofAnotherKind(path: string, head: Uint8Array, other: UnreadKind): Unknown {
  return {
    reason: reasonOfHead(path, head),
    sentence: `${path} is of another kind: expected ${EXPECTED}, got ${other.words}. ${adviceSentence(other)}`,
  };
}

/** The kind of a zip that is a document, weights or arrays; null if it is one of files, or damaged. */
async function otherKindOfZip(
  source: SourceFile,
  head: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<UnreadKind | null> {
  if (kindOfZipHead(head) === null) return null;
  try {
    return kindOfZip(await zipNames(source, signal));
  } catch (fault) {
    // Its reader says what is wrong with it.
    if (fault instanceof DataError) return null;
    throw fault;
  }
}

/** Names of files that claim to hold records, and are damaged if their size is wrong. */
const RECORD_NAME = /\.bin$|(data|test)_batch/i;

function isCifarSize(bytes: number): boolean {
  return bytes % 3073 === 0 || bytes % 3074 === 0;
}
