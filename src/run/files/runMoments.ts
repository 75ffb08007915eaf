import { branchEntries } from '../../metrics.ts';
import type { Block } from '../../network/layers.ts';
import type { Moment } from '../moments.ts';
import type { SessionNews } from '../protocol.ts';
import type { RunRecord } from '../record.ts';
import { nearestArrays, nearestTexts } from './nearestText.ts';
import { layoutOf, packGates, quantised, unpackGates } from './quantised.ts';
import type { StoredMoment } from './runSchema.ts';

/** Most characters that the moments of one run file take, about 3 MB. Gzip halves them. */
export const MOST_CHARACTERS = 3_000_000;
/** The names and numbers beside the texts of a moment, characters. */
const FRAME = 400;

/** Moments that were packed before. A run under way is written again and again, and its moments stay. */
const known = new WeakMap<Moment, StoredMoment>();

/**
 * The moments of a run for its file: those with maps, without the newest, which stands in the file in full. A
 * file has room for `most` characters of them. Of a run that needs more, it holds as many as fit, at even
 * distances, with the first and the last.
 */
export function momentsIn(
  record: Pick<RunRecord, 'ready' | 'moments' | 'maps' | 'mapGates' | 'mapNearest'>,
  most = MOST_CHARACTERS,
): StoredMoment[] {
  const { ready, moments, maps, mapGates, mapNearest } = record;
  if (ready === null || ready.mapImages.count === 0) return [];
  const { blocks } = ready.network;
  const isNewest = (moment: Moment) =>
    (moment.gates === null || moment.gates.blocks === mapGates?.blocks) &&
    (moment.nearest === null || moment.nearest.branches === mapNearest?.branches) &&
    branchEntries(moment.maps).every(([branch, { xy }]) => xy === maps[branch]?.xy);
  const earlier = moments.filter((moment) => Object.keys(moment.maps).length > 0 && !isNewest(moment));
  return fitting(earlier, most).map((moment) => {
    const stored = known.get(moment) ?? storedMoment(moment, blocks);
    known.set(moment, stored);
    return stored;
  });
}

/** As many of the moments as fit into `most` characters, at even distances. */
function fitting(moments: readonly Moment[], most: number): readonly Moment[] {
  const sizes = new Map(moments.map((moment) => [moment, charactersOf(moment)]));
  for (let count = moments.length; count > 0; count--) {
    const chosen = evenly(moments, count);
    if (chosen.reduce((sum, moment) => sum + sizes.get(moment)!, 0) <= most) return chosen;
  }
  return [];
}

/** `count` of the moments at even distances, with the first and the last; the first alone if it is one. */
function evenly(moments: readonly Moment[], count: number): readonly Moment[] {
  const stride = count > 1 ? (moments.length - 1) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => moments[Math.round(i * stride)]!);
}

/** Length of a moment in its file, without packing it. */
function charactersOf({ maps, gates, nearest }: Moment): number {
  const base64 = (bytes: number) => 4 * Math.ceil(bytes / 3);
  const layouts = branchEntries(maps).reduce((sum, [, { xy }]) => sum + base64(2 * xy.length), 0);
  const flags = (gates?.blocks ?? []).reduce((sum, block) => sum + base64(Math.ceil(block.length / 8)), 0);
  const others = branchEntries(nearest?.branches ?? {});
  const neighbours = others.reduce((sum, [, list]) => sum + base64(2 * list.length), 0);
  return FRAME + layouts + flags + neighbours;
}

/** A moment as it stands in a file. */
export function storedMoment(
  { epoch, step, maps, gates, nearest }: Moment,
  blocks: readonly Block[],
): StoredMoment {
  return {
    epoch,
    step,
    maps: branchEntries(maps).map(([branch, { projection, neighbours, xy }]) => ({
      ...{ branch, projection, neighbours },
      ...quantised(xy),
    })),
    gates: gates?.blocks.map((block, l) => packGates(block, blocks[l]!.channels)) ?? null,
    ...(nearest && { nearest: nearestTexts(nearest.branches) }),
  };
}

/**
 * What a run told at a moment: its maps, neighbours and gates.
 * @param images number of map images
 * @throws Error if the moment does not fit the map images and the network
 */
export function newsOfMoment(
  { epoch, step, maps, gates, nearest }: StoredMoment,
  images: number,
  blocks: readonly Block[],
): SessionNews[] {
  const layouts = maps.map(({ branch, projection, neighbours, box, xy }) => ({
    ...{ kind: 'map' as const, epoch, step, projection, neighbours, branch },
    xy: layoutOf({ box, xy }, images),
    // A PCA stands here only if the page has shown it.
    ...(projection === 'pca' && { instead: true }),
  }));
  // Maps, neighbours and gates are of the same images.
  const shown = layouts[0] ? layouts[0].xy.length / 2 : images;
  const drawn: SessionNews[] = nearest
    ? [...layouts, { kind: 'nearest', epoch, step, count: shown, branches: nearestArrays(nearest, shown) }]
    : layouts;
  if (gates === null) return drawn;
  const decided = blocks.map(({ channels }, l) => unpackGates(gates[l] ?? '', shown, channels));
  return [...drawn, { kind: 'features', epoch, step, count: shown, features: {}, gates: decided }];
}
