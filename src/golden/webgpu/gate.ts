import { mapSize, rowsShape } from '../../plan/maps.ts';
import { normSize } from '../../plan/tasks/mapTasks.ts';
import { momentsSize } from '../../plan/tasks/rowTasks.ts';
import { gateGradient } from '../../webgpu/kernels/gate/gateGradient.ts';
import { gateSample } from '../../webgpu/kernels/gate/gateSample.ts';
import type { Span } from '../../webgpu/kernels/kernel.ts';
import { linearGradient } from '../../webgpu/kernels/linear/linearGradient.ts';
import { matmul } from '../../webgpu/kernels/linear/matmul.ts';
import { activation, runningNorm } from '../../webgpu/kernels/norm/mapNorm.ts';
import { rowNorm } from '../../webgpu/kernels/norm/rowNorm.ts';
import { rowNormGradient } from '../../webgpu/kernels/norm/rowNormGradient.ts';
import { globalPool } from '../../webgpu/kernels/pool/globalPool.ts';
import { spread } from '../../webgpu/kernels/pool/spread.ts';
import { imageSides, mapOf } from '../layout.ts';
import type { GateHead, GateHeadResult, GateSampled, UnderTest } from '../underTest.ts';
import {
  imageFloats,
  imageInput,
  pairFloats,
  pairInput,
  rowsFloats,
  rowsInput,
  weightFloats,
  weightInput,
  weightSize,
} from './arrays.ts';
import type { KernelRunner } from './runner.ts';

const OF = 'gate';

/**
 * Kernels that sample a gate in training, and in evaluation without noise, and give the gradient for
 * `upstream`.
 */
function sampling(
  on: KernelRunner,
  logits: Span,
  given: { readonly noise: Float32Array; readonly upstream: Float32Array; readonly temperature: number },
  [images, channels]: readonly [number, number],
) {
  const rows = { images, passes: 1, firstGated: 0, gatedPasses: 1 };
  const size = mapSize(rowsShape(images, channels));
  const [gates, slopes, dLogits] = [on.output(size), on.output(size), on.output(size)];
  const common = { ...rows, logits, channels, counter: 0, temperature: given.temperature, of: 'gate' };
  const sample = (noise: Float32Array, to: { gates: Span; slopes: Span }) =>
    gateSample({ ...common, ...to, noise: { given: rowsInput(on, noise, channels) } });
  const evaluated = on.output(size);
  return {
    train: sample(given.noise, { gates, slopes }),
    backward: gateGradient({
      ...rows,
      dGate: rowsInput(on, given.upstream, channels),
      gates,
      slopes,
      coefficients: on.input(new Float32Array(4)),
      dLogits,
      channels,
      block: 0,
      blocks: 1,
      of: 'gate',
    }),
    evaluate: sample(new Float32Array(given.noise.length), { gates: evaluated, slopes: on.output(size) }),
    gates,
    dLogits,
    evaluated,
  };
}

export async function sampleGate(
  on: KernelRunner,
  ...[logits, noise, upstream, temperature]: Parameters<UnderTest['sampleGate']>
): Promise<GateSampled> {
  const [images, channels] = imageSides(logits);
  const given = { noise, upstream: upstream.values, temperature };
  const span = rowsInput(on, logits.values, channels);
  const { train, backward, evaluate, ...got } = sampling(on, span, given, [images, channels]);
  await on.run([train, backward, evaluate]);
  return {
    sample: await rowsFloats(on, got.gates, images, channels),
    gradient: await rowsFloats(on, got.dLogits, images, channels),
    evaluated: await rowsFloats(on, got.evaluated, images, channels),
  };
}

/**
 * Pool → linear → BatchNorm → ReLU → linear → sample, and the gradients, as in the plan of a block's gate.
 */
export async function gateHead(on: KernelRunner, head: GateHead): Promise<GateHeadResult> {
  const { x, parameters, running: before, noise, upstream, temperature } = head;
  const [images, inputs, height, width] = imageSides(x);
  const bottleneck = parameters['atten_c.0.weight'].shape[0]!;
  const [, channels] = imageSides(upstream);
  const rows = (columns: number) => on.output(mapSize(rowsShape(images, columns)));
  const [first, last] = [parameters['atten_c.0.weight'], parameters['atten_c.3.weight']];
  const [w0, w3] = [weightInput(on, first), weightInput(on, last)];
  const affine = pairInput(on, parameters['atten_c.1.weight'].values, parameters['atten_c.1.bias'].values);
  const startRunning = pairInput(on, before.mean.values, before.variance.values);
  const running = pairInput(on, before.mean.values, before.variance.values);
  const [pooled, hidden, rectified, logits] = [
    rows(inputs),
    rows(bottleneck),
    rows(bottleneck),
    rows(channels),
  ];
  const [evalRectified, evalLogits] = [rows(bottleneck), rows(channels)];
  const [dRectified, dHidden, dPooled] = [rows(bottleneck), rows(bottleneck), rows(inputs)];
  const [dw0, dw3] = [on.output(weightSize(inputs, bottleneck)), on.output(weightSize(bottleneck, channels))];
  const dAffine = on.output(mapSize(rowsShape(2, bottleneck)));
  const moments = on.output(momentsSize(bottleneck, 1));
  const norm = on.output(normSize(bottleneck, 1));
  const map = mapOf(x, 0);
  const dx = on.output(mapSize(map));
  const given = { noise, upstream: upstream.values, temperature };
  const training = sampling(on, logits, given, [images, channels]);
  const evaluation = sampling(on, evalLogits, given, [images, channels]);
  const normed = { rows: images, passes: 1, channels: bottleneck, relu: true, affine, moments };
  await on.run([
    globalPool({ x: imageInput(on, x, 0), y: pooled, images, height, width, border: 0, channels: inputs }),
    matmul({ a: pooled, b: w0, y: hidden, m: images, k: inputs, n: bottleneck }),
    rowNorm({ ...normed, x: hidden, y: rectified, running }),
    matmul({ a: rectified, b: w3, y: logits, m: images, k: bottleneck, n: channels }),
    training.train,
    training.backward,
    linearGradient({
      ...{ x: rectified, w: w3, dy: training.dLogits, dw: dw3, dx: dRectified },
      ...{ rows: images, inputs: bottleneck, outputs: channels, of: OF },
    }),
    rowNormGradient({ ...normed, dy: dRectified, x: hidden, y: rectified, dx: dHidden, gradient: dAffine }),
    linearGradient({
      ...{ x: pooled, w: w0, dy: dHidden, dw: dw0, dx: dPooled },
      ...{ rows: images, inputs, outputs: bottleneck, of: OF },
    }),
    spread({ x: dPooled, y: dx, map, of: OF }),
    runningNorm({
      channels: bottleneck,
      passes: 1,
      place: { affine: 0, running: 0 },
      parameters: affine,
      running: startRunning,
      norm,
      of: OF,
    }),
    activation({
      map: rowsShape(images, bottleneck),
      perPass: images,
      x: hidden,
      norm,
      y: evalRectified,
      of: OF,
    }),
    matmul({ a: evalRectified, b: w3, y: evalLogits, m: images, k: bottleneck, n: channels }),
    evaluation.evaluate,
  ]);
  const [runningMean, runningVariance] = await pairFloats(on, running, bottleneck);
  const [gamma, beta] = await pairFloats(on, dAffine, bottleneck);
  return {
    logits: await rowsFloats(on, logits, images, channels),
    mask: await rowsFloats(on, training.gates, images, channels),
    evaluated: await rowsFloats(on, evaluation.evaluated, images, channels),
    dx: await imageFloats(on, dx, x, 0),
    gradients: {
      'atten_c.0.weight': await weightFloats(on, dw0, first),
      'atten_c.1.weight': gamma,
      'atten_c.1.bias': beta,
      'atten_c.3.weight': await weightFloats(on, dw3, last),
    },
    runningMean,
    runningVariance,
  };
}
