import { isNamesFile, labelIn } from './archives/webDataset.ts';
import { MAX_CLASSES } from './classNames.ts';
import { type Ledger, METADATA, type Reason } from './ledger.ts';
import { baseName, folderOf } from './reading.ts';
import { splitOfFile } from './splitNames.ts';

// Lists beside pictures: lines of a picture's path and its label, as train.txt of many data sets, and names
// of classes, one a line, as classes.txt.

/** A text that may be a list, with its path among those of the pictures. */
export interface ListText {
  readonly path: string;
  readonly text: string;
}

/** The most bytes of a list: a million lines. */
export const MAX_LIST_TEXT = 32 * 2 ** 20;
/** The most texts that are looked into. */
const MOST_LISTS = 64;
/** The share of the pictures that lists must name, so that they tell the labels. */
const NAMED = 0.9;

/** Whether a file may be a list, by its name. */
export function mayList(path: string): boolean {
  return /\.(txt|index|lst|list)$/i.test(path) && !/\.(cls|class|label)\.txt$/i.test(path);
}

/** The texts that are looked into. Texts that are called as a picture tell of that picture alone. */
export function listCandidates<T extends { readonly path: string }>(
  texts: readonly T[],
  pictures: readonly string[],
): readonly T[] {
  const stems = new Set(pictures.map(stemOf));
  return texts.filter(({ path }) => mayList(path) && !stems.has(stemOf(path))).slice(0, MOST_LISTS);
}

function stemOf(path: string): string {
  return baseName(path).replace(/\.[^.]*$/, '');
}

/** What a list tells of a picture. */
export interface Listed {
  readonly label: string;
  /** The path whose words tell whether the picture is for testing: that of the list or of the picture. */
  readonly place: string;
}

/** A list, and why it cannot tell labels; null if it can. */
interface FoundList {
  readonly path: string;
  readonly flaw: string | null;
  /** Whether it names classes; then `flaw` is null. */
  readonly isOfNames: boolean;
  /** Number of its names if all differ, else 0; 0 for a list of pictures. */
  readonly names: number;
}

/** What the texts beside pictures tell. */
export interface Lists {
  /** By the paths of the pictures. */
  readonly labels: ReadonlyMap<string, Listed>;
  readonly found: readonly FoundList[];
}

/** Reads texts beside pictures. Those that are no lists are metadata. */
export function readLists(texts: readonly ListText[], pictures: readonly string[], ledger: Ledger): Lists {
  // Most data sets have none, and their pictures need no index.
  if (texts.length === 0) return { labels: new Map(), found: [] };
  const find = finder(pictures);
  const labels = new Map<string, Listed>();
  const found: FoundList[] = [];
  // A list that is called as a split says what its pictures are for, so that it comes first.
  const inOrder = texts.toSorted((a, b) => Number(splitOf(a) === null) - Number(splitOf(b) === null));
  for (const list of inOrder) {
    const rows = rowsOf(list, find);
    if (rows === null) {
      if (isNamesFile(list.path))
        found.push({ path: list.path, flaw: null, isOfNames: true, names: namesIn(list.text) });
      continue;
    }
    const flaw = flawOf(rows, labels, list);
    found.push({ path: list.path, flaw, isOfNames: false, names: 0 });
    if (flaw !== null) continue;
    for (const { picture, label } of rows) {
      if (picture !== null && label !== null && !labels.has(picture))
        labels.set(picture, {
          label,
          place: splitOf(list) === null ? folderOf(picture) : baseName(list.path),
        });
    }
  }
  const areLists = new Set(found.map(({ path }) => path));
  for (const { path } of texts) if (!areLists.has(path)) ledger.leaveOut(path, METADATA);
  return { labels, found };
}

function namesIn(text: string): number {
  const lines = linesOf(text).map((line) => line.trim());
  return new Set(lines).size === lines.length ? lines.length : 0;
}

/** The lines of a text that are not empty, however they end. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
}

/** A text, in UTF-8 or, with its mark, in UTF-16. */
export function textIn(bytes: Uint8Array): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return new TextDecoder(!isWide ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
}

function splitOf({ path }: ListText) {
  return splitOfFile(baseName(path));
}

/** A line: the picture that it names, and the label behind it; null for what it lacks. */
interface Row {
  readonly picture: string | null;
  readonly label: string | null;
  /** Whether more than a label stands behind the picture. */
  readonly hasMore: boolean;
  /** Whether a picture is named behind other words, as in “1 cat/0.png”. */
  readonly isBehind: boolean;
}

/** The lines of a list; null for a text of which no line names a picture. */
function rowsOf(
  list: ListText,
  find: (path: string, folder: string) => string | null,
): readonly Row[] | null {
  const lines = linesOf(list.text).filter((line) => !line.startsWith('#'));
  const folder = folderOf(list.path);
  const rows = lines.map((line) => rowOf(line, (path) => find(path, folder)));
  const areNamed = rows.filter(({ picture, isBehind }) => picture !== null || isBehind).length;
  if (rows.every(({ picture }) => picture === null) && (areNamed === 0 || 2 * areNamed < rows.length))
    return null;
  // The first line may name the columns.
  const isHeader = rows[0]!.picture === null && /^[\p{L}_ ,;\t]+$/u.test(lines[0]!);
  return isHeader ? rows.slice(1) : rows;
}

function rowOf(line: string, find: (path: string) => string | null): Row {
  for (const separator of ['\t', ',', ';', ' ']) {
    const parts = line.trim().split(separator);
    for (let end = parts.length; end > 0; end--) {
      const picture = find(parts.slice(0, end).join(separator));
      if (picture === null) continue;
      const rest = parts
        .slice(end)
        .map((part) => part.trim())
        .filter((part) => part !== '');
      const label = rest.length === 1 ? labelIn('', unquoted(rest[0]!)) : null;
      return { picture, label: label === '' ? null : label, hasMore: rest.length > 1, isBehind: false };
    }
  }
  const isBehind = line.split(/[\s,;]+/).some((part) => find(part) !== null);
  return { picture: null, label: null, hasMore: false, isBehind };
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

/** Why a list cannot tell labels; null if it can. */
function flawOf(rows: readonly Row[], known: ReadonlyMap<string, Listed>, list: ListText): string | null {
  const unnamed = rows.filter(({ picture }) => picture === null).length;
  if (unnamed > 0)
    return `${inWords(unnamed)} of its ${inWords(rows.length)} lines do not begin with a picture`;
  if (rows.some(({ hasMore }) => hasMore)) return 'its lines have more than a label';
  if (rows.some(({ label }) => label === null)) return 'its lines have no labels';
  if (rows.some(({ label }) => /^[+-]?\d*\.\d+$/.test(label!))) return 'its labels are fractions';
  const different = new Set(rows.map(({ label }) => label)).size;
  if (different > MAX_CLASSES) return `it has ${inWords(different)} labels, more than ${MAX_CLASSES} classes`;
  if (different === rows.length && different > 2) return 'each of its lines has a label of its own';
  const own = new Map<string, string>();
  const split = splitOf(list);
  for (const { picture, label } of rows) {
    const other = known.get(picture!);
    if ((own.get(picture!) ?? other?.label ?? label) !== label) return 'it gives a picture another label';
    own.set(picture!, label!);
    if (other !== undefined && split !== null && splitOfFile(other.place) !== split)
      return 'it names pictures of another list';
  }
  return null;
}

/**
 * Finds the picture that a line names: seen from the list's folder, from the top, or by the end of its path,
 * where only one picture has it.
 */
function finder(pictures: readonly string[]): (path: string, folder: string) => string | null {
  const all = new Set(pictures);
  const byName = pathsBy(baseName, pictures);
  const byStem = pathsBy(stemOf, pictures);
  return (given, folder) => {
    const path = unquoted(given)
      .replaceAll('\\', '/')
      .normalize('NFC')
      .replace(/^(\.?\/)+/, '');
    if (path === '') return null;
    if (all.has(folder + path)) return folder + path;
    if (all.has(path)) return path;
    const alike = byName.get(baseName(path));
    if (alike !== undefined) return onlyOne(alike, path, (one) => one);
    // Many lists leave the endings out. A number alone is rather a number than a picture.
    const called = /^\d+$/.test(path) ? [] : (byStem.get(baseName(path)) ?? []);
    return onlyOne(called, path, (one) => one.replace(/\.[^./]*$/, ''));
  };
}

function pathsBy(
  keyOf: (path: string) => string,
  paths: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const known = groups.get(keyOf(path));
    if (known === undefined) groups.set(keyOf(path), [path]);
    else known.push(path);
  }
  return groups;
}

/** The only picture that a path ends in, or that ends in a path; null for none or several. */
function onlyOne(
  pictures: readonly string[],
  path: string,
  nameOf: (picture: string) => string,
): string | null {
  // Lists were written where the pictures lay in other folders.
  const inside = pictures.filter((one) => `/${nameOf(one)}`.endsWith(`/${path}`));
  if (inside.length > 0) return inside.length === 1 ? inside[0]! : null;
  const around = pictures.filter((one) => `/${path}`.endsWith(`/${nameOf(one)}`));
  return around.length === 1 ? around[0]! : null;
}

/** Whether lists name enough of the pictures, so that they tell their labels. */
export function tellLabels({ labels }: Pick<Lists, 'labels'>, pictures: number): boolean {
  return labels.size > 0 && labels.size >= NAMED * pictures;
}

/** Why a picture is left out that no list names while lists name the others. */
export const UNLISTED: Reason = {
  label: 'that no list names',
  advice: 'add it to the list, or take it out',
  group: 'picture',
};

/**
 * Leaves out lists that tell no labels. Texts that are called as a list of class names are metadata where
 * files beside the pictures tell the labels, since they may have told the names.
 * @param areBeside whether files beside the pictures tell their labels
 * @param areFolders whether folders tell their classes
 */
export function leaveOutLists(
  { labels, found }: Lists,
  pictures: number,
  areBeside: boolean,
  areFolders: boolean,
  ledger: Ledger,
): void {
  for (const { path, flaw, isOfNames } of found) {
    if (isOfNames && areBeside) {
      ledger.leaveOut(path, METADATA);
      continue;
    }
    const few = `it names ${inWords(labels.size)} of ${inWords(pictures)} pictures`;
    const own = isOfNames ? 'no picture has a number of these as its label' : (flaw ?? few);
    const others = areBeside ? 'files beside the pictures tell their labels' : 'the folders tell the classes';
    ledger.leaveOut(path, reasonOfList(isOfNames, areBeside || areFolders ? others : own));
  }
}

function reasonOfList(isOfNames: boolean, advice: string): Reason {
  const what = isOfNames ? 'of class names' : 'of pictures';
  return { label: `list ${what}`, plural: `lists ${what}`, advice, group: 'other' };
}

function inWords(count: number): string {
  return count.toLocaleString('en');
}

/**
 * The number that the first of so many names is for: 0, or 1 if the labels begin there; null if the names do
 * not fit the labels.
 */
export function firstLabel(labels: readonly number[], names: number): 0 | 1 | null {
  if (labels.every((label) => label < names)) return 0;
  return labels.every((label) => label >= 1 && label <= names) ? 1 : null;
}

/** Says that lists tell the labels, and leaves out those that do not. */
export function useLists({ labels, found }: Lists, name: string, ledger: Ledger): void {
  const used = found.filter(({ flaw, isOfNames }) => flaw === null && !isOfNames);
  const given = Array.from(labels.values(), ({ label }) => label);
  const numbers = given.map((label) => (/^\d{1,9}$/.test(label) ? Number(label) : Number.POSITIVE_INFINITY));
  const fits = ({ names }: FoundList) => firstLabel(numbers, names) !== null;
  const names = found.find((list) => list.isOfNames && fits(list));
  const from = used.map(({ path }) => path).toSorted();
  const named = names === undefined ? '' : `, and the names of their classes from ${names.path}`;
  ledger.notice(
    `${name}: the labels of ${inWords(labels.size)} pictures come from ${from.join(', ')}${named}.`,
  );
  for (const list of found) {
    const why = list.isOfNames ? 'its names do not fit the labels' : list.flaw;
    if (why === null || list === names) continue;
    ledger.leaveOut(list.path, reasonOfList(list.isOfNames, why));
  }
}
