import type { Branch, FinalRow } from '../../../metrics.ts';
import { branchName } from '../branches.ts';
import type { MapGates } from '../channels.ts';
import { className, isLabelled } from '../labels.ts';
import type { Ready } from '../run.ts';
import { imageMacs, rightImages } from './imageReadings.ts';

/** Map images that have something in common, to choose from. */
export interface Find {
  readonly name: string;
  /** The first ones of them. */
  readonly images: readonly number[];
  /** How many there are; null where the name says it all. */
  readonly all: number | null;
}

/** Images that are shown of each find. */
export const SHOWN = 8;
/** Classes of which an image is shown. */
const MOST_CLASSES = 20;

/** The images that cost fewest MACs, and those that cost most. None if all cost the same. */
export function findsByMacs({ network }: Pick<Ready, 'network'>, gates: MapGates): readonly Find[] {
  const spent = imageMacs(network, gates);
  // Images of equal cost keep their order at both ends.
  const sorted = (sign: 1 | -1) =>
    Array.from(spent.keys()).sort((a, b) => sign * (spent[a]! - spent[b]!) || a - b);
  const cheap = sorted(1);
  if (cheap.length === 0 || spent[cheap[0]!] === spent[cheap.at(-1)!]) return [];
  return [
    { name: 'Fewest MACs', images: cheap.slice(0, SHOWN), all: null },
    { name: 'Most MACs', images: sorted(-1).slice(0, SHOWN), all: null },
  ];
}

/**
 * The images that 20-NN gets wrong by one branch alone, and those that it gets wrong by both, at the end of
 * the run. None as long as it is not known.
 */
export function findsByMistake(
  ready: Pick<Ready, 'config' | 'data' | 'mapImages'>,
  final: Pick<FinalRow, 'correct'> | null,
  [first, second]: readonly Branch[],
): readonly Find[] {
  const one = first && isLabelled(ready) ? rightImages(ready, final, first) : null;
  const other = second ? rightImages(ready, final, second) : null;
  if (!first || one === null) return [];
  const where = (name: string, holds: (image: number) => boolean): Find => {
    const images = Array.from(one.keys()).filter(holds);
    return { name, images: images.slice(0, SHOWN), all: images.length };
  };
  if (!second || other === null) return [where(`Wrong by the ${lower(first)} branch`, (n) => !one[n])];
  return [
    where(`Wrong by the ${lower(second)} branch alone`, (n) => one[n] === 1 && other[n] === 0),
    where(`Wrong by the ${lower(first)} branch alone`, (n) => one[n] === 0 && other[n] === 1),
    where('Wrong by both', (n) => one[n] === 0 && other[n] === 0),
  ];
}

function lower(branch: Branch): string {
  return branchName(branch).toLowerCase();
}

/** The first image of each class; the first images where there are no labels. */
export function findsByClass(ready: Pick<Ready, 'data' | 'mapImages'>): readonly Find[] {
  const all = Array.from(ready.mapImages.labels.keys());
  if (!isLabelled(ready)) return [{ name: 'The first images', images: all.slice(0, SHOWN), all: null }];
  const first = new Map<string | null, number>();
  for (const image of all.toReversed()) first.set(className(ready, image), image);
  const images = [...first.values()].sort((a, b) => ready.mapImages.labels[a]! - ready.mapImages.labels[b]!);
  return [{ name: 'One of each class', images: images.slice(0, MOST_CLASSES), all: null }];
}
