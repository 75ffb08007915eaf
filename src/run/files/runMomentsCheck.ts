import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { MOST_MOMENTS } from '../moments.ts';
import { bitsFault, isBase64 } from './flagsFault.ts';
import { listsFault } from './nearestText.ts';
import type { RunFile } from './runSchema.ts';

/**
 * Coordinates of a layout. Most are a few units wide; that of a network whose training diverges is as wide as
 * its features, which are single-precision numbers.
 */
export const MAX_PLACE = 1e39;

/**
 * The fault of the earlier maps and gates of a run file; null if there is none.
 * @param side side of the run's images, pixels
 */
export function momentsFault({ moments, mapLabels, config }: RunFile, side: number): string | null {
  if (moments.length === 0) return null;
  if (moments.length > MOST_MOMENTS) return `moments must be at most ${MOST_MOMENTS}, got ${moments.length}`;
  const { branches } = systemOf(config);
  const { blocks } = networkOf(config, side);
  let before = -1;
  for (const { step, maps, gates, nearest } of moments) {
    if (step <= before) return `moments must be in the order of their steps, got ${step} after ${before}`;
    before = step;
    const counts = maps.map(({ xy }) => pointsIn(xy));
    for (const [i, { branch, box }] of maps.entries()) {
      if (!branches.includes(branch))
        return `the maps of step ${step} must be of the branches ${branches.join(', ')}, got ${branch}`;
      const count = counts[i]!;
      if (!Number.isInteger(count) || count > mapLabels.length)
        return `the map of step ${step} must be base64 of x and y, two bytes each, of at most the ${mapLabels.length} map images, got ${maps[i]!.xy.length} characters`;
      if (count !== counts[0])
        return `the maps of step ${step} must be of the same ${counts[0]} images, got ${count}`;
      const far = box.find((value) => Math.abs(value) > MAX_PLACE);
      if (far !== undefined || box[2] <= 0)
        return `the map of step ${step} must lie within ±${MAX_PLACE}, got the box ${box.join(', ')}`;
    }
    const unfit = nearest && listsFault(nearest, branches, counts[0] ?? mapLabels.length);
    if (unfit) return `the neighbours at step ${step} ${unfit}`;
    if (gates === null) continue;
    if (gates.length !== blocks.length)
      return `the gates of step ${step} must be of ${blocks.length} blocks, as its network has, got ${gates.length}`;
    for (const [l, { name, channels }] of blocks.entries()) {
      const fault = bitsFault(gates[l]!, (counts[0] ?? mapLabels.length) * channels);
      if (fault) return `the gates of ${name} at step ${step}: ${fault}`;
    }
  }
  return null;
}

/** Number of points in a base64 text of four bytes each; NaN if it is no such text. */
function pointsIn(text: string): number {
  if (!isBase64(text)) return Number.NaN;
  const padding = text.length - text.replace(/=+$/, '').length;
  return ((3 * text.length) / 4 - padding) / 4;
}
