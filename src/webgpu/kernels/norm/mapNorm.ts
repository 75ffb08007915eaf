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
import normGradientSource from './normGradient.wgsl?raw';
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
  /** `coefficientsSize` floats. */
  readonly coefficients: Span;
  /** Invocations that share a channel quad of the sums. */
  readonly lanes: number;
  readonly of: string;
}

/** Floats of the columns' sums. */
export function sumsSize(map: MapShape): number {
  return map.images * map.width * quads(map.channels) * 12;
}

/** Floats of the coefficients between the sums and the gradient. */
export function coefficientsSize(map: MapShape, passes: number): number {
  return 2 * normSize(map.channels, passes);
}

/**
 * Backward through ReLU, gate and BatchNorm: the gradients of γ and β, of the gate, and of the BatchNorm's
 * input.
 */
export function mapGradient(task: MapGradient): [Dispatch, Dispatch, Dispatch] {
  const { map, gradient, main, relu, shortcut, gradients, sums, coefficients, dx, of } = task;
  const perPass = map.images / main.places.length;
  const count = quads(map.channels);
  const gate = relu.kind === 'norm' ? relu.gate : undefined;
  const flags = {
    INNER: relu.kind === 'norm' ? 1 : 0,
    TWO: shortcut ? 1 : 0,
  };
  const border = relu.kind === 'map' ? relu.border : 0;
  const pixels = map.height * map.width;
  const shape = { images: map.images, perPass, height: map.height, width: map.width, border, quads: count };
  return [
    dispatch({
      kernel: kernel('mapGradientSums', mapGradientSumsSource, flags),
      of,
      shape,
      buffers: [
        gradient,
        main.x,
        main.norm,
        sums,
        ...(relu.kind === 'map' ? [relu.output] : []),
        ...(shortcut ? [shortcut.x, shortcut.norm] : []),
      ],
      workgroups: linear(map.images * map.width * count),
    }),
    dispatch({
      kernel: kernel('normGradient', normGradientSource, {
        TWO: flags.TWO,
        GATE: gate ? 1 : 0,
        LANES: task.lanes,
        PASSES: main.places.length,
      }),
      of,
      shape: {
        quads: count,
        passes: main.places.length,
        perPass,
        width: map.width,
        count: perPass * pixels,
        places: main.places.map((_, pass) => ({
          affine: affineOf(main.places, pass),
          repeated: isRepeated(main.places, pass),
          shortcutAffine: shortcut ? affineOf(shortcut.places, pass) : 0,
          shortcutRepeated: shortcut ? isRepeated(shortcut.places, pass) : 0,
        })),
      },
      buffers: [
        sums,
        main.norm,
        coefficients,
        gradients,
        ...(gate ? [gate.gates, gate.gradient] : []),
        ...(shortcut ? [shortcut.norm] : []),
      ],
      workgroups: [count, 1, 1],
    }),
    dispatch({
      kernel: kernel('mapGradient', mapGradientSource, { ...flags, GATE: gate ? 1 : 0 }),
      of,
      shape,
      buffers: [
        gradient,
        main.x,
        coefficients,
        dx,
        ...(relu.kind === 'map' ? [relu.output] : [main.norm]),
        ...(gate ? [gate.gates] : []),
        ...(shortcut ? [shortcut.x, shortcut.dx] : []),
      ],
      workgroups: linear(map.images * (map.width + 2) * count),
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
