import * as tf from '@tensorflow/tfjs';
import { boundLoss, budgetLoss, macRatio } from '../../method/budget.ts';
import { vicreg } from '../../method/vicreg.ts';
import { matrixTensor, read } from '../layout.ts';
import type { UnderTest, VicregTerm } from '../underTest.ts';

export const vicregTfjs: UnderTest['vicreg'] = async (z1, z2, weights) => {
  const term = async (of: 'invariance' | 'variance' | 'covariance' | 'total'): Promise<VicregTerm> => {
    const got = await read(() => {
      const [first, second] = [matrixTensor(z1), matrixTensor(z2)];
      const value = (a: tf.Tensor, b: tf.Tensor) => vicreg(a as tf.Tensor2D, b as tf.Tensor2D, weights)[of];
      const [d1, d2] = tf.grads((a, b) => value(a!, b!))([first, second]);
      return { value: value(first, second), d1: d1!, d2: d2! };
    });
    return { value: got.value[0]!, gradients: [got.d1, got.d2] };
  };
  return {
    invariance: await term('invariance'),
    variance: await term('variance'),
    covariance: await term('covariance'),
    total: await term('total'),
  };
};

export const costTfjs: UnderTest['cost'] = async (network, masks, objective) => {
  const { budgetWeight, boundWeight, aim: target, boundWidth } = objective;
  const values = await read(() => {
    const gates = masks.map(({ shape, values }) => tf.tensor2d(values, [shape[0]!, shape[1]!]));
    const budget = (...inputs: tf.Tensor[]) =>
      budgetLoss(macRatio(network, inputs as tf.Tensor2D[]), target, budgetWeight) as tf.Tensor;
    const bound = (...inputs: tf.Tensor[]) =>
      boundLoss(inputs as tf.Tensor2D[], target, boundWidth, boundWeight) as tf.Tensor;
    const flat = (gradients: tf.Tensor[]) => tf.concat1d(gradients.map((g) => tf.reshape(g, [g.size])));
    return {
      ratio: macRatio(network, gates),
      budget: budget(...gates),
      bound: bound(...gates),
      budgetGradients: flat(tf.grads(budget)(gates)),
      boundGradients: flat(tf.grads(bound)(gates)),
    };
  });
  const perBlock = (all: Float32Array) => {
    let at = 0;
    return masks.map((mask) => {
      at += mask.values.length;
      return all.subarray(at - mask.values.length, at);
    });
  };
  return {
    ratio: values.ratio[0]!,
    budget: values.budget[0]!,
    bound: values.bound[0]!,
    budgetGradients: perBlock(values.budgetGradients),
    boundGradients: perBlock(values.boundGradients),
  };
};
