import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../method/backend.ts';
import { deviation, noise } from '../../../method/numbers.fixture.ts';
import { type MapShape, mapSize, padMap, quads, rowsShape, unpadMap } from '../../../plan/maps.ts';
import { type NormPlace, normSize } from '../../../plan/tasks/mapTasks.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { convolution, type Tile, tileStatisticsSize } from '../convolution/convolution.ts';
import { blockFilter } from '../layout.ts';
import { activation, batchStatistics, mapGradient, runningNorm, sumsSize } from './mapNorm.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
  await useBackend('cpu');
});

const EPSILON = 1e-5;
const PASSES = 2;

interface Case {
  readonly map: MapShape;
  readonly gate: boolean;
  readonly skip: 'none' | 'input' | 'convolution';
  /** Both passes have one BatchNorm. */
  readonly shared: boolean;
}
const of = (
  [images, height, width, channels]: readonly [number, number, number, number],
  border: number,
  rest: Partial<Omit<Case, 'map'>> = {},
): Case => ({
  map: { images, height, width, channels, border },
  gate: false,
  skip: 'none',
  shared: false,
  ...rest,
});
const CASES = [
  of([2, 1, 3, 1], 1, { shared: true }),
  of([6, 5, 5, 3], 1, { gate: true }),
  of([4, 9, 7, 65], 1, { skip: 'input' }),
  of([2, 3, 63, 5], 2, { shared: true }),
  of([4, 5, 5, 8], 1, { skip: 'convolution' }),
  of([4, 4, 4, 12], 1, { skip: 'convolution', shared: true }),
  of([130, 2, 2, 4], 1, { gate: true, shared: true }),
];
const name = ({ map: m, ...rest }: Case) =>
  `[${m.images}, ${m.height}, ${m.width}, ${m.channels}] ${JSON.stringify(rest)}`;

const TILE: Tile = { rows: 2, columns: 3, quads: 1 };

/** The values that enter, [N, H, W, C] or [C] per pass, a little off centre. */
function inputs({ map: { images, height, width, channels } }: Case) {
  const shape = [images, height, width, channels];
  const perPass = (seed: number) => [noise(seed, [channels]), noise(seed + 1, [channels])] as const;
  return {
    x: noise(1, shape).map((value) => 3 * value + 1),
    x2: noise(2, shape).map((value) => value - 0.5),
    gates: noise(3, [images, channels]).map((value) => (value > 0 ? 1 : 0)),
    upstream: noise(4, shape),
    gamma: perPass(5),
    beta: perPass(7),
    gamma2: perPass(9),
    beta2: perPass(11),
  };
}
type Inputs = ReturnType<typeof inputs>;

/** The textbook formula and tfjs's own gradients, pass by pass. */
function reference(task: Case, values: Inputs) {
  const { map, gate, skip, shared } = task;
  const perPass = map.images / PASSES;
  const shape = [perPass, map.height, map.width, map.channels];
  const norm = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
    const mean = tf.mean(x, [0, 1, 2]);
    const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2]);
    return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), gamma), beta);
  };
  return Array.from({ length: PASSES }, (_, pass) => {
    const cut = (array: Float32Array, sides = shape) =>
      tf.tensor(array.subarray((pass * array.length) / PASSES, ((pass + 1) * array.length) / PASSES), sides);
    const which = shared ? 0 : pass;
    const f = (...[x, x2, gates, gamma, beta, gamma2, beta2]: tf.Tensor[]) => {
      let y = norm(x!, gamma!, beta!);
      if (skip === 'input') y = tf.add(y, x2!);
      if (skip === 'convolution') y = tf.add(y, norm(x2!, gamma2!, beta2!));
      y = tf.relu(y);
      return gate ? tf.mul(y, tf.reshape(gates!, [perPass, 1, 1, map.channels])) : y;
    };
    const vectors = [values.gamma, values.beta, values.gamma2, values.beta2].map((v) =>
      tf.tensor1d(v[which]!),
    );
    const operands = [cut(values.x), cut(values.x2), cut(values.gates, [perPass, map.channels]), ...vectors];
    const upstream = cut(values.upstream);
    const gradients = tf.grads((...args) => {
      // tfjs refuses to differentiate by an operand that takes no part.
      const none = tf.mul(tf.addN(args.map((arg) => tf.sum(arg))), 0);
      return tf.add(tf.sum(tf.mul(f(...args), upstream)), none);
    })(operands);
    const read = (tensor: tf.Tensor) => tensor.dataSync<'float32'>() as Float32Array;
    const variance = tf.moments(cut(values.x), [0, 1, 2]);
    return {
      y: read(f(...operands)),
      gradients: gradients.map(read),
      mean: read(variance.mean),
      variance: read(variance.variance),
    };
  });
}

const joined = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
const padVector = (values: Float32Array) => padMap(rowsShape(1, values.length), values);

/** γ and β of the passes at places of a parameter buffer; the running statistics likewise. */
function parametersOf(
  task: Case,
  values: Inputs,
  gamma: 'gamma' | 'gamma2',
  beta: 'beta' | 'beta2',
  from: number,
) {
  const width = 4 * quads(task.map.channels);
  const places: NormPlace[] = [0, 1].map((pass) => {
    const at = from + (task.shared ? 0 : pass * 2 * width);
    return { affine: at, running: at };
  });
  const floats = [0, 1].flatMap((pass) => [
    ...padVector(values[gamma][pass]!),
    ...padVector(values[beta][pass]!),
  ]);
  return { places, floats };
}

/** x as the output of a convolution: of itself, by the identity, so that tiles of statistics are there. */
function identity(task: Case, x: Float32Array) {
  const { map } = task;
  const eye = Float32Array.from({ length: map.channels ** 2 }, (_, i) =>
    i % (map.channels + 1) === 0 ? 1 : 0,
  );
  const y = on.poisoned(mapSize({ ...map, border: 0 }));
  const statistics = on.poisoned(tileStatisticsSize({ ...map, border: 0 }, TILE));
  const dispatch = convolution({
    input: { ...map, border: 0 },
    outputs: map.channels,
    kernel: 1,
    stride: 1,
    padding: 0,
    x: on.input(padMap({ ...map, border: 0 }, x)),
    w: on.input(blockFilter(1, map.channels, map.channels, eye)),
    y,
    statistics,
    tile: TILE,
  });
  return { dispatch, y, tiles: statistics };
}

it.each(CASES.map((task) => [name(task), task] as const))('%s', async (_, task) => {
  const { map, gate, skip, shared } = task;
  const values = inputs(task);
  const width = 4 * quads(map.channels);
  const perPass = map.images / PASSES;
  const main = parametersOf(task, values, 'gamma', 'beta', 0);
  const second = parametersOf(task, values, 'gamma2', 'beta2', 4 * width);
  const parameters = on.input(Float32Array.from([...main.floats, ...second.floats]));
  const running = on.input(new Float32Array(8 * width).fill(1));
  const gradients = on.poisoned(8 * width);
  const [first, other] = [identity(task, values.x), identity(task, values.x2)];
  const norm = on.poisoned(normSize(map.channels, PASSES));
  const norm2 = on.poisoned(normSize(map.channels, PASSES));
  const gates = on.input(padMap(rowsShape(map.images, map.channels), values.gates));
  const y = on.poisoned(mapSize(map));
  const plain = { ...map, border: 0 };
  const of = 'test';
  const lanes = map.images > 4 ? 4 : 64;
  const common = { map: plain, tile: TILE, parameters, running, lanes, of };
  const forward = [
    first.dispatch,
    other.dispatch,
    batchStatistics({ ...common, tiles: first.tiles, norm, places: main.places }),
    batchStatistics({ ...common, tiles: other.tiles, norm: norm2, places: second.places }),
    activation({
      map,
      perPass,
      x: first.y,
      norm,
      y,
      gates: gate ? gates : undefined,
      skip:
        skip === 'none'
          ? undefined
          : skip === 'input'
            ? { kind: 'input', map: on.input(padMap(map, values.x2)) }
            : { kind: 'convolution', map: other.y, norm: norm2 },
      of,
    }),
  ];
  const bordered = { ...map, border: 1 };
  const dx = on.poisoned(mapSize(bordered));
  const dx2 = on.poisoned(mapSize(bordered));
  const gateGradient = on.poisoned(map.images * width);
  const inner = skip === 'none' && map.border === 1;
  const backward = mapGradient({
    map: plain,
    gradient: on.input(padMap(plain, values.upstream)),
    main: { x: first.y, norm, places: main.places },
    dx,
    relu: inner
      ? { kind: 'norm', gate: gate ? { gates, gradient: gateGradient } : undefined }
      : { kind: 'map', output: y, border: map.border },
    shortcut:
      skip === 'convolution' ? { x: other.y, norm: norm2, places: second.places, dx: dx2 } : undefined,
    gradients,
    sums: on.poisoned(sumsSize(plain, { passes: PASSES, shortcut: skip === 'convolution' })),
    lanes,
    of,
  });
  await on.run([...forward, ...backward]);

  const expected = reference(task, values);
  const got = await on.floats(y, mapSize(map));
  expect(deviation(unpadMap(map, got), joined(expected.map((pass) => pass.y)))).toBeLessThan(3e-6);
  expect(got).toEqual(padMap(map, unpadMap(map, got)));
  const gotDx = await on.floats(dx, mapSize(bordered));
  expect(
    deviation(unpadMap(bordered, gotDx), joined(expected.map((pass) => pass.gradients[0]!))),
  ).toBeLessThan(1e-5);
  expect(gotDx).toEqual(padMap(bordered, unpadMap(bordered, gotDx)));
  if (gate) {
    const gotGate = unpadMap(
      rowsShape(map.images, map.channels),
      await on.floats(gateGradient, map.images * width),
    );
    expect(deviation(gotGate, joined(expected.map((pass) => pass.gradients[2]!)))).toBeLessThan(1e-5);
  }
  const gotParameters = await on.floats(gradients, 8 * width);
  const vector = (at: number) => gotParameters.slice(at, at + map.channels);
  const total = (which: number, pass: number) =>
    shared
      ? expected[0]!.gradients[which]!.map((value, c) => value + expected[1]!.gradients[which]![c]!)
      : expected[pass]!.gradients[which]!;
  for (const pass of shared ? [0] : [0, 1]) {
    expect(deviation(vector(main.places[pass]!.affine), total(3, pass))).toBeLessThan(1e-5);
    expect(deviation(vector(main.places[pass]!.affine + width), total(4, pass))).toBeLessThan(1e-5);
    if (skip !== 'convolution') continue;
    expect(deviation(vector(second.places[pass]!.affine), total(5, pass))).toBeLessThan(1e-5);
    expect(deviation(vector(second.places[pass]!.affine + width), total(6, pass))).toBeLessThan(1e-5);
  }
  if (skip === 'convolution') {
    const gotDx2 = unpadMap(bordered, await on.floats(dx2, mapSize(bordered)));
    expect(deviation(gotDx2, joined(expected.map((pass) => pass.gradients[1]!)))).toBeLessThan(1e-5);
  }

  // Running statistics started at 1 and moved once per pass that the BatchNorm saw.
  const count = perPass * map.height * map.width;
  const gotRunning = await on.floats(running, 8 * width);
  const moved = (of: 'mean' | 'variance', passes: readonly number[]) =>
    passes.reduce(
      (before, pass) =>
        before.map(
          (value, c) =>
            0.9 * value +
            (0.1 * expected[pass]![of][c]! * (of === 'mean' ? 1 : count)) /
              (of === 'mean' ? 1 : Math.max(count - 1, 1)),
        ),
      new Float32Array(map.channels).fill(1),
    );
  for (const pass of shared ? [0] : [0, 1]) {
    const at = main.places[pass]!.running;
    const passes = shared ? [0, 1] : [pass];
    expect(deviation(gotRunning.slice(at, at + map.channels), moved('mean', passes))).toBeLessThan(1e-6);
    expect(
      deviation(gotRunning.slice(at + width, at + width + map.channels), moved('variance', passes)),
    ).toBeLessThan(1e-5);
  }

  // In evaluation the affine map comes from the running statistics.
  const evaluated = on.poisoned(normSize(map.channels, PASSES));
  await on.run([
    runningNorm({
      channels: map.channels,
      passes: PASSES,
      place: main.places[0]!,
      parameters,
      running,
      norm: evaluated,
      of,
    }),
  ]);
  const table = await on.floats(evaluated, normSize(map.channels, PASSES));
  const [mean, variance] = [0, width].map((offset) => gotRunning.slice(main.places[0]!.running + offset));
  for (let c = 0; c < map.channels; c++) {
    const scale = values.gamma[0]![c]! / Math.sqrt(variance![c]! + EPSILON);
    for (const at of [0, 4 * width]) {
      expect(table[at + c]).toBeCloseTo(scale, 4);
      expect(table[at + width + c]).toBeCloseTo(values.beta[0]![c]! - mean![c]! * scale, 4);
    }
  }
});
