import type { Network } from '../../network/layers.ts';
import { type ConvolutionShape, outputShape } from '../../plan/convolutionShape.ts';
import { mapSize } from '../../plan/maps.ts';
import type { Span } from '../../plan/memory.ts';
import { convolution, type Tile, tileStatisticsSize } from '../kernels/convolution/convolution.ts';
import {
  filterGradient,
  filterPartsSize,
  stridedGradient,
} from '../kernels/convolution/convolutionGradients.ts';
import {
  type AdapterKind,
  convolutionTiles,
  filterTile,
  filterTiles,
  geometry,
  stridedTiles,
  type Tuning,
  untuned,
} from '../kernels/convolution/tuning.ts';
import type { Dispatch } from '../kernels/kernel.ts';
import { filterSize } from '../kernels/layout.ts';
import { Gpu } from './gpu.ts';

/** Candidates per kernel and geometry. A software adapter takes up to a second to compile each of them. */
const CANDIDATES = { software: 2, hardware: 5 } as const;

/** Number of dispatches that are timed together, so that the time of one submit is spread over them. */
const REPEATS = { software: 2, hardware: 20 } as const;

export interface AutotuneOptions {
  readonly adapter: AdapterKind;
  /** Images of all passes in a step. */
  readonly images: number;
  /**
   * No candidate is begun after this time, milliseconds. The cost model decides what is not timed by then.
   */
  readonly patienceMs: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The convolutions of a network, each geometry once. */
export function geometries(network: Network, images: number): ConvolutionShape[] {
  const { spec, stem, blocks } = network;
  const cifar = spec.stem === 'cifar';
  const padding = cifar ? spec.stemPadding : 3;
  const map = (side: number, channels: number, border: number) => ({
    images,
    height: side,
    width: side,
    channels,
    border,
  });
  const shapes: ConvolutionShape[] = [
    {
      input: map(spec.input, 3, padding),
      outputs: stem.channels,
      kernel: cifar ? 3 : 7,
      stride: cifar ? 1 : 2,
      padding,
    },
  ];
  let side = cifar ? stem.size : Math.floor((stem.size - 1) / 2) + 1;
  for (const { inChannels, channels, stride, size, downsample } of blocks) {
    const x = map(side, inChannels, 1);
    shapes.push({ input: x, outputs: channels, kernel: 3, stride, padding: 1 });
    shapes.push({ input: map(size, channels, 1), outputs: channels, kernel: 3, stride: 1, padding: 1 });
    if (downsample) shapes.push({ input: x, outputs: channels, kernel: 1, stride, padding: 0 });
    side = size;
  }
  return [...new Map(shapes.map((shape) => [geometry(shape), shape])).values()];
}

/**
 * A kernel and geometry whose tile is to be chosen: the candidates, and the dispatch that a candidate makes.
 */
interface Trial {
  readonly kind: 'convolutions' | 'strided' | 'filters';
  readonly geometry: string;
  readonly tiles: readonly Tile[];
  dispatch(gpu: Gpu, tile: Tile): Dispatch;
}

/**
 * Times the best guesses of the cost model for every convolution of a network on this device, and keeps the
 * fastest.
 * @throws Error when a kernel is refused
 */
export async function autotune(
  device: GPUDevice,
  network: Network,
  { adapter, images, patienceMs, onProgress }: AutotuneOptions,
): Promise<Tuning> {
  const trials = geometries(network, images).flatMap((shape) => trialsOf(adapter, shape));
  const chosen = { convolutions: {}, strided: {}, filters: {} } as Record<
    Trial['kind'],
    Record<string, Tile>
  >;
  const until = performance.now() + patienceMs;
  for (const [index, trial] of trials.entries()) {
    onProgress?.(index, trials.length);
    const tile = await fastest(device, trial, adapter, until);
    if (tile !== null) chosen[trial.kind][trial.geometry] = tile;
  }
  onProgress?.(trials.length, trials.length);
  return { ...untuned(adapter), ...chosen };
}

/** A tile that compiles quickly and is nearly the best for every geometry. */
const PLAIN_TILE: Tile = { rows: 2, columns: 4, quads: 2 };

/**
 * The rate of a single convolution of the network's first stage, GFLOP/s. No whole step reaches a higher rate
 * on this device.
 * @param images of all passes in a step
 */
export async function convolutionRate(device: GPUDevice, network: Network, images: number): Promise<number> {
  const shape = geometries(network, images)[1]!;
  const trial = trialsOf('software', shape).find(({ kind }) => kind === 'convolutions')!;
  const gpu = new Gpu(device);
  const ms = (await timed(gpu, trial.dispatch(gpu, PLAIN_TILE), REPEATS.software)) / REPEATS.software;
  gpu.dispose();
  const { height, width } = outputShape(shape);
  const products = shape.kernel ** 2 * shape.input.channels * shape.outputs * height * width * images;
  return (2 * products) / ms / 1e6;
}

/** The fastest tile of a trial. Null if there was no time to compare at least two tiles. */
async function fastest(
  device: GPUDevice,
  trial: Trial,
  adapter: AdapterKind,
  until: number,
): Promise<Tile | null> {
  let best: { tile: Tile; ms: number } | null = null;
  for (const tile of trial.tiles.slice(0, CANDIDATES[adapter])) {
    if (performance.now() > until) return best?.tile ?? null;
    const gpu = new Gpu(device);
    const ms = await timed(gpu, trial.dispatch(gpu, tile), REPEATS[adapter]);
    gpu.dispose();
    if (best === null || ms < best.ms) best = { tile, ms };
  }
  return best?.tile ?? null;
}

/** Milliseconds of `repeats` dispatches: the better of two measurements, after a warm-up. */
async function timed(gpu: Gpu, dispatch: Dispatch, repeats: number): Promise<number> {
  const program = await gpu.compile([dispatch]);
  const once = async (times: number) => {
    const commands = gpu.device.createCommandEncoder();
    const pass = commands.beginComputePass();
    for (let i = 0; i < times; i++) program.record(pass);
    pass.end();
    const started = performance.now();
    gpu.submit(commands);
    await gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  };
  await once(1);
  return Math.min(await once(repeats), await once(repeats));
}

function trialsOf(adapter: AdapterKind, shape: ConvolutionShape): Trial[] {
  const name = geometry(shape);
  const model = untuned(adapter);
  const { input, outputs, kernel, stride } = shape;
  const output = outputShape(shape);
  const bordered = { ...output, border: 1 };
  const weights = filterSize(kernel, input.channels, outputs);
  const buffer = (gpu: Gpu, what: string, floats: number): Span => gpu.allocate(what, floats);
  const trials: Trial[] = [
    {
      kind: 'convolutions',
      geometry: name,
      tiles: convolutionTiles(model, shape),
      dispatch: (gpu, tile) =>
        convolution({
          ...shape,
          x: buffer(gpu, 'x', mapSize(input)),
          w: buffer(gpu, 'w', weights),
          y: buffer(gpu, 'y', mapSize(output)),
          statistics: buffer(gpu, 'statistics', tileStatisticsSize(output, tile)),
          tile,
        }),
    },
    {
      kind: 'filters',
      geometry: name,
      tiles: filterTiles(model, shape),
      dispatch: (gpu, tile) => {
        const cut = { ...filterTile(model, shape), ...tile };
        return filterGradient({
          ...shape,
          x: buffer(gpu, 'x', mapSize(input)),
          dy: buffer(gpu, 'dy', mapSize(bordered)),
          dyBorder: 1,
          parts: buffer(gpu, 'parts', filterPartsSize(shape, cut)),
          tile: cut,
        });
      },
    },
  ];
  // The inputs of the stem are the images, whose gradient nobody needs.
  if (stride === 2 && kernel < 7) {
    trials.push({
      kind: 'strided',
      geometry: name,
      tiles: stridedTiles(model, shape),
      dispatch: (gpu, tile) =>
        stridedGradient({
          ...shape,
          dy: buffer(gpu, 'dy', mapSize(bordered)),
          dyBorder: 1,
          w: buffer(gpu, 'w', weights),
          dx: buffer(gpu, 'dx', mapSize({ ...input, border: 0 })),
          add: kernel === 1,
          tile,
        }),
    });
  }
  return trials;
}
