import type { Branch, FinalRow } from '../../metrics.ts';
import { mapRows } from '../../run/mapRows.ts';
import { unpackBits } from '../../statistics/bitset.ts';
import type { MapGates } from './channels.ts';
import type { Ready } from './run.ts';

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
