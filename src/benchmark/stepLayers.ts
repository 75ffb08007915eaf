import { networkOf } from '../network/fromConfig.ts';
import type { Network } from '../network/layers.ts';
import type { MapShape } from '../plan/maps.ts';
import {
  convolution,
  filterGradient,
  inputGradient,
  outputSide,
  turnedBytes,
  turnedFilters,
  type Window,
} from '../wasm/convolution.ts';
import type { Call } from '../wasm/kernels.ts';
import { filterBytes, type MapAt, mapBytes } from '../wasm/maps.ts';
import { FIRST_FREE } from '../wasm/threads/pool.ts';
import { normCalls } from './normRates.ts';
import { configOf, type Workload } from './workload.ts';

// The convolutions of a step in the memory of the kernels of src/wasm.

/** Side of the images, pixels. */
const SIDE = 32;

/** A convolution, as often as a step has it. */
export interface Layer extends Window {
  readonly input: MapShape;
  readonly outputs: number;
  readonly count: number;
}

/** The convolutions of a step of two views; equal ones are one with a count. The stem comes first. */
export function stepLayers(workload: Workload): Layer[] {
  const { spec, stem, blocks }: Network = networkOf(configOf(workload), SIDE);
  const images = 2 * workload.batch;
  const layers = new Map<string, Layer>();
  const add = (side: number, channels: number, outputs: number, window: Window) => {
    const input = { images, height: side, width: side, channels, border: Math.max(1, window.padding) };
    const key = JSON.stringify([input, outputs, window]);
    layers.set(key, { ...window, input, outputs, count: (layers.get(key)?.count ?? 0) + 1 });
  };
  add(spec.input, 3, stem.channels, { kernel: 3, stride: 1, padding: spec.stemPadding });
  let side = stem.size;
  for (const { inChannels, channels, stride, size, downsample } of blocks) {
    add(side, inChannels, channels, { kernel: 3, stride, padding: 1 });
    if (downsample) add(side, inChannels, channels, { kernel: 1, stride, padding: 0 });
    add(size, channels, channels, { kernel: 3, stride: 1, padding: 1 });
    side = size;
  }
  return [...layers.values()];
}

export function outputOf(layer: Layer): MapShape {
  const { images, height, width } = layer.input;
  const sides = { height: outputSide(height, layer), width: outputSide(width, layer) };
  return { images, ...sides, channels: layer.outputs, border: 1 };
}

/** Where a layer's maps and filters lie. Those of all layers begin at the same address. */
export function placesOf(layer: Layer) {
  const { kernel, input, outputs } = layer;
  const filter = { kernel, inputs: input.channels, outputs };
  const x: MapAt = { ...input, at: FIRST_FREE };
  const y: MapAt = { ...outputOf(layer), at: x.at + mapBytes(x) };
  const w = y.at + mapBytes(y);
  const turned = w + filterBytes(filter);
  return { x, y, w, turned, end: turned + turnedBytes(layer, filter) };
}

/** Address behind the inputs of all layers, which stay as they are: any result may go there. */
export function resultOf(layers: readonly Layer[]): number {
  return Math.max(...layers.map((layer) => placesOf(layer).end));
}

/** Calls of a layer. @param result see `resultOf` */
export function layerCalls(layer: Layer, result: number) {
  const { kernel, stride, padding, input, outputs } = layer;
  const { x, y, w, turned } = placesOf(layer);
  const window = { kernel, stride, padding };
  return {
    forward: [convolution({ ...window, x, w, y: { ...y, at: result } })],
    ofFilter: [filterGradient({ ...window, x, dy: y, dw: result })],
    ofInput: [
      ...turnedFilters(window, { inputs: input.channels, outputs }, w, turned),
      ...inputGradient({ ...window, dy: y, turned, dx: { ...x, at: result } }),
    ],
    norms: normCalls(outputOf(layer), result),
  } satisfies Record<string, readonly Call[] | ReturnType<typeof normCalls>>;
}
