import type { Normalisation } from '../data/images/recipe.ts';
import type { Block } from '../network/layers.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { type ConvolutionShape, outputShape } from './convolutionShape.ts';
import { type MapShape, mapSize, rowsShape } from './maps.ts';
import type { Memory, Span } from './memory.ts';
import type { Operations } from './operations.ts';
import type { InferenceConvolutionTask, InferenceLinearTask } from './tasks/inferenceTasks.ts';
import { pooledShape } from './tasks/mapTasks.ts';

// The forward pass of a frozen network, whose BatchNorms are folded into the filters. Every map has its own
// buffer, so its borders are zero from the start and are never written.

/** What an executor fulfils for frozen networks. */
export interface InferenceOperations
  extends Pick<Operations, 'layout' | 'globalPool' | 'maxPool' | 'evaluationInput'> {
  inferenceConvolution(task: InferenceConvolutionTask): void;
  inferenceLinear(task: InferenceLinearTask): void;
}

/** Values that a buffer holds from the start. */
export interface Constant {
  readonly span: Span;
  readonly values: Float32Array<ArrayBuffer>;
}

export interface InferencePlan<Recorded extends InferenceOperations = InferenceOperations> {
  /** `packBytes` of the images, u8 [N, S, S, 3]. */
  readonly pixels: Span;
  /** Makes what the network sees of the images. It is run once for images that many forward passes see. */
  readonly input: Recorded;
  readonly forward: Recorded;
  readonly constants: readonly Constant[];
  /** [N, F] */
  readonly features: Span;
  /** Per block [N, C] of 0 and 1. Empty if the network has no gates. */
  readonly gates: readonly Span[];
  /** Per block what is added to the gate's logits. Empty if the network has no gates. */
  readonly gateBiases: readonly GateBias[];
}

/** What is added to the logits of a gate: δ for the channels that are there, [C] in whole quads. */
export interface GateBias {
  readonly span: Span;
  /** Channels that the gate decides on. */
  readonly channels: number;
}

/**
 * The values of a gate's bias. Channels that fill it up stay closed.
 * @param gateShift δ
 */
export function gateBiasValues({ span, channels }: GateBias, gateShift: number): Float32Array<ArrayBuffer> {
  return new Float32Array(span.size / Float32Array.BYTES_PER_ELEMENT).fill(-1).fill(gateShift, 0, channels);
}

/** How a frozen network is run. */
export interface InferenceSettings {
  /** Images of one forward pass. */
  readonly images: number;
  /**
   * True: channels that an image's gates close are not computed, in groups as the executor has them; false:
   * they are multiplied by 0.
   */
  readonly skipClosed: boolean;
  readonly normalisation: Normalisation;
}

const BN_EPSILON = 1e-5;

/**
 * Plans the forward of a frozen network.
 * @param record begins a list of operations in `memory`
 */
export function planInference<Recorded extends InferenceOperations>(
  frozen: FrozenNetwork,
  memory: Memory,
  record: () => Recorded,
  settings: InferenceSettings,
): InferencePlan<Recorded> {
  return new Planner(frozen, memory, record, settings).plan();
}

class Planner<Recorded extends InferenceOperations> {
  readonly #frozen: FrozenNetwork;
  readonly #memory: Memory;
  readonly #input: Recorded;
  readonly #forward: Recorded;
  readonly #settings: InferenceSettings;
  readonly #constants: Constant[] = [];
  readonly #gates: Span[] = [];
  readonly #gateBiases: GateBias[] = [];

  constructor(frozen: FrozenNetwork, memory: Memory, record: () => Recorded, settings: InferenceSettings) {
    this.#frozen = frozen;
    this.#memory = memory;
    this.#input = record();
    this.#forward = record();
    this.#settings = settings;
  }

  plan(): InferencePlan<Recorded> {
    const { spec, stem, blocks, features } = this.#frozen.network;
    const { images, normalisation } = this.#settings;
    const cifar = spec.stem === 'cifar';
    const border = cifar ? spec.stemPadding : 3;
    const size = spec.input;
    const input: MapShape = { images, height: size, width: size, channels: 3, border };
    const pixels = this.#memory.allocate('images', Math.ceil((images * size ** 2 * 3) / 4));
    const views = this.#memory.allocate('views', mapSize(input));
    this.#input.evaluationInput({ images: pixels, y: views, size, border, count: images, normalisation });
    const cut = cifar ? { kernel: 3, stride: 1 } : { kernel: 7, stride: 2 };
    const shape = { input, outputs: stem.channels, ...cut, padding: border };
    let map: MapShape = { ...outputShape(shape), border: 1 };
    let x = this.#memory.allocate('stem', mapSize(map));
    this.#convolve(shape, 'backbone.conv1', 'backbone.bn1', { x: views, y: x, border: 1, relu: true });
    if (!cifar) [x, map] = this.#maxPool(x, map);
    blocks.forEach((block, l) => {
      [x, map] = this.#block(block, l, x, map);
    });
    const pooled = this.#memory.allocate('features', mapSize(rowsShape(images, features)));
    this.#pool(map, x, pooled, 'features');
    return {
      pixels,
      input: this.#input,
      forward: this.#forward,
      constants: this.#constants,
      features: pooled,
      gates: this.#gates,
      gateBiases: this.#gateBiases,
    };
  }

  #block(block: Block, l: number, x: Span, input: MapShape): [Span, MapShape] {
    const { name, channels, stride, downsample } = block;
    const prefix = `backbone.${name}`;
    // A block without channels keeps one channel that is always 0.
    const inner = Math.max(1, this.#frozen.inner[l]!);
    const gate = this.#frozen.network.spec.gated ? this.#gate(block, inner, x, input) : undefined;
    const first = { input, outputs: inner, kernel: 3, stride, padding: 1 };
    const middle: MapShape = { ...outputShape(first), border: 1 };
    const between = this.#memory.allocate(`${name} inner`, mapSize(middle));
    this.#convolve(first, `${prefix}.conv1`, `${prefix}.bn1`, {
      x,
      y: between,
      border: 1,
      relu: true,
      ...(gate ? { gate } : {}),
    });
    const map: MapShape = { ...middle, channels };
    const y = this.#memory.allocate(`${name} output`, mapSize(map));
    const skip = downsample ? this.#shortcut(block, x, input) : { map: x, border: 1 };
    const second = { input: middle, outputs: channels, kernel: 3, stride: 1, padding: 1 };
    this.#convolve(second, `${prefix}.conv2`, `${prefix}.bn2`, {
      x: between,
      y,
      border: 1,
      relu: true,
      skip,
      ...(gate ? { inputGate: gate } : {}),
    });
    return [y, map];
  }

  #shortcut({ name, channels, stride }: Block, x: Span, input: MapShape): { map: Span; border: number } {
    const shape = { input, outputs: channels, kernel: 1, stride, padding: 0 };
    const y = this.#memory.allocate(`${name} shortcut`, mapSize(outputShape(shape)));
    const prefix = `backbone.${name}.downsample`;
    this.#convolve(shape, `${prefix}.0`, `${prefix}.1`, { x, y, border: 0, relu: false });
    return { map: y, border: 0 };
  }

  /** [N, C] of hard gates. */
  #gate({ name, inChannels, bottleneck }: Block, inner: number, x: Span, input: MapShape): Span {
    const rows = this.#settings.images;
    const prefix = `backbone.${name}.mask_c.atten_c`;
    const take = (what: string, columns: number) =>
      this.#memory.allocate(`${name} ${what}`, mapSize(rowsShape(rows, columns)));
    const pooled = take('pooled', inChannels);
    this.#pool(input, x, pooled, name);
    const hidden = take('hidden', bottleneck);
    const gate = take('gate', inner);
    const { scale, shift } = this.#affine(`${prefix}.1`, bottleneck);
    const bias: GateBias = {
      span: this.#memory.allocate(`${prefix}.3`, 4 * Math.ceil(inner / 4)),
      channels: this.#frozen.tensors.get(`${prefix}.3.weight`)!.shape[0]!,
    };
    this.#gateBiases.push(bias);
    this.#forward.inferenceLinear({
      x: pooled,
      w: this.#filter(`${prefix}.0`, 1, inChannels, bottleneck, scale),
      bias: this.#constant(`${prefix}.1`, shift),
      y: hidden,
      rows,
      inputs: inChannels,
      outputs: bottleneck,
      act: 'relu',
      of: name,
    });
    this.#forward.inferenceLinear({
      x: hidden,
      w: this.#filter(`${prefix}.3`, 1, bottleneck, inner, null),
      bias: bias.span,
      y: gate,
      rows,
      inputs: bottleneck,
      outputs: inner,
      act: 'hard',
      of: name,
    });
    this.#gates.push(gate);
    return gate;
  }

  #maxPool(x: Span, map: MapShape): [Span, MapShape] {
    const pooled = pooledShape(map);
    const y = this.#memory.allocate('stem pooled', mapSize(pooled));
    // The kernel writes the places of the maxima too. Only a gradient would read them.
    const taps = this.#memory.allocate('stem maxima', mapSize({ ...pooled, border: 0 }));
    this.#forward.maxPool({ x, map, y, taps, of: 'stem' });
    return [y, pooled];
  }

  #pool(map: MapShape, x: Span, y: Span, of: string): void {
    this.#forward.globalPool({ map, x, y, of });
  }

  #convolve(
    shape: ConvolutionShape,
    conv: string,
    bn: string,
    buffers: Pick<InferenceConvolutionTask, 'x' | 'y' | 'border' | 'relu' | 'skip' | 'gate' | 'inputGate'>,
  ): void {
    const { scale, shift } = this.#affine(bn, shape.outputs);
    this.#forward.inferenceConvolution({
      ...shape,
      ...buffers,
      w: this.#filter(conv, shape.kernel, shape.input.channels, shape.outputs, scale),
      bias: this.#constant(bn, shift),
      skipClosed: this.#settings.skipClosed,
      of: conv,
    });
  }

  /**
   * A filter as the executor holds it, with each output scaled. It is filled up with zeros if the network has
   * fewer channels.
   */
  #filter(name: string, kernel: number, inputs: number, outputs: number, scale: Float32Array | null): Span {
    const { shape, values } = this.#frozen.tensors.get(`${name}.weight`)!;
    const whole = new Float32Array(outputs * inputs * kernel * kernel);
    if (values.length > 0) {
      const each = values.length / shape[0]!;
      values.forEach((value, i) => {
        whole[i] = value * (scale === null ? 1 : scale[Math.floor(i / each)]!);
      });
    }
    return this.#constant(name, this.#forward.layout.packFilter({ kernel, inputs, outputs }, whole));
  }

  /** The scale and the shift of a BatchNorm with running statistics, filled up to whole quads. */
  #affine(layer: string, channels: number): { scale: Float32Array; shift: Float32Array<ArrayBuffer> } {
    const part = (name: string) => this.#frozen.tensors.get(`${layer}.${name}`)!.values;
    const [weight, bias, mean, variance] = [
      part('weight'),
      part('bias'),
      part('running_mean'),
      part('running_var'),
    ];
    const scale = weight.map((gain, c) => gain / Math.sqrt(variance[c]! + BN_EPSILON));
    const shift = new Float32Array(4 * Math.ceil(channels / 4));
    scale.forEach((factor, c) => {
      shift[c] = bias[c]! - mean[c]! * factor;
    });
    return { scale, shift };
  }

  #constant(name: string, values: Float32Array<ArrayBuffer>): Span {
    const span = this.#memory.allocate(name, values.length);
    this.#constants.push({ span, values });
    return span;
  }
}
