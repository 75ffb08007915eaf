import * as tf from '@tensorflow/tfjs';
import type { Images } from '../data/images/dataset.ts';
import { normaliseImages } from '../data/images/normalise.ts';
import type { Normalisation } from '../data/images/recipe.ts';
import type { Encoded } from '../engine.ts';
import type { Branch } from '../metrics.ts';
import type { Block } from '../network/layers.ts';
import type { Gates } from '../network/masks.ts';
import type { FrozenNetwork } from '../network/slice.ts';
import { onSoundDevice } from './backend.ts';
import { biasedConv, evalForward, type NormedConv, runningAffine } from './evalForward.ts';
import { fromTorch, parameterTensor } from './tensors.ts';

// N images, S × S pixels, C inner channels of a block, F features.

/** Whose decisions close channels. */
export interface FrozenOptions {
  /** Per block u8 [N, C]: gates that replace the network's own decisions. */
  readonly forced?: Gates;
  /** δ: gates open where their logit + δ ≥ 0; the network's own if missing. */
  readonly gateShift?: number;
}

/**
 * A frozen network on tfjs's active backend. Its weights stay there, and every BatchNorm is folded into its
 * convolution once. It is for evaluation only, of whole or sliced networks.
 */
export class FrozenEncoder {
  private readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** Folded layers by the convolution's name. */
  private readonly folded = new Map<string, FoldedLayer>();

  constructor(
    readonly frozen: FrozenNetwork,
    private readonly normalisation: Normalisation,
  ) {
    this.tensors = tensorsOf(frozen);
  }

  get branch(): Branch {
    return this.frozen.network.spec.gated ? 'gated' : 'dense';
  }

  /**
   * Features [N, F] of images[from, to), and per block the gates u8 [N, C] if the network's gates decided.
   */
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
  forward(
    images: tf.Tensor4D,
    { forced, gateShift = this.frozen.gateShift ?? 0 }: FrozenOptions = {},
  ): Forward {
    return tf.tidy(() => {
      const { features, gates } = evalForward(this.frozen.network, this.lookup, images, this.branch, {
        normedConv: this.normedConv,
        gateLogits: this.gateLogits,
        gateShift,
        ...(forced ? { forced: this.forcedTensors(forced, images.shape[0]) } : {}),
      });
      return { features, gates: [...gates] };
    });
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    for (const { filter, bias } of this.folded.values()) tf.dispose([filter, bias]);
    this.folded.clear();
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

  /**
   * Does what evalGateLogits does, in few operations. For one image, each operation costs more than its
   * arithmetic.
   */
  private readonly gateLogits = ({ name }: Pick<Block, 'name'>, x: tf.Tensor4D): tf.Tensor2D => {
    const gate = `backbone.${name}.mask_c.atten_c`;
    const [images, height, width, channels] = x.shape;
    const last = this.lookup(`${gate}.3.weight`);
    if (last.size === 0) return tf.tensor2d(new Float32Array(0), [images, 0]);
    const matrix = (w: tf.Tensor) => tf.reshape(w, [w.shape[2]!, w.shape[3]!]) as tf.Tensor2D;
    const { filter, bias } = this.foldedLayer(`${gate}.0`, `${gate}.1`);
    const pooled = tf.reshape(tf.avgPool(x, [height, width], 1, 'valid'), [images, channels]);
    const hidden = tf.fused.matMul({
      a: pooled as tf.Tensor2D,
      b: matrix(filter),
      bias,
      activation: 'relu',
    });
    return tf.matMul(hidden, matrix(last));
  };

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
  /** Per block [N, C] if the network's gates decided. */
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
    // A filter without channels has nothing to scale.
    const scaled = filter.size === 0 ? tf.clone(filter) : tf.mul(filter, scale);
    return { filter: tf.keep(scaled as tf.Tensor4D), bias: tf.keep(shift) };
  });
}
