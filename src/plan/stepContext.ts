import type { Branch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import {
  type Convolution,
  type ConvolutionShape,
  convolution,
  outputShape,
  tileStatisticsSize,
} from '../webgpu/kernels/convolution/convolution.ts';
import { filterGradient, filterPartsSize } from '../webgpu/kernels/convolution/convolutionGradients.ts';
import { convolutionTile, filterTile, type Tuning } from '../webgpu/kernels/convolution/tuning.ts';
import type { PassRows } from '../webgpu/kernels/gate/gateSample.ts';
import type { Dispatch } from '../webgpu/kernels/kernel.ts';
import { type MapShape, mapSize } from '../webgpu/kernels/layout.ts';
import {
  batchStatistics,
  type Normed,
  type NormPlace,
  normSize,
  runningNorm,
} from '../webgpu/kernels/norm/mapNorm.ts';
import { type Memory, part, type Span } from './memory.ts';
import type { WeightsPlan } from './weightsPlan.ts';

/** The flat buffers that outlive a step. */
export interface State {
  readonly parameters: Span;
  readonly gradients: Span;
  readonly momenta: Span;
  readonly running: Span;
  /** Transposed and turned copies of the filters. */
  readonly turned: Span;
}

/** What every part of a plan reads from, and where it records its dispatches. */
export interface StepContext {
  readonly memory: Memory;
  readonly record: (...dispatches: Dispatch[]) => void;
  readonly network: Network;
  readonly weights: WeightsPlan;
  readonly state: State;
  readonly tuning: Tuning;
  readonly rows: PassRows;
  /** The branch of each pass. */
  readonly branches: readonly Branch[];
  /** Training uses batch statistics and sampled gates; evaluation uses running statistics and hard gates. */
  readonly mode: 'training' | 'evaluation';
}

/** Images of all passes. */
export function imagesOf({ rows }: StepContext): number {
  return rows.images * rows.passes;
}

/** A parameter, or its gradient. */
export function parameterSlice(
  { state, weights }: StepContext,
  name: string,
  of: 'parameters' | 'gradients' = 'parameters',
): Span {
  const { offset, length } = weights.parameter(name);
  return part(state[of], offset, length);
}

/** Where a BatchNorm's γ and β (or their gradients) and its running statistics lie. */
export function normSlices({ state, weights }: StepContext, layer: string) {
  const { affine, running } = weights.norm(layer);
  return {
    affine: part(state.parameters, affine.offset, affine.length),
    gradient: part(state.gradients, affine.offset, affine.length),
    running: part(state.running, running.offset, running.length),
  };
}

/** Runs `work` with scratch buffers. They are free again after the dispatches that it records. */
export function withScratch<Name extends string>(
  { memory }: StepContext,
  sizes: { readonly [name in Name]: number },
  work: (scratch: { readonly [name in Name]: Span }) => void,
): void {
  const taken = (Object.entries(sizes) as [Name, number][]).map(
    ([name, words]) => [name, memory.take(name, words)] as const,
  );
  work(Object.fromEntries(taken) as { readonly [name in Name]: Span });
  for (const [, span] of taken) memory.give(span);
}

/** A convolution that a BatchNorm follows: the names of the layer and its input. */
export interface NormedConvolution extends ConvolutionShape {
  readonly name: string;
  readonly x: Span;
  /** The BatchNorm of each pass. */
  readonly norms: readonly string[];
}

/**
 * Records a convolution and the affine map of its BatchNorm. The caller gives back x and norm of the result.
 */
export function convolveNormed(context: StepContext, layer: NormedConvolution): Normed & { map: MapShape } {
  const { memory, record, state, tuning, rows, weights } = context;
  const map = outputShape(layer);
  const tile = convolutionTile(tuning, layer);
  const y = memory.take(`${layer.name} output`, mapSize(map));
  const norm = memory.take(`${layer.name} norm`, normSize(map.channels, rows.passes));
  const places = layer.norms.map((name): NormPlace => {
    const { affine, running } = weights.norm(name);
    return { affine: affine.offset, running: running.offset };
  });
  const w = parameterSlice(context, `${layer.name}.weight`);
  const of = layer.name;
  const task: Convolution = { ...layer, w, y, tile, of };
  if (context.mode === 'training') {
    withScratch(context, { tiles: tileStatisticsSize(map, tile) }, ({ tiles }) => {
      record(
        convolution({ ...task, statistics: tiles }),
        batchStatistics({ map, tile, tiles, ...state, norm, places, lanes: tuning.lanes, of }),
      );
    });
  } else {
    record(
      convolution(task),
      runningNorm({ channels: map.channels, passes: rows.passes, place: places[0]!, ...state, norm, of }),
    );
  }
  return { x: y, norm, places, map };
}

/** Records the gradient of a convolution's weights. */
export function convolveFilterGradient(context: StepContext, layer: NormedConvolution, dy: Span): void {
  const tile = filterTile(context.tuning, layer);
  withScratch(context, { parts: filterPartsSize(layer, tile) }, ({ parts }) => {
    const dw = parameterSlice(context, `${layer.name}.weight`, 'gradients');
    context.record(...filterGradient({ ...layer, dy, dyBorder: 1, parts, dw, tile, of: layer.name }));
  });
}

/** The turned weights of a convolution. */
export function turnedSlice({ state, weights }: StepContext, name: string): Span {
  const filter = weights.turned.get(name);
  if (filter === undefined) throw new Error(`weights: ${name} has no turned copy`);
  return part(state.turned, filter.to, weights.parameter(`${name}.weight`).length);
}
