import * as tf from '@tensorflow/tfjs';
import type { Images } from '../data/images/dataset.ts';
import { normaliseImages } from '../data/images/normalise.ts';
import type { Normalisation } from '../data/images/recipe.ts';
import type { FrozenNetwork, ShapedTensor } from '../network/slice.ts';
import { onSoundDevice } from './backend.ts';
import { batchNorm, channelMoments } from './batchNorm.ts';
import { biasedConv, evalForward, type NormedConv } from './evalForward.ts';
import { tensorsOf } from './frozenEncoder.ts';

/** Sums of a BatchNorm's batch statistics, [C] each. */
interface Statistics {
  readonly mean: Float64Array;
  /** Unbiased. */
  readonly variance: Float64Array;
}

/**
 * BatchNorm recalibration of a network without gates (as after pruning). Its running statistics become the
 * averages of the batches' own, in a forward pass in training mode. It uses no labels and changes no weights.
 * @param batch images of a forward pass; a smaller rest is left out
 * @param onBatch called after every batch; it may yield, and throws to cancel
 * @throws Error for gated networks, and if there is less than one batch of images
 */
export async function recalibrate(
  frozen: FrozenNetwork,
  images: Images,
  normalisation: Normalisation,
  batch: number,
  onBatch: (done: number, total: number) => Promise<void> = async () => {},
): Promise<FrozenNetwork> {
  const total = Math.floor(images.count / batch);
  if (total < 1) throw new Error(`recalibrate: needs a batch of ${batch} images, got ${images.count}`);
  if (frozen.network.spec.gated)
    throw new Error('recalibrate: the network must be without gates, got a gated one');
  const weights = tensorsOf(frozen);
  const sums = new Map<string, Statistics>();
  try {
    for (let done = 0; done < total; done++) {
      const pixels = normaliseImages(images, done * batch, (done + 1) * batch, normalisation);
      await onSoundDevice(() => addStatistics(frozen, weights, pixels, batch, images.size, sums));
      await onBatch(done + 1, total);
    }
  } finally {
    tf.dispose([...weights.values()]);
  }
  const tensors = new Map<string, ShapedTensor>(frozen.tensors);
  for (const [layer, { mean, variance }] of sums) {
    const average = (sum: Float64Array): ShapedTensor => ({
      shape: [sum.length],
      values: Float32Array.from(sum, (value) => value / total),
    });
    tensors.set(`${layer}.running_mean`, average(mean));
    tensors.set(`${layer}.running_var`, average(variance));
  }
  return { ...frozen, tensors };
}

async function addStatistics(
  { network }: FrozenNetwork,
  weights: ReadonlyMap<string, tf.Tensor>,
  pixels: Float32Array,
  batch: number,
  size: number,
  sums: Map<string, Statistics>,
): Promise<void> {
  const noted: { layer: string; mean: tf.Tensor1D; variance: tf.Tensor1D; count: number }[] = [];
  const lookup = (name: string) => weights.get(name)!;
  tf.tidy(() => {
    const normedConv: NormedConv = (x, layer) => {
      const filter = lookup(`${layer.conv}.weight`) as tf.Tensor4D;
      const y = biasedConv(x, filter, tf.zeros([filter.shape[3]]), { ...layer, relu: false });
      if (y.size === 0) return y;
      const moments = channelMoments(y);
      const [mean, variance] = [tf.keep(moments.mean), tf.keep(moments.variance)];
      noted.push({ layer: layer.bn, mean, variance, count: y.size / mean.size });
      const affine = (part: string) => lookup(`${layer.bn}.${part}`) as tf.Tensor1D;
      return batchNorm(y, affine('weight'), affine('bias'), moments, layer.relu) as tf.Tensor4D;
    };
    evalForward(network, lookup, tf.tensor4d(pixels, [batch, size, size, 3]), 'dense', { normedConv });
  });
  for (const { layer, mean, variance, count } of noted) {
    const sum = sums.get(layer) ?? {
      mean: new Float64Array(mean.size),
      variance: new Float64Array(mean.size),
    };
    const [means, variances] = await Promise.all([mean.data(), variance.data()]);
    means.forEach((value, c) => {
      sum.mean[c]! += value;
      sum.variance[c]! += (variances[c]! * count) / Math.max(1, count - 1);
    });
    sums.set(layer, sum);
    tf.dispose([mean, variance]);
  }
}
