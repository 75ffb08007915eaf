import { gateGradient, gateSample } from '../../wasm/gates.ts';
import type { Call } from '../../wasm/kernels.ts';
import { activation, normBytes, runningNorm } from '../../wasm/mapNorm.ts';
import { filterBytes, packFilter, unpackFilter } from '../../wasm/maps.ts';
import { globalPool, spread } from '../../wasm/pools.ts';
import {
  linear,
  linearGradient,
  linearInputGradient,
  type MatrixAt,
  rowMomentsBytes,
  rowNorm,
  rowNormGradient,
  transposedBytes,
} from '../../wasm/rows.ts';
import { imageSides, mapOf } from '../layout.ts';
import type { GateHead, GateHeadResult, GateParameter, GateSampled, UnderTest } from '../underTest.ts';
import { filterOf, type KernelMachine, KernelMemory, rowsShape } from './kernelMemory.ts';

/** Calls that sample a gate in training, and in evaluation without noise, and give the gradient. */
function sampling(
  memory: KernelMemory,
  { at: logits, rows: images, columns: channels }: MatrixAt,
  given: { readonly noise: Float32Array; readonly upstream: Float32Array; readonly temperature: number },
) {
  const rows = { images, passes: 1, firstGated: 0, gatedPasses: 1 };
  const room = () => memory.rowsRoom(images, channels);
  const [gates, slopes, dLogits, evaluated] = [room(), room(), room(), room()];
  const common = { ...rows, logits, channels, counter: 0, temperature: given.temperature };
  const sample = (noise: Float32Array, to: { readonly gates: number; readonly slopes: number }): Call =>
    gateSample({ ...common, ...to, noise: { given: memory.rows(noise, channels).at } });
  return {
    train: [
      sample(given.noise, { gates: gates.at, slopes: slopes.at }),
      gateGradient({
        ...rows,
        dGates: memory.rows(given.upstream, channels).at,
        gates: gates.at,
        slopes: slopes.at,
        coefficients: memory.input(new Float32Array(4)),
        dLogits: dLogits.at,
        channels,
        block: 0,
        blocks: 1,
      }),
    ],
    evaluate: sample(new Float32Array(given.noise.length), { gates: evaluated.at, slopes: room().at }),
    gates,
    dLogits,
    evaluated,
  };
}

export async function sampleGate(
  machine: KernelMachine,
  ...[logits, noise, upstream, temperature]: Parameters<UnderTest['sampleGate']>
): Promise<GateSampled> {
  const memory = new KernelMemory(machine);
  const [, channels] = imageSides(logits);
  const given = { noise, upstream: upstream.values, temperature };
  const { train, evaluate, ...got } = sampling(memory, memory.rows(logits.values, channels), given);
  await memory.run(...train, evaluate);
  return {
    sample: memory.rowFloats(got.gates),
    gradient: memory.rowFloats(got.dLogits),
    evaluated: memory.rowFloats(got.evaluated),
  };
}

/** Pool → linear → BatchNorm → ReLU → linear → sample, and the gradients, as in a block's gate. */
export async function gateHead(machine: KernelMachine, head: GateHead): Promise<GateHeadResult> {
  const { x: images, parameters, running: before, noise, upstream, temperature } = head;
  const memory = new KernelMemory(machine);
  const x = memory.images(images, 0);
  const layer = (name: GateParameter) => {
    const filter = filterOf(parameters[name]);
    const { inputs, outputs } = filter;
    return {
      filter,
      w: memory.input(packFilter(filter, parameters[name].values)),
      dw: memory.room(filterBytes(filter)),
      transposed: memory.room(transposedBytes(inputs, outputs)),
    };
  };
  const [first, last] = [layer('atten_c.0.weight'), layer('atten_c.3.weight')];
  const { inputs, outputs: bottleneck } = first.filter;
  const rows = (columns: number) => memory.rowsRoom(x.images, columns);
  const affine = memory.pair(parameters['atten_c.1.weight'].values, parameters['atten_c.1.bias'].values);
  const running = memory.pair(before.mean.values, before.variance.values);
  const startRunning = memory.pair(before.mean.values, before.variance.values);
  const [pooled, dPooled] = [rows(inputs), rows(inputs)];
  const [hidden, rectified, evalRectified] = [rows(bottleneck), rows(bottleneck), rows(bottleneck)];
  const [dRectified, dHidden] = [rows(bottleneck), rows(bottleneck)];
  const [logits, evalLogits] = [rows(last.filter.outputs), rows(last.filter.outputs)];
  const moments = memory.room(rowMomentsBytes(bottleneck));
  const dAffine = memory.pairRoom(bottleneck);
  const norm = memory.room(normBytes(bottleneck));
  const dx = memory.mapRoom(mapOf(images, 0));
  const given = { noise, upstream: upstream.values, temperature };
  const training = sampling(memory, logits, given);
  const evaluation = sampling(memory, evalLogits, given);
  const asMap = (matrix: MatrixAt) => ({ ...rowsShape(x.images, bottleneck), at: matrix.at });
  await memory.run(
    globalPool(x, pooled.at),
    linear({ x: pooled, w: first.w, y: hidden }),
    rowNorm({ x: hidden, y: rectified.at, affine, running, moments, relu: true }),
    linear({ x: rectified, w: last.w, y: logits }),
    ...training.train,
    linearGradient({ x: rectified, dy: training.dLogits, dw: last.dw }),
    ...linearInputGradient({ ...last, dy: training.dLogits, dx: dRectified }),
    rowNormGradient({
      ...{ dy: dRectified.at, x: hidden, rectified: rectified.at, dx: dHidden.at },
      ...{ affine, moments, gradient: dAffine },
    }),
    linearGradient({ x: pooled, dy: dHidden, dw: first.dw }),
    ...linearInputGradient({ ...first, dy: dHidden, dx: dPooled }),
    spread(dPooled.at, dx),
    runningNorm(bottleneck, { affine, running: startRunning }, norm),
    activation({ x: asMap(hidden), norm, perPass: x.images, y: asMap(evalRectified) }),
    linear({ x: evalRectified, w: last.w, y: evalLogits }),
    evaluation.evaluate,
  );
  const [runningMean, runningVariance] = memory.pairFloats(running, bottleneck);
  const [gamma, beta] = memory.pairFloats(dAffine, bottleneck);
  const weight = ({ filter, dw }: ReturnType<typeof layer>) =>
    unpackFilter(filter, memory.floats(dw, filterBytes(filter) / 4));
  return {
    logits: memory.rowFloats(logits),
    mask: memory.rowFloats(training.gates),
    evaluated: memory.rowFloats(evaluation.evaluated),
    dx: memory.imageFloats(dx, images),
    gradients: {
      'atten_c.0.weight': weight(first),
      'atten_c.1.weight': gamma,
      'atten_c.1.bias': beta,
      'atten_c.3.weight': weight(last),
    },
    runningMean,
    runningVariance,
  };
}
