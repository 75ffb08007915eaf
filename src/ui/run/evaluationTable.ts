import {
  type Branch,
  type EpochRow,
  type Floors,
  measuredPixels,
  PIXEL_FLOORS,
  RANK_NAMES,
  RANKS,
  rankedBranches,
} from '../../metrics.ts';
import type { Cell, Table } from '../shell/table.ts';

/**
 * One line per evaluation: 20-NN of each branch, the MAC ratio and, for each block, how many channels are of
 * each kind and how often its channels are open.
 */
export function evaluationTable(epochs: readonly EpochRow[], floors: Floors | null): Table {
  const branches = [...new Set(epochs.flatMap(({ knn20 }) => Object.keys(knn20) as Branch[]))];
  const blocks = epochs[0]?.channelUsage.map(({ block }) => block) ?? [];
  // Old run files do not say what their accuracies were measured on.
  const sampled = epochs.some(({ sample }) => sample !== undefined);
  // Raw pixels have a column of their own.
  const pixels = floors === null ? [] : measuredPixels(floors).slice(1);
  // Data without labels has ranks, and accuracies of null.
  const ranked = [...new Set(epochs.flatMap(({ ranks }) => (ranks ? rankedBranches(ranks) : [])))];
  const usage = ['off', 'on', 'dependent'] as const;
  return {
    caption:
      '20-NN accuracies, MAC ratios and “open”, the mean share of open channels, and standard errors are fractions; images and off, on and dependent channels are counts.',
    columns: [
      ...['epoch', 'step'],
      ...branches.map((branch) => `knn20 ${branch}`),
      ...['macRatio', 'raw pixels'],
      ...branches.map((branch) => `untrained ${branch}`),
      ...blocks.flatMap((block) => usage.map((use) => `${block} ${use}`)),
      // New columns come last, so that programs that read the file by column number still find the old ones.
      ...blocks.map((block) => `${block} open`),
      ...(sampled ? ['bank images', 'test images'] : []),
      ...(sampled ? branches.map((branch) => `standard error ${branch}`) : []),
      ...pixels.map(([floor]) => PIXEL_FLOORS[floor]),
      ...(ranked.length > 0 ? ['ranked images'] : []),
      ...ranked.flatMap((branch) => RANKS.map((rank) => `${RANK_NAMES[rank]} ${branch}`)),
    ],
    length: epochs.length,
    row: (i) => {
      const { epoch, step, knn20, macRatio, channelUsage, sample, ranks } = epochs[i]!;
      const cells: Cell[] = [epoch, step, ...branches.map((branch) => knn20[branch] ?? null), macRatio];
      cells.push(floors?.rawPixels ?? null, ...branches.map((branch) => floors?.untrained[branch] ?? null));
      for (const [l] of blocks.entries()) for (const use of usage) cells.push(channelUsage[l]?.[use] ?? null);
      cells.push(...blocks.map((_, l) => channelUsage[l]?.open ?? null));
      if (sampled) {
        cells.push(sample?.bank ?? null, sample?.test ?? null);
        cells.push(...branches.map((branch) => sample?.standardError[branch] ?? null));
      }
      cells.push(...pixels.map(([, share]) => share));
      if (ranked.length > 0) cells.push(ranks?.images ?? null);
      for (const branch of ranked)
        cells.push(...RANKS.map((rank) => ranks?.branches[branch]?.[rank] ?? null));
      return cells;
    },
  };
}
