import { describe, expect, it } from 'vitest';
import { type MapShape, padMap, quads, unpadMap } from '../plan/maps.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import {
  activation,
  batchStatistics,
  imageMoments,
  mapGradient,
  momentsBytes,
  normBytes,
  runningNorm,
  sumsBytes,
} from './mapNorm.ts';
import { type MapAt, mapBytes } from './maps.ts';

// The slow twin is written for one channel of one pass: plain lists of its values, and float64.

interface Case {
  readonly perPass: number;
  readonly passes: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Whether the passes have one BatchNorm. */
  readonly shared: boolean;
}

const CASES: readonly Case[] = [
  { perPass: 1, passes: 1, height: 1, width: 1, channels: 1, shared: false },
  { perPass: 3, passes: 2, height: 5, width: 7, channels: 5, shared: false },
  { perPass: 1, passes: 2, height: 7, width: 5, channels: 8, shared: true },
  { perPass: 2, passes: 1, height: 32, width: 32, channels: 3, shared: false },
  { perPass: 3, passes: 2, height: 1, width: 1, channels: 13, shared: true },
];

const titled = CASES.map((task): [string, Case] => [
  `${task.passes} passes of ${task.perPass} × ${task.height} × ${task.width} × ${task.channels}${task.shared ? ', shared' : ''}`,
  task,
]);

/** Values of a case: x and others are [images, height, width, channels]. */
function given({ perPass, passes, height, width, channels, shared }: Case) {
  const map: MapShape = { images: perPass * passes, height, width, channels, border: 0 };
  const count = map.images * height * width * channels;
  // A mean that is large beside the deviations.
  const x = drawn(count, 1).map((value) => value + 3);
  const norms = shared ? 1 : passes;
  const vectors = (seed: number) => Array.from({ length: norms }, (_, i) => drawn(channels, seed + i));
  return { map, count, x, vectors, normOf: (pass: number) => (shared ? 0 : pass) };
}

/** A single value has no deviation: there a rounding error is divided by √ε, not by the deviation. */
function toleranceOf({ perPass, height, width }: Case): number {
  return perPass * height * width === 1 ? 5e-4 : 2e-5;
}

/** Places of the values of one channel in one pass. */
function placesOf({ perPass, height, width, channels }: Case, pass: number, channel: number): number[] {
  const per = perPass * height * width;
  return Array.from({ length: per }, (_, i) => (pass * per + i) * channels + channel);
}

/** Calls `visit` for each channel of each pass. */
function eachColumn(task: Case, visit: (pass: number, channel: number, places: number[]) => void): void {
  for (let pass = 0; pass < task.passes; pass++) {
    for (let c = 0; c < task.channels; c++) visit(pass, c, placesOf(task, pass, c));
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function moments(values: readonly number[]) {
  const mean = sum(values) / values.length;
  return { mean, variance: sum(values.map((value) => (value - mean) ** 2)) / values.length };
}

/** A vector for each of several norms: the address of the first float of each. */
function placeVectors(bench: Bench, ...rows: readonly Float32Array[]): number {
  const pitch = 4 * quads(rows[0]!.length);
  const values = new Float32Array(rows.length * pitch);
  for (const [i, row] of rows.entries()) values.set(row, i * pitch);
  return bench.place(values);
}

/** What stands around placed maps. No kernel of this file may read it. */
const BORDER = 7;

/** The sum of what lies around a map: its border is zero where a kernel wrote it. */
function borderOf(bench: Bench, map: MapAt): number {
  const all = bench.read(map.at, mapBytes(map));
  const inside = padMap(map, unpadMap(map, all));
  return all.reduce((most, value, i) => Math.max(most, Math.abs(value - inside[i]!)), 0);
}

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  /** Statistics and norms of x, placed. */
  function normed(task: Case, x: Float32Array, seed: number) {
    const { map, vectors, normOf } = given(task);
    const [gamma, beta, mean, variance] = [seed, seed + 10, seed + 20, seed + 30].map(vectors);
    const spots = gamma!.map((_, i) => ({
      affine: placeVectors(bench, gamma![i]!, beta![i]!),
      running: placeVectors(bench, mean![i]!, variance![i]!),
    }));
    const norm = bench.room(task.passes * normBytes(task.channels));
    const at = bench.placeMap(map, x);
    const momentsAt = bench.room(momentsBytes(map));
    const places = Array.from({ length: task.passes }, (_, pass) => spots[normOf(pass)]!);
    const calls = [
      imageMoments(at, momentsAt),
      ...batchStatistics({ x: at, norm, moments: momentsAt, perPass: task.perPass, places }),
    ];
    return { at, norm, calls, spots, gamma: gamma!, beta: beta!, mean: mean!, variance: variance! };
  }

  /** relu's argument in float64, laid out as x. */
  function normalised(
    task: Case,
    x: Float32Array,
    gamma: Float32Array[],
    beta: Float32Array[],
  ): Float64Array {
    const { normOf } = given(task);
    const y = new Float64Array(x.length);
    eachColumn(task, (pass, c, places) => {
      const { mean, variance } = moments(places.map((at) => x[at]!));
      const scale = gamma[normOf(pass)]![c]! / Math.sqrt(variance + 1e-5);
      for (const at of places) y[at] = scale * (x[at]! - mean) + beta[normOf(pass)]![c]!;
    });
    return y;
  }

  it.each(titled)('normalise, and move the running statistics once a pass: %s', (_title, task) => {
    const { x, normOf } = given(task);
    bench.clear();
    const { calls, spots, mean, variance } = normed(task, x, 100);
    bench.runSplit(1, ...calls);
    const wanted = mean.map((row, i) => [...row, ...variance[i]!].map(Number));
    eachColumn(task, (pass, c, places) => {
      const seen = moments(places.map((at) => x[at]!));
      const row = wanted[normOf(pass)]!;
      const unbiased = seen.variance * (places.length / Math.max(places.length - 1, 1));
      row[c] = 0.9 * row[c]! + 0.1 * seen.mean;
      row[task.channels + c] = 0.9 * row[task.channels + c]! + 0.1 * unbiased;
    });
    const pitch = 16 * quads(task.channels);
    spots.forEach(({ running }, i) => {
      const got = [running, running + pitch].flatMap((at) => [...bench.read(at, 4 * task.channels)]);
      expect(worst(got, wanted[i]!)).toBeLessThan(2e-6);
    });
  });

  it.each(titled)('activate with gates, a skip and a shortcut: %s', (_title, task) => {
    const { map, count, x } = given(task);
    const [skip, x2] = [drawn(count, 2), drawn(count, 3)];
    const gates = drawn(map.images * task.channels, 4);
    const bordered = { ...map, border: 2 };
    const outcome = (parts: number) => {
      bench.clear();
      const first = normed(task, x, 100);
      const second = normed(task, x2, 200);
      const common = { x: first.at, norm: first.norm, perPass: task.perPass };
      const ys = ['gated', 'passed', 'joined'].map(() => bench.mapRoom(bordered));
      const rows = { ...map, height: 1, width: 1 };
      bench.runSplit(
        parts,
        ...first.calls,
        ...second.calls,
        activation({ ...common, y: ys[0]!, gates: bench.placeMap(rows, gates).at }),
        activation({ ...common, y: ys[1]!, skip: { map: bench.placeMap(bordered, skip, BORDER).at } }),
        activation({ ...common, y: ys[2]!, skip: { x: second.at, norm: second.norm } }),
      );
      expect(ys.map((y) => borderOf(bench, y))).toEqual([0, 0, 0]);
      const plain = normalised(task, x, first.gamma, first.beta);
      const past = normalised(task, x2, second.gamma, second.beta);
      const perImage = count / map.images;
      const wanted = [
        plain.map((value, i) => {
          const gate = gates[Math.floor(i / perImage) * task.channels + (i % task.channels)]!;
          return Math.max(value, 0) * gate;
        }),
        plain.map((value, i) => Math.max(value + skip[i]!, 0)),
        plain.map((value, i) => Math.max(value + past[i]!, 0)),
      ];
      return { got: ys.map((y) => bench.readMap(y)), wanted };
    };
    const { got, wanted } = outcome(1);
    got.forEach((values, i) => {
      expect(worst(values, wanted[i]!)).toBeLessThan(toleranceOf(task));
    });
    expect(outcome(3).got).toEqual(got);
  });

  it('take running statistics for a norm in evaluation', () => {
    bench.clear();
    const [gamma, beta, mean] = [drawn(5, 1), drawn(5, 2), drawn(5, 3)];
    const variance = drawn(5, 4).map((value) => value + 1);
    const places = { affine: placeVectors(bench, gamma, beta), running: placeVectors(bench, mean, variance) };
    const norm = bench.room(normBytes(5));
    bench.run(runningNorm(5, places, norm));
    const rows = Array.from({ length: 4 }, (_, i) => bench.read(norm + i * 32, 20));
    const inverse = variance.map((value) => 1 / Math.sqrt(value + 1e-5));
    const scale = gamma.map((value, i) => value * inverse[i]!);
    const shift = beta.map((value, i) => value - mean[i]! * scale[i]!);
    [scale, shift, mean, inverse].forEach((wanted, i) => {
      expect(worst(rows[i]!, wanted)).toBeLessThan(1e-6);
    });
  });

  /** dx and the gradients of γ and β of a BatchNorm, from u, in float64. */
  function backward(task: Case, x: Float32Array, gamma: readonly Float32Array[], u: ArrayLike<number>) {
    const { normOf } = given(task);
    const dx = new Float64Array(x.length);
    const [dGamma, dBeta] = [0, 1].map(() => gamma.map((row) => new Float64Array(row.length)));
    eachColumn(task, (pass, c, places) => {
      const { mean, variance } = moments(places.map((at) => x[at]!));
      const inverse = 1 / Math.sqrt(variance + 1e-5);
      const hat = (at: number) => (x[at]! - mean) * inverse;
      const plain = sum(places.map((at) => u[at]!));
      const product = sum(places.map((at) => u[at]! * hat(at)));
      for (const at of places) {
        const centred = u[at]! - plain / places.length - (hat(at) * product) / places.length;
        dx[at] = gamma[normOf(pass)]![c]! * inverse * centred;
      }
      dGamma![normOf(pass)]![c]! += product;
      dBeta![normOf(pass)]![c]! += plain;
    });
    return { dx, affine: gamma.map((_, i) => [...dGamma![i]!, ...dBeta![i]!]) };
  }

  const readAffine = (at: number, channels: number) =>
    [at, at + 16 * quads(channels)].flatMap((row) => [...bench.read(row, 4 * channels)]);

  it.each(titled)('go back through the ReLU of a block’s end, with a shortcut: %s', (_title, task) => {
    const { map, count, x, normOf } = given(task);
    const [gradient, output, x2] = [drawn(count, 2), drawn(count, 3), drawn(count, 4)];
    const bordered = { ...map, border: 1 };
    const outcome = (parts: number) => {
      bench.clear();
      const first = normed(task, x, 100);
      const second = normed(task, x2, 200);
      const room = () => first.spots.map(() => bench.room(2 * 16 * quads(task.channels)));
      const [affine, affine2] = [room(), room()];
      const [dx, dx2] = [0, 1].map(() => bench.mapRoom(bordered));
      const perPass = (rows: number[]) =>
        Array.from({ length: task.passes }, (_, pass) => rows[normOf(pass)]!);
      bench.runSplit(
        parts,
        ...first.calls,
        ...second.calls,
        ...mapGradient({
          x: first.at,
          norm: first.norm,
          perPass: task.perPass,
          gradient: bench.placeMap(bordered, gradient, BORDER),
          relu: {
            kind: 'end',
            output: bench.placeMap(bordered, output, BORDER).at,
            shortcut: { x: second.at, norm: second.norm },
          },
          sums: bench.room(sumsBytes(map)),
          table: bench.room(2 * task.passes * normBytes(task.channels)),
          dx: dx!.at,
          affine: perPass(affine),
          shortcut: { dx: dx2!.at, affine: perPass(affine2) },
        }),
      );
      expect([borderOf(bench, dx!), borderOf(bench, dx2!)]).toEqual([0, 0]);
      const got = [dx!, dx2!].map((map) => bench.readMap(map));
      const norms = [affine, affine2].map((rows) => rows.map((at) => readAffine(at, task.channels)));
      return { got, norms, first, second };
    };
    const { got, norms, first, second } = outcome(1);
    const u = gradient.map((value, i) => (output[i]! > 0 ? value : 0));
    for (const [i, own] of [first, second].entries()) {
      const wanted = backward(task, i === 0 ? x : x2, own.gamma, u);
      expect(worst(got[i]!, wanted.dx)).toBeLessThan(toleranceOf(task));
      norms[i]!.forEach((row, n) => {
        expect(worst(row, wanted.affine[n]!)).toBeLessThan(toleranceOf(task));
      });
    }
    const again = outcome(3);
    expect([again.got, again.norms]).toEqual([got, norms]);
  });

  it.each(titled)('go back through a gate and the inner ReLU: %s', (_title, task) => {
    const { map, count, x, normOf } = given(task);
    const gradient = drawn(count, 2);
    const gates = drawn(map.images * task.channels, 4);
    const rows = { ...map, height: 1, width: 1 };
    bench.clear();
    const { at, norm, calls, spots, gamma, beta } = normed(task, x, 100);
    const affine = spots.map(() => bench.room(2 * 16 * quads(task.channels)));
    const bordered = { ...map, border: 1 };
    const dx = bench.mapRoom(bordered);
    const gateGradient = bench.mapRoom(rows);
    bench.runSplit(
      2,
      ...calls,
      ...mapGradient({
        ...{ x: at, norm, perPass: task.perPass, gradient: bench.placeMap(map, gradient), dx: dx.at },
        relu: { kind: 'inner', gates: bench.placeMap(rows, gates).at, gateGradient: gateGradient.at },
        sums: bench.room(sumsBytes(map)),
        table: bench.room(task.passes * normBytes(task.channels)),
        affine: Array.from({ length: task.passes }, (_, pass) => affine[normOf(pass)]!),
      }),
    );
    const value = normalised(task, x, gamma, beta);
    const gateOf = (i: number) => Math.floor(i / (count / map.images)) * task.channels + (i % task.channels);
    const u = gradient.map((d, i) => (value[i]! > 0 ? d * gates[gateOf(i)]! : 0));
    const wanted = backward(task, x, gamma, u);
    expect(worst(bench.readMap(dx), wanted.dx)).toBeLessThan(toleranceOf(task));
    affine.forEach((row, n) => {
      expect(worst(readAffine(row, task.channels), wanted.affine[n]!)).toBeLessThan(toleranceOf(task));
    });
    const dGates = new Float64Array(gates.length);
    gradient.forEach((d, i) => {
      dGates[gateOf(i)]! += d * Math.max(value[i]!, 0);
    });
    expect(worst(bench.readMap(gateGradient), dGates)).toBeLessThan(toleranceOf(task));
  });
});

describe('what is refused', () => {
  const map = { at: 256, images: 1, height: 4, width: 4, channels: 4, border: 1 };

  it('is a border where a convolution’s output must have none', () => {
    expect(() => imageMoments(map, 512)).toThrow('x must have no border, got 1');
  });

  it('is a gate beside a skip, and a shortcut without its gradients', () => {
    const own = { x: { ...map, border: 0 }, norm: 512, perPass: 1 };
    expect(() => activation({ ...own, y: map, gates: 1024, skip: { map: 2048 } })).toThrow('got both');
    const relu = { kind: 'end', output: 256, shortcut: own } as const;
    const task = { ...own, gradient: map, relu, sums: 512, table: 512, dx: 512, affine: [512] };
    expect(() => mapGradient(task)).toThrow('must be told with its gradients');
  });
});
