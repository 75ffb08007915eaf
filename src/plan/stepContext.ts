import type { Branch } from '../metrics.ts';
import type { Network } from '../network/layers.ts';
import { type ConvolutionShape, outputShape } from './convolutionShape.ts';
import { type MapShape, mapSize } from './maps.ts';
import { type Memory, part, type Span } from './memory.ts';
import type { Operations } from './operations.ts';
import type { PassRows } from './tasks/gateTasks.ts';
import { type Normed, type NormPlace, normSize } from './tasks/mapTasks.ts';
import type { WeightsPlan } from './weightsPlan.ts';

/** The flat buffers that outlive a step. */
export interface State {
  readonly parameters: Span;
  readonly gradients: Span;
  readonly momenta: Span;
  readonly running: Span;
}

/** What every part of a plan reads from, and where it records its operations. */
export interface StepContext {
  readonly memory: Memory;
  readonly operations: Operations;
  readonly network: Network;
  readonly weights: WeightsPlan;
  readonly state: State;
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

/** Runs `work` with scratch buffers. They are free again after the operations that it records. */
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
  /** Gates that multiplied x. */
  readonly inputGates?: Span | undefined;
}

/**
 * Records a convolution and the affine map of its BatchNorm. The caller gives back x and norm of the result.
 */
export function convolveNormed(context: StepContext, layer: NormedConvolution): Normed & { map: MapShape } {
  const { memory, operations, state, rows, weights, mode } = context;
  const map = outputShape(layer);
  const y = memory.take(`${layer.name} output`, mapSize(map));
  const norm = memory.take(`${layer.name} norm`, normSize(map.channels, rows.passes));
  const places = layer.norms.map((name): NormPlace => {
    const { affine, running } = weights.norm(name);
    return { affine: affine.offset, running: running.offset };
  });
  const w = parameterSlice(context, `${layer.name}.weight`);
  operations.normedConvolution({ ...layer, ...state, w, y, norm, places, mode, of: layer.name });
  return { x: y, norm, places, map };
}

/** Records the gradient of a convolution's weights. */
export function convolveFilterGradient(context: StepContext, layer: NormedConvolution, dy: Span): void {
  const dw = parameterSlice(context, `${layer.name}.weight`, 'gradients');
  context.operations.filterGradient({ ...layer, dy, dw, of: layer.name });
}
