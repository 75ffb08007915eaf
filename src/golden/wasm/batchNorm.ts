import type { Call } from '../../wasm/kernels.ts';
import {
  activation,
  batchStatistics,
  imageMoments,
  mapGradient,
  momentsBytes,
  normBytes,
  runningNorm,
  sumsBytes,
} from '../../wasm/mapNorm.ts';
import type { MapAt } from '../../wasm/maps.ts';
import { rowMomentsBytes, rowNorm, rowNormGradient } from '../../wasm/rows.ts';
import { imageSides } from '../layout.ts';
import { less, throughRelu } from '../signs.ts';
import type { Normed, NormTask } from '../underTest.ts';
import { type KernelMachine, KernelMemory } from './kernelMemory.ts';

/** BatchNorm over rows [N, C] or over maps, with its gradients. Rows and maps have different kernels. */
export async function batchNorm(machine: KernelMachine, task: NormTask): Promise<Normed> {
  if (task.x.shape.length === 2) return overRows(machine, task);
  return throughRelu((sign) => overMaps(machine, task, sign));
}

async function overRows(machine: KernelMachine, task: NormTask): Promise<Normed> {
  const { state, upstream } = task;
  const memory = new KernelMemory(machine);
  const [rows, channels] = imageSides(task.x);
  const x = memory.rows(task.x.values, channels);
  const dy = memory.rows(upstream.values, channels).at;
  const [y, dx] = [memory.rowsRoom(rows, channels), memory.rowsRoom(rows, channels)];
  const affine = memory.pair(state.weight.values, state.bias.values);
  const running = memory.pair(state.running_mean.values, state.running_var.values);
  const moments = memory.room(rowMomentsBytes(channels));
  const gradient = memory.pairRoom(channels);
  const images = memory.images(task.x, 0);
  const [above, below] = [evaluating(memory, images, state, 1), evaluating(memory, images, state, -1)];
  await memory.run(
    rowNorm({ x, y: y.at, affine, running, moments, relu: false }),
    rowNormGradient({ dy, x, dx: dx.at, affine, moments, gradient }),
    ...above.calls,
    ...below.calls,
  );
  const [runningMean, runningVariance] = memory.pairFloats(running, channels);
  const [dweight, dbias] = memory.pairFloats(gradient, channels);
  return {
    trained: memory.rowFloats(y),
    evaluated: less(memory.imageFloats(above.y, task.x), memory.imageFloats(below.y, task.x)),
    runningMean,
    runningVariance,
    dx: memory.rowFloats(dx),
    dweight,
    dbias,
  };
}

/** The ReLU of the BatchNorm with running statistics. γ and β are multiplied by `sign`. */
function evaluating(
  memory: KernelMemory,
  x: MapAt,
  state: NormTask['state'],
  sign: 1 | -1,
): { readonly calls: readonly Call[]; readonly y: MapAt } {
  const y = memory.mapRoom(x);
  const norm = memory.room(normBytes(x.channels));
  const affine = signed(memory, state, sign);
  const running = memory.pair(state.running_mean.values, state.running_var.values);
  return {
    calls: [
      runningNorm(x.channels, { affine, running }, norm),
      activation({ x, norm, perPass: x.images, y }),
    ],
    y,
  };
}

function signed(memory: KernelMemory, { weight, bias }: NormTask['state'], sign: 1 | -1): number {
  return memory.pair(
    weight.values.map((value) => sign * value),
    bias.values.map((value) => sign * value),
  );
}

/** The ReLU of the BatchNorm and its gradients. γ, β and `upstream` are multiplied by `sign`. */
async function overMaps(
  machine: KernelMachine,
  { x: values, state, upstream }: NormTask,
  sign: 1 | -1,
): Promise<Normed> {
  const memory = new KernelMemory(machine);
  const x = memory.images(values, 0);
  const { channels, images: perPass } = x;
  const affine = signed(memory, state, sign);
  const running = memory.pair(state.running_mean.values, state.running_var.values);
  const [norm, moments] = [memory.room(normBytes(channels)), memory.room(momentsBytes(x))];
  const [y, dx] = [memory.mapRoom(x), memory.mapRoom({ ...x, border: 1 })];
  const gradients = memory.pairRoom(channels);
  const evaluation = evaluating(memory, x, state, sign);
  await memory.run(
    imageMoments(x, moments),
    ...batchStatistics({ x, norm, moments, perPass, places: [{ affine, running }] }),
    activation({ x, norm, perPass, y }),
    ...mapGradient({
      ...{ x, norm, perPass },
      gradient: memory.images({ ...upstream, values: upstream.values.map((value) => sign * value) }, 0),
      relu: { kind: 'inner' },
      sums: memory.room(sumsBytes(x)),
      table: memory.room(normBytes(channels)),
      dx: dx.at,
      affine: [gradients],
    }),
    ...evaluation.calls,
  );
  const [runningMean, runningVariance] = memory.pairFloats(running, channels);
  const [dweight, dbias] = memory.pairFloats(gradients, channels);
  return {
    trained: memory.imageFloats(y, values),
    evaluated: memory.imageFloats(evaluation.y, values),
    runningMean,
    runningVariance,
    dx: memory.imageFloats(dx, values),
    dweight,
    dbias,
  };
}
