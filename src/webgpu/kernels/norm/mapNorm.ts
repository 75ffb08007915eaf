import type { MapShape } from '../../../plan/maps.ts';
import { quads } from '../../../plan/maps.ts';
import type { Span } from '../../../plan/memory.ts';
import {
  type ActivationTask,
  type Normed,
  type NormPlace,
  normSize,
  type RunningNormTask,
} from '../../../plan/tasks/mapTasks.ts';
import { type Tile, tilesOf } from '../convolution/convolution.ts';
import { type Dispatch, dispatch, kernel, linear } from '../kernel.ts';
import activationSource from './activation.wgsl?raw';
import batchStatisticsSource from './batchStatistics.wgsl?raw';
import mapGradientSource from './mapGradient.wgsl?raw';
import mapGradientSumsSource from './mapGradientSums.wgsl?raw';
import runningNormSource from './runningNorm.wgsl?raw';

// BatchNorm over maps with all that surrounds it in a block: ReLU, gate, residual addition. Statistics are
// per pass. A batch holds the images of pass 0, then those of pass 1; every pass has the same number of
// images.

interface Statistics {
  /** Output of the convolution, without a border. */
  readonly map: MapShape;
  readonly tile: Tile;
  readonly tiles: Span;
  readonly parameters: Span;
  readonly running: Span;
  readonly norm: Span;
  /** Per pass. */
  readonly places: readonly NormPlace[];
  /** Invocations that share a channel quad. */
  readonly lanes: number;
  readonly of: string;
}

/**
 * Each pass's statistics from a convolution's tiles. Running statistics move once per pass, in order (method
 * §2).
 */
export function batchStatistics(task: Statistics): Dispatch {
  const { map, tile, tiles, parameters, running, norm, places, lanes, of } = task;
  const lie = tilesOf(map, tile);
  const perPass = map.images / places.length;
  const count = perPass * map.height * map.width;
  return dispatch({
    kernel: kernel('batchStatistics', batchStatisticsSource, { LANES: lanes, PASSES: places.length }),
    of,
    shape: {
      quads: quads(map.channels),
      passes: places.length,
      tilesPerPass: perPass * lie.perImage,
      perImage: lie.perImage,
      tilesX: lie.x,
      tileRows: tile.rows,
      tileColumns: tile.columns,
      height: map.height,
      width: map.width,
      count,
      unbiased: count / Math.max(count - 1, 1),
      places: places.map(inQuads),
    },
    buffers: [tiles, parameters, running, norm],
    workgroups: [quads(map.channels), 1, 1],
  });
}

/** The affine map of a BatchNorm in evaluation, the same for every pass. */
export function runningNorm(task: RunningNormTask): Dispatch {
  return dispatch({
    kernel: kernel('runningNorm', runningNormSource),
    of: task.of,
    shape: { quads: quads(task.channels), passes: task.passes, ...inQuads(task.place) },
    buffers: [task.parameters, task.running, task.norm],
    workgroups: linear(quads(task.channels)),
  });
}

/** A place of whole quads, counted in them. */
function inQuads({ affine, running }: NormPlace) {
  return { affine: affine / 4, running: running / 4 };
}

/** relu(BN(x) + skip) · gate as a map with the border of `map`. */
export function activation(task: ActivationTask): Dispatch {
  const { map, perPass, x, norm, y, gates, skip, of } = task;
  const SKIP = skip === undefined ? 0 : skip.kind === 'input' ? 1 : 2;
  return dispatch({
    kernel: kernel('activation', activationSource, { GATE: gates ? 1 : 0, SKIP }),
    of,
    shape: {
      images: map.images,
      perPass,
      height: map.height,
      width: map.width,
      border: map.border,
      quads: quads(map.channels),
    },
    buffers: [
      x,
      norm,
      y,
      ...(gates ? [gates] : []),
      ...(skip ? [skip.map] : []),
      ...(skip?.kind === 'convolution' ? [skip.norm] : []),
    ],
    workgroups: linear(map.images * (map.width + 2 * map.border) * quads(map.channels)),
  });
}

interface MapGradient {
  /** Without a border; images of all passes. */
  readonly map: MapShape;
  /** Gradient of the ReLU's output, without a border. */
  readonly gradient: Span;
  readonly main: Normed;
  /** Gradient of main.x, with a border of one pixel. */
  readonly dx: Span;
  /** The ReLU: the bordered map that it wrote, or the BatchNorm's own output, with the gate that followed. */
  readonly relu:
    | { readonly kind: 'map'; readonly output: Span; readonly border: number }
    | {
        readonly kind: 'norm';
        readonly gate?: { readonly gates: Span; readonly gradient: Span } | undefined;
      };
  /** The shortcut's BatchNorm, which the same ReLU ends. */
  readonly shortcut?: (Normed & { readonly dx: Span }) | undefined;
  /** Gradients of all parameters. */
  readonly gradients: Span;
  /** `sumsSize` floats. */
  readonly sums: Span;
  /** Invocations of a workgroup, a power of two. */
  readonly lanes: number;
  readonly of: string;
}

/** Floats of the images' sums, with what follows them. `shortcut` is as in the task. */
export function sumsSize(
  { images, channels }: MapShape,
  { passes, shortcut }: { readonly passes: number; readonly shortcut: boolean },
): number {
  const sets = shortcut ? 2 : 1;
  return images * 4 * quads(channels) * (1 + sets) + sets * normSize(channels, passes);
}

/** Most quads that a workgroup owns: 256 bytes that lie together. */
const MOST_QUADS = 16;

/** The largest power of two that is not above any of the numbers. */
function powerBelow(...numbers: readonly number[]): number {
  return 2 ** Math.floor(Math.log2(Math.min(...numbers)));
}

/** How many times its sums' loads a workgroup's own work has to be, while there are workgroups enough. */
const WORTH = 16;

/** Most workgroups, where a workgroup's work can be made longer instead. */
const MANY_GROUPS = 32768;

/** How mapGradient is cut: workgroups for a pass, and how many columns an invocation takes one by one. */
function cutOf(
  map: MapShape,
  {
    perPass,
    blocks,
    across,
    lanes,
    sums,
  }: Readonly<Record<'perPass' | 'blocks' | 'across' | 'lanes' | 'sums', number>>,
): { chunks: number; each: number } {
  const turns = Math.ceil((perPass * (map.width + 2)) / across);
  const groupsAtOnce = (blocks * map.images) / perPass;
  const worth = Math.ceil((WORTH * sums * Math.ceil(perPass / across)) / (3 * (map.height + 2)));
  const busy = Math.max(1, Math.floor((turns * groupsAtOnce) / (8 * lanes)));
  const fits = Math.ceil((turns * groupsAtOnce) / MANY_GROUPS);
  const each = Math.max(fits, Math.min(worth, busy));
  return { chunks: Math.ceil(turns / each), each };
}

/**
 * Backward through ReLU, gate and BatchNorm: the gradients of γ and β, of the gate, and of the BatchNorm's
 * input.
 */
export function mapGradient(task: MapGradient): [Dispatch, Dispatch] {
  const { map, gradient, main, relu, shortcut, gradients, sums, lanes, dx, of } = task;
  const { places } = main;
  const perPass = map.images / places.length;
  const count = quads(map.channels);
  const gate = relu.kind === 'norm' ? relu.gate : undefined;
  const owned = powerBelow(count, lanes, MOST_QUADS);
  const blocks = Math.ceil(count / owned);
  const constants = {
    INNER: Number(relu.kind === 'norm'),
    GATE: Number(gate !== undefined),
    TWO: Number(shortcut !== undefined),
    LANES: lanes,
    QUADS: owned,
  };
  const cut = cutOf(map, { perPass, blocks, across: lanes / owned, lanes, sums: 2 + constants.TWO });
  const shape = {
    images: map.images,
    perPass,
    height: map.height,
    width: map.width,
    border: relu.kind === 'map' ? relu.border : 0,
    quads: count,
    blocks,
  };
  return [
    dispatch({
      kernel: kernel('mapGradientSums', mapGradientSumsSource, constants),
      of,
      shape,
      buffers: [
        gradient,
        main.x,
        main.norm,
        sums,
        ...(relu.kind === 'map' ? [relu.output] : []),
        ...(gate ? [gate.gates, gate.gradient] : []),
        ...(shortcut ? [shortcut.x, shortcut.norm] : []),
      ],
      workgroups: linear(map.images * blocks, 1),
    }),
    dispatch({
      kernel: kernel('mapGradient', mapGradientSource, { ...constants, PASSES: places.length }),
      of,
      shape: {
        ...shape,
        ...cut,
        passes: places.length,
        count: perPass * map.height * map.width,
        places: places.map((_, pass) => ({
          affine: affineOf(places, pass),
          repeated: isRepeated(places, pass),
          shortcutAffine: shortcut ? affineOf(shortcut.places, pass) : 0,
          shortcutRepeated: shortcut ? isRepeated(shortcut.places, pass) : 0,
        })),
      },
      buffers: [
        gradient,
        main.x,
        sums,
        dx,
        gradients,
        ...(relu.kind === 'map' ? [relu.output] : []),
        ...(gate ? [gate.gates] : []),
        ...(shortcut ? [shortcut.x, shortcut.dx] : []),
      ],
      workgroups: linear(places.length * cut.chunks * blocks, 1),
    }),
  ];
}

/** γ's place of a pass, in quads. */
function affineOf(places: readonly NormPlace[], pass: number): number {
  return places[pass]!.affine / 4;
}

/** 1 where an earlier pass has the same BatchNorm, else 0. */
function isRepeated(places: readonly NormPlace[], pass: number): number {
  return Number(places.slice(0, pass).some(({ affine }) => affine === places[pass]!.affine));
}
