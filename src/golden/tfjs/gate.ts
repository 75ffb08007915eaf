import * as tf from '@tensorflow/tfjs';
import { type BatchStatistics, updateRunning } from '../../method/batchNorm.ts';
import { gateLogits, type PassWeights } from '../../method/encoder.ts';
import { evalGateLogits } from '../../method/evalForward.ts';
import { hardGate, sampleGate } from '../../method/gate.ts';
import { channelsFirst, imageTensor, matrixTensor, read, weightTensor, weightValues } from '../layout.ts';
import { GATE_PARAMETERS, type GateHead, type GateParameter, type UnderTest } from '../underTest.ts';

export const sampleGateTfjs: UnderTest['sampleGate'] = (logits, noise, upstream, temperature) =>
  read(() => {
    const input = matrixTensor(logits);
    const drawn = tf.tensor2d(noise, input.shape);
    const sample = (of: tf.Tensor) => sampleGate(of as tf.Tensor2D, drawn, temperature);
    return {
      sample: sample(input),
      gradient: tf.grad(sample)(input, matrixTensor(upstream)),
      evaluated: hardGate(input),
    };
  });

const BLOCK = { name: 'block' };
const PREFIX = 'backbone.block.mask_c.';

/**
 * The forward pass, the gradients of sum(mask · upstream), the new running statistics, and an evaluation with
 * the old ones.
 */
export const gateHeadTfjs: UnderTest['gateHead'] = async (head) => {
  const { x, parameters, noise, upstream, temperature } = head;
  const noted: BatchStatistics[] = [];
  const got = await read(() => {
    const images = imageTensor(x);
    const leaves = GATE_PARAMETERS.map((key) => weightTensor(parameters[key]));
    const drawn = tf.tensor2d(noise, matrixTensor(upstream).shape);
    const logitsOf = (input: tf.Tensor, of: readonly tf.Tensor[], note: PassWeights['note']) =>
      gateLogits(
        { parameter: (key) => of[GATE_PARAMETERS.indexOf(parameterName(key))]!, note },
        BLOCK,
        input as tf.Tensor4D,
      );
    const logits = logitsOf(images, leaves, (statistics) => noted.push(statistics));
    const gradients = tf.grads((input, ...of) =>
      sampleGate(
        logitsOf(input!, of, () => {}),
        drawn,
        temperature,
      ),
    )([images, ...leaves], matrixTensor(upstream));
    return {
      logits,
      mean: noted[0]!.mean,
      variance: noted[0]!.variance,
      mask: sampleGate(logits, drawn, temperature),
      evaluated: hardGate(evalGateLogits((key) => weightOf(head, key), BLOCK, images)),
      dx: gradients[0]!,
      'atten_c.0.weight': gradients[1]!,
      'atten_c.1.weight': gradients[2]!,
      'atten_c.1.bias': gradients[3]!,
      'atten_c.3.weight': gradients[4]!,
    };
  });
  const running = { mean: head.running.mean.values.slice(), variance: head.running.variance.values.slice() };
  updateRunning(running, { mean: got.mean, variance: got.variance, count: noted[0]!.count });
  const gradient = (key: GateParameter) => weightValues(got[key], parameters[key]);
  return {
    logits: got.logits,
    mask: got.mask,
    evaluated: got.evaluated,
    dx: channelsFirst(got.dx, x),
    gradients: {
      'atten_c.0.weight': gradient('atten_c.0.weight'),
      'atten_c.1.weight': gradient('atten_c.1.weight'),
      'atten_c.1.bias': gradient('atten_c.1.bias'),
      'atten_c.3.weight': gradient('atten_c.3.weight'),
    },
    runningMean: running.mean,
    runningVariance: running.variance,
  };
};

function parameterName(key: string): GateParameter {
  const found = GATE_PARAMETERS.find((name) => `${PREFIX}${name}` === key);
  if (found === undefined) throw new Error(`golden vectors b (gate): the module has no parameter ${key}`);
  return found;
}

/** A parameter or running statistic as a tensor; the caller owns it. */
function weightOf({ parameters, running }: GateHead, key: string): tf.Tensor {
  const name = key.slice(PREFIX.length);
  if (name === 'atten_c.1.running_mean') return weightTensor(running.mean);
  if (name === 'atten_c.1.running_var') return weightTensor(running.variance);
  return weightTensor(parameters[parameterName(key)]);
}
