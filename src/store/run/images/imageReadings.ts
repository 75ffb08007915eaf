import type { Branch, FinalRow } from '../../../metrics.ts';
import { mapRows } from '../../../run/mapRows.ts';
import { unpackBits } from '../../../statistics/bitset.ts';
import type { MapGates } from '../channels.ts';
import type { Ready, RunRecord } from '../run.ts';

/**
 * MACs of the gated branch for each map image: f64 [count]. The same counts as `layerMacs`, whose shares of
 * open channels are here those of one image.
 */
export function imageMacs({ stemMacs, blocks }: Ready['network'], gates: MapGates): Float64Array {
  const count = gates.blocks[0]!.length / blocks[0]!.channels;
  const spent = new Float64Array(count).fill(stemMacs);
  for (const [l, { channels, macs }] of blocks.entries()) {
    const decided = gates.blocks[l]!;
    for (let image = 0; image < count; image++) {
      let open = 0;
      for (let at = image * channels; at < (image + 1) * channels; at++) open += decided[at]!;
      spent[image]! += (open / channels) * (macs.conv1 + macs.conv2) + macs.downsample + macs.mask;
    }
  }
  return spent;
}

/** The images that cost least and most MACs: none if all cost the same. */
export function leastAndMost(spent: Float64Array): number[] {
  let [least, most] = [0, 0];
  for (const [image, cost] of spent.entries()) {
    if (cost < spent[least]!) least = image;
    if (cost > spent[most]!) most = image;
  }
  return least === most ? [] : [least, most];
}

/** One channel's gate for each map image: u8 [count], 1 = open. Null if there is no such channel. */
export function channelGates(
  { blocks }: Ready['network'],
  gates: MapGates,
  block: number,
  channel: number,
): Uint8Array | null {
  const channels = blocks[block]?.channels ?? 0;
  const decided = gates.blocks[block];
  if (!decided || channel < 0 || channel >= channels) return null;
  return Uint8Array.from({ length: decided.length / channels }, (_, n) => decided[n * channels + channel]!);
}

/**
 * Which map images 20-NN gets right by the features of a branch at the end of the run: u8 [count], 1 = right.
 * The flags are in the order of the test set, which is not that of the map images. Null as long as it is not
 * known.
 */
export function rightImages(
  { config, data, mapImages }: Pick<Ready, 'config' | 'data' | 'mapImages'>,
  final: Pick<FinalRow, 'correct'> | null,
  branch: Branch,
): Uint8Array | null {
  const text = final?.correct[branch];
  // A run file may not tell how many test images there were.
  if (!text || data.test < mapImages.count) return null;
  const flags = unpackBits(text, data.test);
  return Uint8Array.from(mapRows(config, data.test, mapImages.count), (row) => flags[row]!);
}

/** A copy of the pixels of a map image, u8 [size, size, 3]; null where the run came without pictures. */
export function pixelsOfImage(
  { data, mapImages }: Pick<Ready, 'data' | 'mapImages'>,
  image: number,
): Uint8Array<ArrayBuffer> | null {
  const bytes = 3 * data.size ** 2;
  const pixels = mapImages.pixels.slice(image * bytes, (image + 1) * bytes);
  return image >= 0 && pixels.length === bytes ? pixels : null;
}

/** Images that are near to another one, the nearest first. */
export interface Neighbours {
  /** What says that they are near: all dimensions of the features, or the places on the map. */
  readonly by: 'features' | 'map';
  readonly images: readonly number[];
}

/** Neighbours that are shown of an image where only its map is known; as many as files hold by features. */
const ON_MAP = 5;

/**
 * The neighbours of a map image by a branch: by its features, or by its map where the run does not tell them.
 * Null for an image that was not compared.
 */
export function neighboursOf(
  { mapNearest, maps }: Pick<RunRecord, 'mapNearest' | 'maps'>,
  branch: Branch,
  image: number,
): Neighbours | null {
  const nearest = mapNearest?.branches[branch];
  if (mapNearest && nearest) {
    if (image >= mapNearest.count) return null;
    const k = nearest.length / mapNearest.count;
    return { by: 'features', images: Array.from(nearest.subarray(image * k, (image + 1) * k)) };
  }
  const xy = maps[branch]?.xy;
  if (!xy || 2 * image >= xy.length) return null;
  return { by: 'map', images: nearestOnMap(xy, image, ON_MAP) };
}

/** The images nearest to one on a map, the nearest first. Images without a finite place are never near. */
export function nearestOnMap(xy: Float32Array, image: number, count: number): number[] {
  const squares = Float64Array.from({ length: xy.length / 2 }, (_, other) =>
    other === image
      ? Number.NaN
      : (xy[2 * other]! - xy[2 * image]!) ** 2 + (xy[2 * other + 1]! - xy[2 * image + 1]!) ** 2,
  );
  const others = Array.from(squares.keys()).filter((other) => Number.isFinite(squares[other]));
  return others.sort((a, b) => squares[a]! - squares[b]!).slice(0, count);
}

/** How many gates differ between two images, and how many there are. */
export function gateDifference(gates: MapGates, blocks: Ready['network']['blocks'], a: number, b: number) {
  let differing = 0;
  let all = 0;
  for (const [l, { channels }] of blocks.entries()) {
    const decided = gates.blocks[l]!;
    all += channels;
    for (let c = 0; c < channels; c++)
      if (decided[a * channels + c] !== decided[b * channels + c]) differing++;
  }
  return { differing, all };
}
