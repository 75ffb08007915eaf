import type { OptimizerSettings } from '../engine.ts';
import type { Network } from '../network/layers.ts';
import {
  bufferSpecs,
  type NamedTensors,
  namedTensor,
  type ParameterSpec,
  parameterSpecs,
  partOf,
  sizeOf,
  weightDecayOf,
} from '../network/parameters.ts';
import type { Layout } from './layout.ts';
import { quads } from './maps.ts';
import { ALIGNMENT } from './memory.ts';
import type { DescendTensor } from './tasks/lossTasks.ts';
import type { TurnedFilter } from './tasks/mapTasks.ts';

/** The place of a tensor in the flat buffer of its kind of an engine. */
export interface Place {
  /** Floats before it. */
  readonly offset: number;
  /** Number of floats, padding zeros included. */
  readonly length: number;
}

interface ParameterPlace extends Place {
  readonly spec: ParameterSpec;
}

/**
 * Where every parameter and running statistic lies in the flat buffers. Gradients and momenta have the same
 * places as their parameters. Tensors start at multiples of the binding alignment, with two exceptions: β
 * follows its γ, and a running variance follows its mean, so that a BatchNorm is one binding. The BatchNorm
 * of a narrow width is as long as the full one and zero beyond its channels. There γ = β = 0 keeps the
 * outputs, and all gradients behind them, at 0. So every width runs with the full filters.
 */
export class WeightsPlan {
  readonly parameters: ReadonlyMap<string, ParameterPlace>;
  readonly running: ReadonlyMap<string, Place>;
  /** Filters whose turned copies the input gradients read. */
  readonly turned: readonly TurnedFilter[];
  /** Floats of each flat buffer. */
  readonly sizes: { readonly parameters: number; readonly running: number };
  readonly #layout: Layout;

  constructor(network: Network, layout: Layout) {
    this.#layout = layout;
    const parameters = new Map<string, ParameterPlace>();
    let end = 0;
    for (const spec of parameterSpecs(network)) {
      const offset = followsGamma(spec, parameters) ? end : aligned(end);
      const length = parameters.get(fullWidth(spec.name))?.length ?? paddedLength(layout, spec);
      parameters.set(spec.name, { spec, offset, length });
      end = offset + length;
    }
    const running = new Map<string, Place>();
    let runningEnd = 0;
    for (const { name, shape } of bufferSpecs(network)) {
      const offset = name.endsWith('.running_var') ? runningEnd : aligned(runningEnd);
      const length = running.get(fullWidth(name))?.length ?? 4 * quads(shape[0]);
      running.set(name, { offset, length });
      runningEnd = offset + length;
    }
    const strides = new Map(network.blocks.map(({ name, stride }) => [`backbone.${name}`, stride]));
    const turned: TurnedFilter[] = [];
    for (const [name, { spec, offset }] of parameters) {
      // The inputs of the stem are the images, whose gradient nobody needs.
      if (!isFilter(spec) || name === 'backbone.conv1.weight') continue;
      const [outputs, inputs, kernel] = spec.shape as readonly [number, number, number, number];
      const layer = name.slice(0, -'.weight'.length);
      // A block's first convolution and its shortcut go by the block's stride.
      const stride = layer.endsWith('.conv2')
        ? 1
        : known(strides, layer.replace(/\.(conv1|downsample\.0)$/, ''));
      turned.push({ name: layer, from: offset, kernel, inputs, outputs, stride, padding: (kernel - 1) / 2 });
    }
    this.parameters = parameters;
    this.running = running;
    this.turned = turned;
    this.sizes = { parameters: aligned(end), running: aligned(runningEnd) };
  }

  /** @throws Error on an unknown name */
  parameter(name: string): ParameterPlace {
    return known(this.parameters, name);
  }

  /** Where a BatchNorm lies: γ and β among the parameters, mean and variance among the running statistics. */
  norm(layer: string): { affine: Place; running: Place } {
    const gamma = this.parameter(`${layer}.weight`);
    const mean = known(this.running, `${layer}.running_mean`);
    return {
      affine: { offset: gamma.offset, length: 2 * gamma.length },
      running: { offset: mean.offset, length: 2 * mean.length },
    };
  }

  /** The parameters in the form that the optimiser takes. */
  tensors(optimizer: OptimizerSettings): DescendTensor[] {
    return [...this.parameters.values()].map(({ spec, offset, length }) => ({
      offset,
      length,
      axes: spec.shape.length,
      weightDecay: weightDecayOf(spec, optimizer),
      part: partOf(spec),
    }));
  }

  /**
   * Packs named tensors in PyTorch's layouts into a flat buffer of parameters, gradients or momenta.
   * @throws Error when a name is missing or a size does not fit
   */
  packParameters(tensors: NamedTensors): Float32Array<ArrayBuffer> {
    const flat = new Float32Array(this.sizes.parameters);
    for (const [name, { spec, offset }] of this.parameters) {
      flat.set(pack(this.#layout, spec, namedTensor(tensors, name, sizeOf(spec.shape))), offset);
    }
    return flat;
  }

  unpackParameters(flat: Float32Array): Map<string, Float32Array> {
    return new Map(
      [...this.parameters].map(([name, { spec, offset, length }]) => [
        name,
        unpack(this.#layout, spec, flat.subarray(offset, offset + length)),
      ]),
    );
  }

  /** @throws Error when a name is missing or a size does not fit */
  packRunning(buffers: NamedTensors, network: Network): Float32Array<ArrayBuffer> {
    const flat = new Float32Array(this.sizes.running);
    for (const { name, shape } of bufferSpecs(network)) {
      flat.set(namedTensor(buffers, name, shape[0]), known(this.running, name).offset);
    }
    return flat;
  }

  unpackRunning(flat: Float32Array, network: Network): Map<string, Float32Array> {
    return new Map(
      bufferSpecs(network).map(({ name, shape }) => {
        const { offset } = known(this.running, name);
        return [name, flat.slice(offset, offset + shape[0])];
      }),
    );
  }
}

/**
 * For a tensor of a narrow width's BatchNorm, the full width's tensor. Any other name is returned unchanged.
 */
function fullWidth(name: string): string {
  return name.replace(/_w\d+(?=\.\w+$)/, '');
}

/**
 * True for a convolution over maps, kept in blocks. A gate's 1 × 1 convolutions are matrices on pooled rows.
 */
function isFilter({ shape, gate }: ParameterSpec): boolean {
  return shape.length === 4 && !gate;
}

function followsGamma({ name, shape }: ParameterSpec, placed: ReadonlyMap<string, ParameterPlace>): boolean {
  if (shape.length !== 1 || !name.endsWith('.bias')) return false;
  const gamma = placed.get(name.replace(/bias$/, 'weight'));
  return gamma?.spec.shape.length === 1;
}

function paddedLength(layout: Layout, spec: ParameterSpec): number {
  const [outputs, inputs = 1, kernel = 1] = spec.shape as readonly [number, number?, number?];
  if (spec.shape.length === 1) return 4 * quads(outputs);
  return isFilter(spec)
    ? layout.filterSize({ kernel, inputs, outputs })
    : layout.linearSize({ inputs, outputs });
}

function pack(layout: Layout, spec: ParameterSpec, values: Float32Array): Float32Array {
  const [outputs, inputs = 1, kernel = 1] = spec.shape as readonly [number, number?, number?];
  if (spec.shape.length === 1) return values;
  return isFilter(spec)
    ? layout.packFilter({ kernel, inputs, outputs }, values)
    : layout.packLinear({ inputs, outputs }, values);
}

function unpack(layout: Layout, spec: ParameterSpec, flat: Float32Array): Float32Array {
  const [outputs, inputs = 1, kernel = 1] = spec.shape as readonly [number, number?, number?];
  if (spec.shape.length === 1) return flat.slice(0, outputs);
  return isFilter(spec)
    ? layout.unpackFilter({ kernel, inputs, outputs }, flat)
    : layout.unpackLinear({ inputs, outputs }, flat);
}

function aligned(floats: number): number {
  return Math.ceil((4 * floats) / ALIGNMENT) * (ALIGNMENT / 4);
}

function known<T>(places: ReadonlyMap<string, T>, name: string): T {
  const place = places.get(name);
  if (place === undefined) throw new Error(`weights: there is no ${name} in this network`);
  return place;
}
