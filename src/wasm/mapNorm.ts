import { type MapShape, quads } from '../plan/maps.ts';
import type { Call } from './kernels.ts';
import type { MapAt } from './maps.ts';

// BatchNorm over maps, and what follows it, as calls of kernels. Addresses are bytes. Convolutions' outputs
// have no border.

/** Addresses of a BatchNorm's γ with β behind it, and of its running mean with the variance behind it. */
export interface NormPlaces {
  readonly affine: number;
  readonly running: number;
}

/** A convolution's output under a BatchNorm. */
export interface Normed {
  /** Without a border. */
  readonly x: MapAt;
  /** `normBytes` for each pass. */
  readonly norm: number;
}

/** Passes of equal size with statistics of their own. */
interface Passes {
  /** Images of one pass. */
  readonly perPass: number;
}

/** Bytes of the moments of all images of a map. */
export function momentsBytes({ images, channels }: MapShape): number {
  return images * 2 * 16 * quads(channels);
}

/** Bytes of the norm of one pass, or of a gradient's table. */
export function normBytes(channels: number): number {
  return 4 * 16 * quads(channels);
}

/** Bytes of the sums of a gradient over all images of a map. */
export function sumsBytes({ images, channels }: MapShape): number {
  return images * 3 * 16 * quads(channels);
}

/** Mean and squared deviations of each image of x. */
export function imageMoments(x: MapAt, moments: number): Call {
  checkNoBorder('x', x);
  return {
    kernel: 'imageMoments',
    units: x.images,
    numbers: [x.at, moments, x.height * x.width, quads(x.channels)],
  };
}

/** The norm of every pass from the moments of x, in order: passes may share running statistics. */
export function batchStatistics({
  x,
  norm,
  moments,
  perPass,
  places,
}: Normed & Passes & { readonly moments: number; readonly places: readonly NormPlaces[] }): Call[] {
  const image = momentsBytes({ ...x, images: 1 });
  return places.map(({ affine, running }, pass) => ({
    kernel: 'batchStatistics',
    units: quads(x.channels),
    numbers: [
      ...[moments + pass * perPass * image, perPass, x.height * x.width, quads(x.channels)],
      ...[affine, running, norm + pass * normBytes(x.channels)],
    ],
  }));
}

/** The norm of one pass in evaluation. */
export function runningNorm(channels: number, { affine, running }: NormPlaces, norm: number): Call {
  return {
    kernel: 'runningNorm',
    units: quads(channels),
    numbers: [quads(channels), affine, running, norm],
  };
}

export interface Activation extends Normed, Passes {
  readonly y: MapAt;
  /** Address of gates [images, channels]. */
  readonly gates?: number;
  /** What is added before the ReLU: a map that lies as y does, or another convolution's output. */
  readonly skip?: { readonly map: number } | Normed;
}

/** y = relu(norm(x) + skip) · gate. There is no gate where there is a skip. */
export function activation({ x, norm, perPass, y, gates = 0, skip }: Activation): Call {
  checkNoBorder('x', x);
  if (gates !== 0 && skip) throw new Error('activation: gates and a skip cannot both be given, got both');
  const past = skip === undefined ? [0, 0] : 'map' in skip ? [skip.map, 0] : [skip.x.at, skip.norm];
  return {
    kernel: 'activation',
    units: x.images,
    numbers: [x.at, y.at, x.height, x.width, quads(x.channels), y.border, norm, perPass, gates, ...past],
  };
}

/** Which ReLU a gradient goes back through: that of a block's end, or the inner one and its gates. */
export type Relu =
  | { readonly kind: 'end'; readonly output: number; readonly shortcut?: Normed }
  | { readonly kind: 'inner'; readonly gates?: number; readonly gateGradient?: number };

export interface MapGradient extends Normed, Passes {
  /** Gradient of the ReLU's output, or of the gated one; it lies as the output does. */
  readonly gradient: MapAt;
  readonly relu: Relu;
  /** `sumsBytes`, overwritten. */
  readonly sums: number;
  /** `normBytes` for each pass, overwritten; then as much for the shortcut's. */
  readonly table: number;
  /** Gradient of x, with a border of one pixel. */
  readonly dx: number;
  /** Addresses of the gradients of γ with β behind it, of each pass. */
  readonly affine: readonly number[];
  readonly shortcut?: { readonly dx: number; readonly affine: readonly number[] };
}

/** Gradients of a BatchNorm's input and parameters; of a block's end also of its shortcut's. */
export function mapGradient(task: MapGradient): Call[] {
  const { x, norm, gradient, relu, sums, table, perPass, dx, affine, shortcut } = task;
  checkNoBorder('x', x);
  const past = relu.kind === 'end' ? relu.shortcut : undefined;
  if ((past === undefined) !== (shortcut === undefined))
    throw new Error('map gradient: a shortcut must be told with its gradients, got one of them');
  const output = relu.kind === 'end' ? relu.output : 0;
  const count = quads(x.channels);
  const geometry = [x.height, x.width, count];
  const tableBytes = affine.length * normBytes(x.channels);
  const apply = (of: Normed, terms: number, to: number): Call => ({
    kernel: 'mapGradient',
    units: x.images,
    numbers: [
      ...[gradient.at, gradient.border, of.x.at, ...geometry, terms, perPass],
      ...(relu.kind === 'inner' ? [norm, relu.gates ?? 0, 0] : [0, 0, output]),
      to,
    ],
  });
  const summed = { x, norm, sums, perPass, relu };
  return [
    {
      kernel: 'mapGradientSums',
      units: x.images,
      numbers: [
        ...[gradient.at, gradient.border, x.at, ...geometry, norm, perPass, output],
        ...[past?.x.at ?? 0, past?.norm ?? 0, sums],
      ],
    },
    ...normGradients({ ...summed, which: 1, table, affine }),
    apply({ x, norm }, table, dx),
    ...(past && shortcut
      ? [
          ...normGradients({
            ...summed,
            norm: past.norm,
            which: 2,
            table: table + tableBytes,
            affine: shortcut.affine,
          }),
          apply(past, table + tableBytes, shortcut.dx),
        ]
      : []),
  ];
}

/** One call for each pass. */
function normGradients({
  x,
  norm,
  sums,
  table,
  affine,
  perPass,
  relu,
  which,
}: Normed &
  Passes &
  Pick<MapGradient, 'sums' | 'table' | 'affine' | 'relu'> & { readonly which: 1 | 2 }): Call[] {
  const count = quads(x.channels);
  const { gates = 0, gateGradient = 0 } = relu.kind === 'inner' ? relu : {};
  const row = perPass * 16 * count;
  return affine.map((at, pass) => ({
    kernel: 'normGradient',
    units: count,
    numbers: [
      ...[
        sums + 3 * pass * row,
        perPass,
        x.height * x.width,
        count,
        which,
        norm + pass * normBytes(x.channels),
      ],
      ...[gates && gates + pass * row, gateGradient && gateGradient + pass * row],
      ...[at, Number(affine.indexOf(at) < pass), table + pass * normBytes(x.channels)],
    ],
  }));
}

function checkNoBorder(name: string, { border }: MapShape): void {
  if (border !== 0) throw new Error(`map norm: ${name} must have no border, got ${border}`);
}
