import { mapSize, rowsShape } from '../../plan/maps.ts';
import { normSize } from '../../plan/tasks/mapTasks.ts';
import { momentsSize } from '../../plan/tasks/rowTasks.ts';
import { convolution, tileStatisticsSize } from '../../webgpu/kernels/convolution/convolution.ts';
import type { Tuning } from '../../webgpu/kernels/convolution/tuning.ts';
import type { Dispatch } from '../../webgpu/kernels/kernel.ts';
import { blockFilter } from '../../webgpu/kernels/layout.ts';
import {
  activation,
  batchStatistics,
  mapGradient,
  runningNorm,
  sumsSize,
} from '../../webgpu/kernels/norm/mapNorm.ts';
import { rowNorm } from '../../webgpu/kernels/norm/rowNorm.ts';
import { rowNormGradient } from '../../webgpu/kernels/norm/rowNormGradient.ts';
import { imageSides, mapOf } from '../layout.ts';
import { less, throughRelu } from '../signs.ts';
import type { Normed, NormTask } from '../underTest.ts';
import { imageFloats, imageInput, pairFloats, pairInput, rowsFloats, rowsInput } from './arrays.ts';
import type { KernelRunner } from './runner.ts';

const OF = 'norm';
const PLACE = { affine: 0, running: 0 };
const TILE = { rows: 2, columns: 3, quads: 1 };

/** BatchNorm over rows [N, C] or over maps, with its gradients. Rows and maps have different kernels. */
export async function batchNorm(on: KernelRunner, tuning: Tuning, task: NormTask): Promise<Normed> {
  if (task.x.shape.length === 2) return overRows(on, task);
  return throughRelu((sign) => overMaps(on, tuning, task, sign));
}

async function overRows(on: KernelRunner, { x, state, upstream }: NormTask): Promise<Normed> {
  const [rows, channels] = imageSides(x);
  const size = mapSize(rowsShape(rows, channels));
  const [y, dx, gradient] = [on.output(size), on.output(size), on.output(mapSize(rowsShape(2, channels)))];
  const affine = pairInput(on, state.weight.values, state.bias.values);
  const running = pairInput(on, state.running_mean.values, state.running_var.values);
  const input = rowsInput(on, x.values, channels);
  const norm = {
    rows,
    passes: 1,
    channels,
    relu: false,
    affine,
    moments: on.output(momentsSize(channels, 1)),
  };
  const evaluation = evaluating(on, x, state, 1);
  await on.run([
    rowNorm({ ...norm, x: input, y, running }),
    rowNormGradient({ ...norm, dy: rowsInput(on, upstream.values, channels), x: input, y, dx, gradient }),
    ...evaluation.dispatches,
  ]);
  const negative = evaluating(on, x, state, -1);
  await on.run(negative.dispatches);
  const [above, below] = [await evaluation.floats(), await negative.floats()];
  const [runningMean, runningVariance] = await pairFloats(on, running, channels);
  const [dweight, dbias] = await pairFloats(on, gradient, channels);
  return {
    trained: await rowsFloats(on, y, rows, channels),
    evaluated: less(above, below),
    runningMean,
    runningVariance,
    dx: await rowsFloats(on, dx, rows, channels),
    dweight,
    dbias,
  };
}

/** The ReLU of the BatchNorm with running statistics. γ and β are multiplied by `sign`. */
function evaluating(
  on: KernelRunner,
  x: NormTask['x'],
  state: NormTask['state'],
  sign: 1 | -1,
): { dispatches: Dispatch[]; floats: () => Promise<Float32Array> } {
  const map = mapOf(x, 0);
  const [norm, y] = [on.output(normSize(map.channels, 1)), on.output(mapSize(map))];
  const affine = signed(on, state, sign);
  const running = pairInput(on, state.running_mean.values, state.running_var.values);
  return {
    dispatches: [
      runningNorm({
        channels: map.channels,
        passes: 1,
        place: PLACE,
        parameters: affine,
        running,
        norm,
        of: OF,
      }),
      activation({ map, perPass: map.images, x: imageInput(on, x, 0), norm, y, of: OF }),
    ],
    floats: () => imageFloats(on, y, x, 0),
  };
}

function signed(on: KernelRunner, { weight, bias }: NormTask['state'], sign: 1 | -1) {
  return pairInput(
    on,
    weight.values.map((value) => sign * value),
    bias.values.map((value) => sign * value),
  );
}

/** The ReLU of the BatchNorm and its gradients. γ, β and `upstream` are multiplied by `sign`. */
async function overMaps(
  on: KernelRunner,
  { lanes }: Tuning,
  { x, state, upstream }: NormTask,
  sign: 1 | -1,
): Promise<Normed> {
  const map = mapOf(x, 0);
  const { channels } = map;
  const bordered = { ...map, border: 1 };
  const parameters = signed(on, state, sign);
  const running = pairInput(on, state.running_mean.values, state.running_var.values);
  const [conv, norm] = [on.output(mapSize(map)), on.output(normSize(channels, 1))];
  const tiles = on.output(tileStatisticsSize(map, TILE));
  const [y, dx] = [on.output(mapSize(map)), on.output(mapSize(bordered))];
  const gradients = on.output(mapSize(rowsShape(2, channels)));
  const places = [PLACE];
  const identity = Float32Array.from({ length: channels ** 2 }, (_, i) => Number(i % (channels + 1) === 0));
  const evaluation = evaluating(on, x, state, sign);
  await on.run([
    // The statistics come from the tiles of a convolution. This convolution changes nothing.
    convolution({
      input: map,
      outputs: channels,
      kernel: 1,
      stride: 1,
      padding: 0,
      x: imageInput(on, x, 0),
      w: on.input(blockFilter(1, channels, channels, identity)),
      y: conv,
      statistics: tiles,
      tile: TILE,
    }),
    batchStatistics({ map, tile: TILE, tiles, parameters, running, norm, places, lanes, of: OF }),
    activation({ map, perPass: map.images, x: conv, norm, y, of: OF }),
    ...mapGradient({
      map,
      gradient: imageInput(on, { ...upstream, values: upstream.values.map((value) => sign * value) }, 0),
      main: { x: conv, norm, places },
      dx,
      relu: { kind: 'norm' },
      gradients,
      sums: on.output(sumsSize(map, { passes: 1, shortcut: false })),
      lanes,
      of: OF,
    }),
    ...evaluation.dispatches,
  ]);
  const [runningMean, runningVariance] = await pairFloats(on, running, channels);
  const [dweight, dbias] = await pairFloats(on, gradients, channels);
  return {
    trained: await imageFloats(on, y, x, 0),
    evaluated: await evaluation.floats(),
    runningMean,
    runningVariance,
    dx: await imageFloats(on, dx, x, 1),
    dweight,
    dbias,
  };
}
