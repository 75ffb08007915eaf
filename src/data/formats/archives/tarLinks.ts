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
  advice: 'pack the files that they lead to, as tar does with --dereference',
};
const ROUND: Omit<Reason, 'group'> = {
  label: 'link that leads round in a circle',
  advice: 'pack the files themselves',
};

/** Where a link leads, from the top of its archive: a hard link by its whole path, a symbolic one from its folder. */
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
 * lead nowhere are left out.
 * @param entries what is known, by path
 * @param isPicture whether a path's name is that of a picture
 * @throws DataError if there are more entries than a data set may have
 */
export function followLinks<T>(
  archive: string,
  links: readonly TarLink[],
  entries: Map<string, T>,
  ledger: Ledger,
  isPicture: (path: string) => boolean,
): void {
  const byFolder = new Map<string, string[]>();
  const enter = (path: string, entry: T) => {
    entries.set(path, entry);
    checkPictureCount(archive, entries.size);
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      const inside = byFolder.get(folder);
      if (inside === undefined) byFolder.set(folder, [path]);
      else inside.push(path);
    }
  };
  if (links.length === 0) return;
  for (const [path, entry] of [...entries]) enter(path, entry);
  let waiting = links;
  const follow = (one: (link: TarLink & { target: string }) => boolean) => {
    const still = waiting.filter(({ path, target }) => target === null || !one({ path, target }));
    const isNews = still.length < waiting.length;
    waiting = still;
    return isNews;
  };
  const toEntry = ({ path, target }: TarLink & { target: string }) => {
    const entry = entries.get(target);
    if (entry !== undefined) enter(path, entry);
    return entry !== undefined;
  };
  const toFolder = ({ path, target }: TarLink & { target: string }) => {
    const inside = byFolder.get(target);
    if (inside === undefined || isAround(target, path)) return false;
    for (const inner of [...inside]) enter(path + inner.slice(target.length), entries.get(inner)!);
    return true;
  };
  // A folder is copied when the links inside it lead somewhere.
  do while (follow(toEntry));
  while (follow(toFolder));
  const targets = new Map(waiting.map(({ path, target }) => [path, target]));
  for (const { path } of waiting) {
    const reason = isRound(path, targets) ? ROUND : DANGLING;
    ledger.leaveOut(path, { ...reason, group: isPicture(path) ? 'picture' : 'other' });
  }
}

/** Whether a folder is or holds the entry of a path. */
function isAround(folder: string, path: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}

function isRound(start: string, targets: ReadonlyMap<string, string | null>): boolean {
  const seen = new Set<string>();
  for (let at = start; ; ) {
    const target = targets.get(at);
    if (target === undefined || target === null) return false;
    if (seen.has(at) || isAround(target, at)) return true;
    seen.add(at);
    at = target;
  }
}
