import type { Branch } from '../../metrics.ts';
import type { MapGates } from '../../store/run/channels.ts';
import { channelGates, imageMacs, rightImages } from '../../store/run/images/imageReadings.ts';
import { isLabelled } from '../../store/run/labels.ts';
import type { Ready, RunRecord } from '../../store/run/run.ts';
import type { Coloring } from '../../store/run/selection.ts';
import { macs } from '../shell/format.ts';
import { classColor } from './classColors.ts';

/** The colours of the images on one map. */
export interface ImageColors {
  /** One entry for each image: the index of its colour. */
  readonly index: Uint8Array;
  readonly palette: readonly string[];
  /** What the colours mean; empty where they are those of the classes, whose buttons say it. */
  readonly keys: readonly { readonly color: string; readonly name: string }[];
}

/** Colours that lie equally far apart for the eye, from few to many. They show on both themes. */
const FEW_TO_MANY = ['#6a53b5', '#3f6aa8', '#2b8596', '#24a083', '#58b860', '#a4c438', '#e3c02b'];
/** Of no and of yes. */
const WRONG_RIGHT = ['#d55e00', '#2f9e6e'] as const;
const CLOSED_OPEN = ['#8b929c', '#d55e00'] as const;

/** What of the record the colours are made of. */
export type ColoredRecord = Pick<RunRecord, 'final' | 'mapGates'>;

/** Why a colouring has nothing to show yet, or at all; null if it can be shown. */
export function coloringLacks(
  kind: Coloring['kind'],
  ready: Ready,
  { final, mapGates }: ColoredRecord,
): string | null {
  if (kind === 'class') return null;
  if (kind === 'right') {
    if (!isLabelled(ready)) return 'no labels';
    return Object.keys(final?.correct ?? {}).length > 0 && ready.data.test > 0
      ? null
      : 'at the end of the run';
  }
  return mapGates === null ? 'no gates known' : null;
}

/** The colours of the images on the map of a branch: those of the classes if the choice cannot be shown. */
export function imageColors(
  coloring: Coloring,
  ready: Ready,
  record: ColoredRecord,
  branch: Branch,
): ImageColors {
  return chosen(coloring, ready, record, branch) ?? classColors(ready);
}

function chosen(
  coloring: Coloring,
  ready: Ready,
  { final, mapGates }: ColoredRecord,
  branch: Branch,
): ImageColors | null {
  switch (coloring.kind) {
    case 'class':
      return null;
    case 'right': {
      const right = isLabelled(ready) ? rightImages(ready, final, branch) : null;
      if (right === null) return null;
      return twoColors(right, WRONG_RIGHT, ['20-NN wrong', '20-NN right'], ` ${branch}`);
    }
    case 'macs':
      return mapGates && macColors(ready, mapGates);
    case 'gate': {
      const open = mapGates && channelGates(ready.network, mapGates, coloring.block, coloring.channel);
      return open && twoColors(open, CLOSED_OPEN, ['closed', 'open']);
    }
    default:
      return coloring satisfies never;
  }
}

function classColors({ mapImages }: Ready): ImageColors {
  const { labels } = mapImages;
  const most = labels.reduce((largest, label) => Math.max(largest, label), 0);
  return {
    index: labels,
    palette: Array.from({ length: most + 1 }, (_, label) => classColor(label)),
    keys: [],
  };
}

function twoColors(
  flags: Uint8Array,
  palette: readonly [string, string],
  names: readonly [string, string],
  counted = '',
): ImageColors {
  const ones = flags.reduce((sum, flag) => sum + flag, 0);
  const counts = [flags.length - ones, ones];
  return {
    index: flags,
    palette,
    keys: palette.map((color, i) => ({ color, name: `${names[i]} (${counts[i]}${counted})` })),
  };
}

function macColors(ready: Ready, gates: MapGates): ImageColors {
  const spent = imageMacs(ready.network, gates);
  const least = spent.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = spent.reduce((high, value) => Math.max(high, value), 0);
  const levels = FEW_TO_MANY.length;
  const levelOf = (value: number) =>
    most > least ? Math.min(levels - 1, Math.floor((levels * (value - least)) / (most - least))) : 0;
  const ends = [0, levels - 1].map((level) => FEW_TO_MANY[level]!);
  return {
    index: Uint8Array.from(spent, levelOf),
    palette: FEW_TO_MANY,
    keys: [
      { color: ends[0]!, name: `fewest MACs, ${macs(least)}` },
      { color: FEW_TO_MANY[levels >> 1]!, name: macs((least + most) / 2) },
      { color: ends[1]!, name: `most, ${macs(most)}` },
    ],
  };
}
