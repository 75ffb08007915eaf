import { checkDepth } from '../../pictures/layout/folderDepth.ts';
import { checkPictureCount } from '../../pictures/layout/pictureLayout.ts';
import type { Ledger, Reason } from '../ledger.ts';
import type { Member } from './archive.ts';

/** A link of a tar. Both paths are those of entries: `target` is seen from the top of the archive. */
export interface TarLink {
  readonly path: string;
  /** null if it leads out of the archive. */
  readonly target: string | null;
}

const DANGLING: Omit<Reason, 'group'> = {
  label: 'link to nothing in the archive',
  plural: 'links to nothing in the archive',
  advice: 'pack the files that they lead to, as tar does with --dereference',
};
const ROUND: Omit<Reason, 'group'> = {
  label: 'link that leads round in a circle',
  plural: 'links that lead round in a circle',
  advice: 'pack the files themselves',
};

/**
 * Where a link leads, from the top of its archive: a hard link by its whole path, a symbolic one from its
 * folder.
 */
export function linkOf({ kind, target }: Member, path: string): TarLink {
  if (kind === 'symbolic link' && /^(\/|[a-z]:)/i.test(target)) return { path, target: null };
  const base = kind === 'hard link' ? [] : path.split('/').slice(0, -1);
  const parts = [...base];
  for (const part of target.replaceAll('\\', '/').normalize('NFC').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return { path, target: null };
  }
  return { path, target: parts.length === 0 ? null : parts.join('/') };
}

/**
 * Adds an entry for every link that leads to one, or to a folder of them, over other links or not. Links that
 * lead nowhere are left out. Each link and each entry is looked at once, in whatever order they come.
 * @param links their paths differ from each other and from those of the entries
 * @param entries what is known, by path
 * @param isPicture whether a path's name is that of a picture
 * @throws DataError if there are more entries than a data set may have, or folders too deep in each other
 */
export function followLinks<T>(
  archive: string,
  links: readonly TarLink[],
  entries: Map<string, T>,
  ledger: Ledger,
  isPicture: (path: string) => boolean,
): void {
  if (links.length === 0) return;
  const waiting = new Map<string, Set<string>>();
  for (const { path, target } of links) {
    if (target === null) continue;
    const others = waiting.get(target);
    if (others === undefined) waiting.set(target, new Set([path]));
    else others.add(path);
  }
  const targets = new Map(links.map(({ path, target }) => [path, target]));
  const lengths = new Set(Array.from(waiting.keys(), ({ length }) => length));
  /** What lies in the folders that links lead to. */
  const inside = new Map<string, string[]>();
  /** Folders to which links lead, when the first entry came into them. */
  const folders: string[] = [];
  /** Entries to which links may wait, in the order in which they came. */
  const fresh: string[] = [];
  const note = (path: string) => {
    fresh.push(path);
    let depth = 0;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      depth++;
      // Most folders are no targets. Their lengths tell it sooner than their names.
      if (!lengths.has(at)) continue;
      const folder = path.slice(0, at);
      const known = inside.get(folder);
      if (known !== undefined) known.push(path);
      else if (waiting.has(folder)) {
        inside.set(folder, [path]);
        folders.push(folder);
      }
    }
    checkDepth(archive, depth);
  };
  let entered = 0;
  const enter = (path: string, entry: T) => {
    // A file of the archive stays, and so does what came first through another folder.
    if (entries.has(path)) return;
    entries.set(path, entry);
    checkPictureCount(archive, ++entered);
    note(path);
  };
  /** Enters all links to new entries, and the links to those. */
  const followEntries = () => {
    for (let at = 0; at < fresh.length; at++) {
      const target = fresh[at]!;
      for (const path of waiting.get(target) ?? []) {
        targets.delete(path);
        enter(path, entries.get(target)!);
      }
      waiting.delete(target);
    }
    fresh.length = 0;
  };
  for (const path of entries.keys()) note(path);
  followEntries();
  // A folder is copied when the links inside it lead somewhere.
  for (let at = 0; at < folders.length; at++) {
    const folder = folders[at]!;
    for (const path of waiting.get(folder) ?? []) {
      if (isAround(folder, path)) continue;
      targets.delete(path);
      for (const inner of [...inside.get(folder)!]) {
        enter(path + inner.slice(folder.length), entries.get(inner)!);
      }
    }
    followEntries();
  }
  const round = roundOnes(targets);
  for (const path of targets.keys()) {
    const reason = round.has(path) ? ROUND : DANGLING;
    ledger.leaveOut(path, { ...reason, group: isPicture(path) ? 'picture' : 'other' });
  }
}

/** Whether a folder is or holds the entry of a path. */
function isAround(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Those links that come back to themselves, or lead to links that do. */
function roundOnes(targets: ReadonlyMap<string, string | null>): ReadonlySet<string> {
  const round = new Set<string>();
  const known = new Set<string>();
  for (const start of targets.keys()) {
    const walked: string[] = [];
    const here = new Set<string>();
    let isRound = false;
    for (let at: string | null | undefined = start; at !== null && at !== undefined; ) {
      const target = targets.get(at);
      if (known.has(at) || target === null || target === undefined) {
        isRound = round.has(at);
        break;
      }
      walked.push(at);
      here.add(at);
      isRound = here.has(target) || isAround(target, at);
      if (isRound) break;
      at = target;
    }
    for (const path of walked) {
      known.add(path);
      if (isRound) round.add(path);
    }
  }
  return round;
}
