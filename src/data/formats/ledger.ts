import { DataError } from '../images/dataset.ts';
import type { UnreadKind } from './signatures.ts';
import { saysNothing, splitNameOf, wordsOf } from './splitNames.ts';

/**
 * What an entry is that is not used. Pictures are missed. Data may hold images in another form, as arrays or
 * videos do: a class of nothing else is missed too. Metadata lies beside pictures everywhere. Others are
 * files that hold no images.
 */
type Group = 'picture' | 'data' | 'other' | 'metadata';

/** Why an entry is not used. */
export interface Reason {
  /** Its name in a list, as “30 HEIC”. */
  readonly label: string;
  /** Its name in a list of several; without it, as in a list of one. */
  readonly plural?: string;
  /** What to do, as a clause that may follow one file or many; empty if there is nothing to do. */
  readonly advice: string;
  readonly group: Group;
  /** A whole sentence on this very entry, with what to do. */
  readonly sentence?: string;
  /**
   * Whether it may be a whole folder or archive, so that nobody knows how many pictures are missed with it.
   */
  readonly holdsMany?: boolean;
}

export const METADATA: Reason = { label: 'metadata', advice: '', group: 'metadata' };
/** The bytes of an entry that an archive names twice; unpacking would overwrite them. */
export const OLDER: Reason = {
  label: 'older copy',
  plural: 'older copies',
  advice: 'a later entry of the archive has its name',
  group: 'other',
};

/**
 * The reason for a file of a kind that cannot be read.
 * @param isNamed whether its name is that of a picture
 */
export function reasonOf(kind: UnreadKind, isNamed = false): Reason {
  const { label, advice, plural, holds } = kind;
  const group = isNamed || holds === 'picture' ? 'picture' : holds === undefined ? 'data' : 'other';
  return { label, advice, group, ...(plural && { plural }) };
}

/** The reason for a picture that is damaged. */
export function unreadable(fault: DataError): Reason {
  return {
    label: 'unreadable',
    advice: 'copy them again, or take them out',
    group: 'picture',
    sentence: fault.message,
  };
}

/** The largest share of the pictures that may be left out without a question. */
const TOLERATED = 0.1;

/** So many pictures are left out that only the user knows whether the rest is enough. */
export class LeftOutQuestion extends DataError {}

/** Keeps account of every entry that is not used, and why. */
export class Ledger {
  readonly #name: string;
  readonly #useTheRest: boolean;
  #leftOut: { readonly path: string; readonly reason: Reason }[] = [];
  readonly #notices: string[] = [];
  /** Of the pictures that `check` saw: those left out before, and those that could be decoded. */
  #before = 0;
  #usable = 0;
  /** How many of the usable are decoded, in all parts. */
  #chosen = 0;

  /** @param useTheRest whether the user said that the rest is enough, however little it is */
  constructor(name: string, useTheRest: boolean) {
    this.#name = name;
    this.#useTheRest = useTheRest;
  }

  leaveOut(path: string, reason: Reason): void {
    this.#leftOut.push({ path, reason });
  }

  /** Tells the user a whole sentence. */
  notice(sentence: string): void {
    this.#notices.push(sentence);
  }

  /** What is left out with something to do about it, by kind; empty if there is nothing. */
  get curable(): string {
    return this.#list(
      this.#leftOut.filter(({ reason }) => reason.advice !== ''),
      true,
    );
  }

  /** Paths of tables of text that may tell labels, which are not read. */
  get tables(): readonly string[] {
    return this.#leftOut.flatMap(({ path }) =>
      /\.((csv|tsv|jsonl)(\.gz)?|parquet|xlsx?|ods)$/i.test(path) ? path : [],
    );
  }

  /** Whether pictures were left out. */
  get missesPictures(): boolean {
    return this.#missed.length > 0;
  }

  get #missed() {
    return this.#leftOut.filter(({ reason }) => reason.group === 'picture');
  }

  /**
   * Checks what is left before anything is decoded.
   * @param usable paths of the pictures that can be read
   * @throws LeftOutQuestion if a folder loses all its pictures, or more than a tenth of them all are left
   * out;
   *   DataError if nothing is left
   */
  check(usable: readonly string[]): void {
    const lostClasses = classesLost(
      this.#leftOut.flatMap(({ path, reason }) => (reason.group === 'data' ? path : [])),
      usable,
    );
    this.#leftOut = this.#leftOut.map(({ path, reason }) =>
      lostClasses.has(path) ? { path, reason: { ...reason, group: 'picture' } } : { path, reason },
    );
    const missed = this.#missed;
    this.#before = missed.length;
    this.#usable = usable.length;
    this.#chosen = usable.length;
    if (missed.length === 0) return;
    if (usable.length === 0) throw this.#nothingLeft();
    const kept = new Set(usable.flatMap(foldersOf));
    const folders = missed.map(({ path, reason }) => (reason.holdsMany === true ? path : folderOf(path)));
    const lost = new Set(folders.filter((folder) => !kept.has(folder)));
    this.#ask([...lost]);
  }

  /** Takes note of how many of the usable pictures the limits keep, in all parts. Only they are decoded. */
  choose(count: number): void {
    this.#chosen = count;
  }

  /**
   * Checks what is left after the pictures of one part were decoded. What `check` counted counts again.
   * @param damaged number of them that were left out
   * @param of number of them
   * @param lost classes that have no pictures any more
   * @throws LeftOutQuestion as `check` does; DataError if nothing of the part is left
   */
  checkDecoded(damaged: number, of: number, lost: readonly string[]): void {
    if (damaged === 0) return;
    if (damaged === of) throw this.#nothingLeft();
    this.#ask(lost);
  }

  /** Whole sentences for the user. @param used number of images */
  notices(used: number): readonly string[] {
    if (this.#leftOut.every(({ reason }) => reason.group === 'metadata')) return this.#notices;
    const left = this.#leftOut.length;
    const account = `${this.#name}: ${inWords(used)} used, ${inWords(left)} left out: ${this.#list(this.#leftOut, false)}.`;
    return [account, ...this.#notices];
  }

  #ask(lost: readonly string[]): void {
    if (this.#useTheRest) return;
    const missed = this.#missed;
    const damaged = missed.length - this.#before;
    // Where limits keep a part of the pictures, they would have kept that part of the missed ones too.
    const before = this.#usable === 0 ? this.#before : (this.#before * this.#chosen) / this.#usable;
    const isMuch = before + damaged > TOLERATED * (before + this.#chosen);
    if (!isMuch && lost.length === 0) return;
    const [only] = missed;
    const left = this.#chosen - damaged;
    const emptied =
      lost.length === 0 ? '' : `${few(lost.map((folder) => `“${folder}”`))} would have no pictures. `;
    if (missed.length === 1 && only?.reason.sentence !== undefined) {
      const without = only.reason.holdsMany === true ? '' : emptied;
      throw new LeftOutQuestion(`${only.reason.sentence} ${without}Or use the other ${inWords(left)}.`);
    }
    throw new LeftOutQuestion(
      `${this.#name}: expected pictures that can be read, got ${inWords(left)} of ${inWords(left + missed.length)}; ` +
        `left out would be ${this.#list(missed, true)}. ${emptied}Do what is said there, or use the rest as it is.`,
    );
  }

  #nothingLeft(): DataError {
    const missed = this.#missed;
    const [only] = missed;
    if (missed.length === 1 && only?.reason.sentence !== undefined)
      return new DataError(only.reason.sentence);
    return new DataError(
      `${this.#name}: expected pictures that can be read, got none: ${this.#list(missed, true)}. Do what is said there, or choose other files.`,
    );
  }

  /** What is left out, by kind, the most frequent first. */
  #list(entries: readonly { readonly path: string; readonly reason: Reason }[], isNamed: boolean): string {
    const kinds = new Map<string, { path: string; reason: Reason }[]>();
    // Decoders answer in any order.
    const inOrder = entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    for (const entry of inOrder) {
      const key = `${entry.reason.label}\n${entry.reason.advice}`;
      const same = kinds.get(key);
      if (same === undefined) kinds.set(key, [entry]);
      else same.push(entry);
    }
    return [...kinds.values()]
      .toSorted((a, b) => b.length - a.length)
      .map((same) => {
        const { label, plural = label, advice, sentence } = same[0]!.reason;
        const first = isNamed && sentence !== undefined ? ` (the first: ${sentence})` : '';
        const names = isNamed ? `: ${few(same.map(({ path }) => path))}` : '';
        return `${inWords(same.length)} ${same.length === 1 ? label : plural}${advice === '' ? '' : ` (${advice})`}${names}${first}`;
      })
      .join(isNamed ? '; ' : ', ');
  }
}

/** Words of folders that lie beside those of classes and are none themselves. */
const BESIDE_CLASSES: ReadonlySet<string> = new Set(
  'annotation annotations label labels list lists feature features embedding embeddings array arrays model models checkpoint checkpoints weight weights log logs meta metadata info doc docs devkit tool tools code src script scripts'.split(
    ' ',
  ),
);

/**
 * Files that are all that a class or a split has: none of its folder is used, while pictures lie in folders
 * beside it, as deep as they do, or in other splits.
 * @param data paths of files that may hold images in another form
 * @param usable paths of the pictures that can be read
 */
function classesLost(data: readonly string[], usable: readonly string[]): ReadonlySet<string> {
  if (data.length === 0) return new Set();
  const kept = new Set(usable.flatMap(foldersOf));
  /** The folders in which folders of pictures lie, with how deep these are. */
  const holding = new Set<string>();
  /** The folders in which splits lie. */
  const splits = new Set<string>();
  for (const folder of new Set(usable.map(folderOf))) {
    const parts = folder.split('/');
    for (const [at, name] of folder === '' ? [] : parts.entries()) {
      const above = parts.slice(0, at).join('/');
      if (!saysNothing(name)) holding.add(`${parts.length} ${above}`);
      if (splitNameOf(name) !== null) splits.add(above);
    }
  }
  const isLost = (path: string) => {
    const parts = path.split('/').slice(0, -1);
    const top = parts.findIndex((_, at) => !kept.has(parts.slice(0, at + 1).join('/')));
    const name = parts[top];
    if (name === undefined) return false;
    const above = parts.slice(0, top).join('/');
    if (splitNameOf(name) !== null && splits.has(above)) return true;
    if (!holding.has(`${parts.length} ${above}`)) return false;
    return !saysNothing(name) && !wordsOf(name).every((word) => BESIDE_CLASSES.has(word));
  };
  return new Set(data.filter(isLost));
}

/** The first of many names. */
function few(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${inWords(names.length - 3)} more` : '');
}

function inWords(count: number): string {
  return count.toLocaleString('en');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** All folders that a path lies in, the outermost first; that of all is “”. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, i) => parts.slice(0, i + 1).join('/'))];
}
