import * as tf from '@tensorflow/tfjs';
import type { Images, Normalisation } from '../data/dataset.ts';
import { normaliseImages } from '../data/normalise.ts';
import type { Encoded } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import type { Gates } from '../network/masks.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { onSoundDevice } from './backend.ts';
import { biasedConv, evalForward, type NormedConv, type NormedLayer, runningAffine } from './evalForward.ts';
import { fromTorch, parameterTensor } from './tensors.ts';

// N images, S × S pixels, C inner channels of a block, F features.

/** Who decides which channels count, and what happens to the others. */
export interface FrozenOptions {
  /** Per block u8 [N, C], taken instead of the gates' own decisions. */
  readonly forced?: Gates;
  /** Computes open channels alone, image by image: closed ones are left out of both filters, not masked. */
  readonly skipClosed?: boolean;
}

/**
 * A frozen network on tfjs's active backend: weights stay there, every BatchNorm folded into its convolution once. For
 * evaluation alone, of whole or sliced networks.
 */
export class FrozenEncoder {
  private readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** By the convolution's name. */
  private readonly folded = new Map<string, FoldedLayer>();
  /** Layers over the channels that the last image opened, by the convolution's name. */
  private readonly opened = new Map<string, { key: string; layer: FoldedLayer }>();

  constructor(
    readonly frozen: FrozenNetwork,
    private readonly normalisation: Normalisation,
  ) {
    this.tensors = tensorsOf(frozen);
  }

  get branch(): Branch {
    return this.frozen.network.spec.gated ? 'gated' : 'dense';
  }

  /** Features [N, F] of images[from, to), and per block the gates u8 [N, C] where they decided. */
  async encode(images: Images, from: number, to: number, options: FrozenOptions = {}): Promise<Encoded> {
    const { size } = images;
    const pixels = normaliseImages(images, from, to, this.normalisation);
    return onSoundDevice(async () => {
      const input = tf.tensor4d(pixels, [to - from, size, size, 3]);
      const { features, gates } = this.forward(input, options);
      const encoded = {
        features: (await features.data<'float32'>()) as Float32Array,
        gates: await Promise.all(gates.map(async (gate) => Uint8Array.from(await gate.data()))),
      };
      tf.dispose([input, features, ...gates]);
      return encoded;
    });
  }

  /** The forward of normalised images [N, S, S, 3]. The caller disposes of the tensors. */
  forward(images: tf.Tensor4D, { forced, skipClosed }: FrozenOptions = {}): Forward {
    if (skipClosed && images.shape[0] > 1) return this.oneByOne(images);
    return tf.tidy(() => {
      const { features, gates } = evalForward(this.frozen.network, this.lookup, images, this.branch, {
        normedConv: this.normedConv,
        ...(forced ? { forced: this.forcedTensors(forced, images.shape[0]) } : {}),
        ...(skipClosed ? { openConv: this.openConv } : {}),
      });
      return { features, gates: [...gates] };
    });
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    const layers = [...this.folded.values(), ...Array.from(this.opened.values(), ({ layer }) => layer)];
    for (const { filter, bias } of layers) tf.dispose([filter, bias]);
    this.folded.clear();
    this.opened.clear();
  }

  private readonly lookup = (name: string): tf.Tensor => {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`weights: ${name} is missing`);
    return tensor;
  };

  private readonly normedConv: NormedConv = (x, layer) => {
    const { filter, bias } = this.foldedLayer(layer.conv, layer.bn);
    return biasedConv(x, filter, bias, layer);
  };

  private oneByOne(images: tf.Tensor4D): Forward {
    return tf.tidy(() => {
      const each = tf.unstack(images).map((image) => {
        return this.forward(tf.expandDims(image) as tf.Tensor4D, { skipClosed: true });
      });
      const joined = (rows: tf.Tensor2D[]) => tf.concat(rows);
      return {
        features: joined(each.map(({ features }) => features)),
        gates: each[0]!.gates.map((_, l) => joined(each.map(({ gates }) => gates[l]!))),
      };
    });
  }

  /** Convolutions of block `l` over the channels that the gate [1, C] of one image opens. */
  private readonly openConv = (l: number, gate: tf.Tensor2D): NormedConv => {
    const { name } = this.frozen.network.blocks[l]!;
    const open = [...gate.dataSync().entries()].filter(([, value]) => value === 1).map(([c]) => c);
    const conv1 = `backbone.${name}.conv1`;
    const inner = [conv1, `backbone.${name}.conv2`];
    return (x, layer) => {
      if (!inner.includes(layer.conv) || open.length === this.frozen.inner[l])
        return this.normedConv(x, layer);
      const { filter, bias } = this.openLayer(layer, open, layer.conv === conv1 ? 3 : 2);
      return biasedConv(x, filter, bias, layer);
    };
  };

  /** A folded layer with some of its outputs (axis 3) or inputs (axis 2), kept while images open the same channels. */
  private openLayer({ conv, bn }: NormedLayer, open: readonly number[], axis: 2 | 3): FoldedLayer {
    const key = open.join();
    const last = this.opened.get(conv);
    if (last?.key === key) return last.layer;
    const whole = this.foldedLayer(conv, bn);
    const layer = tf.tidy(() => {
      const places = tf.tensor1d([...open], 'int32');
      const filter = open.length > 0 ? tf.gather(whole.filter, places, axis) : empty(whole.filter, axis);
      // Added to 0, because tfjs's WASM backend remembers a gathered vector with four axes, and takes it for no bias.
      const gathered = () => tf.add(tf.gather(whole.bias, places), 0) as tf.Tensor1D;
      const bias = axis === 2 ? tf.clone(whole.bias) : gathered();
      return { filter: tf.keep(filter), bias: tf.keep(bias) };
    });
    if (last) tf.dispose([last.layer.filter, last.layer.bias]);
    this.opened.set(conv, { key, layer });
    return layer;
  }

  private foldedLayer(conv: string, bn: string): FoldedLayer {
    let layer = this.folded.get(conv);
    if (layer === undefined) {
      layer = foldLayer(this.lookup, conv, bn);
      this.folded.set(conv, layer);
    }
    return layer;
  }

  private forcedTensors(forced: Gates, images: number): tf.Tensor2D[] {
    return forced.map((gates, l) => {
      const channels = this.frozen.inner[l]!;
      if (gates.length !== images * channels) {
        throw new Error(
          `frozen encoder: forced gates of block ${l} must be [${images}, ${channels}], got ${gates.length} values`,
        );
      }
      return tf.tensor2d(Float32Array.from(gates), [images, channels]);
    });
  }
}

interface Forward {
  /** [N, F] */
  readonly features: tf.Tensor2D;
  /** Per block [N, C] where the gates decided. */
  readonly gates: tf.Tensor2D[];
}

/** A network's weights as tensors of the engine's layout, by name. The caller disposes of them. */
export function tensorsOf({ tensors }: Pick<FrozenNetwork, 'tensors'>): Map<string, tf.Tensor> {
  return new Map(
    [...tensors].map(([name, { shape, values }]) => [
      name,
      parameterTensor({ shape }, fromTorch({ shape }, values)),
    ]),
  );
}

/** A convolution that carries its BatchNorm: filter [R, R, C, K] and bias [K]. */
interface FoldedLayer {
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

function foldLayer(lookup: (name: string) => tf.Tensor, conv: string, bn: string): FoldedLayer {
  return tf.tidy(() => {
    const filter = lookup(`${conv}.weight`) as tf.Tensor4D;
    const { scale, shift } = runningAffine(lookup, bn);
    // A filter of no channels has nothing to scale.
    const scaled = filter.size === 0 ? tf.clone(filter) : tf.mul(filter, scale);
    return { filter: tf.keep(scaled as tf.Tensor4D), bias: tf.keep(shift) };
  });
}

/** The filter without any channel along an axis. */
function empty({ shape }: tf.Tensor4D, axis: 2 | 3): tf.Tensor4D {
  const [rows, columns, inputs, outputs] = shape;
  const none: [number, number, number, number] =
    axis === 2 ? [rows, columns, 0, outputs] : [rows, columns, inputs, 0];
  return tf.tensor4d(new Float32Array(0), none);
}
