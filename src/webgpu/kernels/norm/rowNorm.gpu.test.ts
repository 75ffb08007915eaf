import { beforeAll, expect, it } from 'vitest';
import goldenOperations from '../../../golden/vectors/j_ops.json';
import { momentsSize } from '../../../plan/tasks/rowTasks.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { goldenFloats, relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { matmul } from '../linear/matmul.ts';
import { columnMoments, goldenRows, NORMS, normalisedColumn, pair, passesOf } from './rowNorm.fixture.ts';
import { rowNorm } from './rowNorm.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

it.each(NORMS)(
  'makes its $rows rows × $channels channels of $passes passes of $all by a layer, as matmul would',
  async (norm) => {
    const { rows, all, channels, passes, firstPass = 0 } = norm;
    const inputs = 9;
    const from = on.input(toQuads(scattered(all * rows * inputs), inputs));
    // Rows of W are in whole quads, and zero there.
    const weights = new Float32Array(12 * toQuads(new Float32Array(channels), channels).length);
    weights.set(toQuads(scattered(inputs * channels, 31), channels));
    const w = on.input(weights);
    const size = toQuads(new Float32Array(all * rows * channels), channels).length;
    const affine = on.input(pair(scattered(channels, 5), scattered(channels, 77)));
    const results = ['apart', 'at once'].map(() => ({
      x: on.input(new Float32Array(size + 4).fill(7)),
      y: on.input(new Float32Array(size + 4).fill(7)),
      running: on.input(pair(new Float32Array(channels), new Float32Array(channels))),
      moments: on.input(new Float32Array(momentsSize(channels, passes)).fill(7)),
    }));
    const [apart, atOnce] = [results[0]!, results[1]!];
    const place = { aRow: firstPass * rows, yRow: firstPass * rows };
    await on.run([
      matmul({ a: from, b: w, y: apart.x, m: passes * rows, k: inputs, n: channels, ...place }),
      rowNorm({ ...norm, ...apart, affine }),
      rowNorm({ ...norm, ...atOnce, affine, linear: { input: from, w, inputs } }),
    ]);
    for (const part of ['x', 'y', 'running', 'moments'] as const) {
      const count = apart[part].size / 4;
      const expected = await on.floats(apart[part], count);
      expect(relativeError(await on.floats(atOnce[part], count), expected), part).toBeLessThan(1e-5);
    }
  },
);

it.each(NORMS)(
  'normalises $rows rows × $channels channels of $passes passes of $all, relu $relu',
  async (norm) => {
    const { rows, all, channels } = norm;
    const x = scattered(all * rows * channels).map((value) => 3 * value + 20);
    const affine = { scale: scattered(channels, 5), shift: scattered(channels, 77) };
    const mean = scattered(channels, 11).map((value) => 20 * value);
    const variance = scattered(channels, 13).map((value) => value + 2);
    const y = on.input(new Float32Array(toQuads(x, channels).length + 4).fill(Number.NaN));
    const running = on.input(pair(mean, variance));
    const moments = on.poisoned(momentsSize(channels, norm.passes));
    await on.run([
      rowNorm({
        ...norm,
        x: on.input(toQuads(x, channels)),
        y,
        affine: on.input(pair(affine.scale, affine.shift)),
        running,
        moments,
      }),
    ]);

    const expected = new Float64Array(all * rows * channels).fill(Number.NaN);
    const [movedMean, movedVariance] = [Float64Array.from(mean), Float64Array.from(variance)];
    const expectedMoments: number[] = [];
    for (const pass of passesOf(norm)) {
      const [means, inverses] = [new Float64Array(channels), new Float64Array(channels)];
      for (let c = 0; c < channels; c++) {
        normalisedColumn(x, affine, norm, pass, c).forEach((value, row) => {
          expected[(pass * rows + row) * channels + c] = value;
        });
        const batch = columnMoments(x, norm, pass, c);
        means[c] = batch.mean;
        inverses[c] = 1 / Math.sqrt(batch.variance + 1e-5);
        movedMean[c] = 0.9 * movedMean[c]! + 0.1 * batch.mean;
        movedVariance[c] = 0.9 * movedVariance[c]! + (0.1 * batch.variance * rows) / Math.max(rows - 1, 1);
      }
      expectedMoments.push(...pair(means, inverses));
    }
    const got = await on.floats(y, toQuads(x, channels).length + 4);
    const seen = toQuads(expected, channels);
    const pitch = seen.length / (all * rows);
    const first = (norm.firstPass ?? 0) * rows * pitch;
    const end = first + norm.passes * rows * pitch;
    expect(relativeError(got.subarray(first, end), seen.subarray(first, end))).toBeLessThan(1e-5);
    const others = [...got.subarray(0, first), ...got.subarray(end)];
    expect(others.every(Number.isNaN), 'rows of other passes are left alone').toBe(true);
    expect(relativeError(await on.floats(running, 2 * pitch), pair(movedMean, movedVariance))).toBeLessThan(
      1e-6,
    );
    const gotMoments = await on.floats(moments, expectedMoments.length);
    const isChannel = (i: number) => i % pitch < channels;
    expect(
      relativeError(
        gotMoments.filter((_, i) => isChannel(i)),
        expectedMoments.filter((_, i) => isChannel(i)),
      ),
    ).toBeLessThan(1e-5);
  },
);

it('matches the golden BatchNorms', async () => {
  for (const { x, y_train: trained, state, ...after } of goldenOperations.bn) {
    const { rows, channels, values } = goldenRows(x);
    const y = on.poisoned(values.length);
    const running = on.input(pair(goldenFloats(state.running_mean), goldenFloats(state.running_var)));
    await on.run([
      rowNorm({
        ...{ rows, passes: 1, channels, relu: false, y, running, x: on.input(values) },
        affine: on.input(pair(goldenFloats(state.weight), goldenFloats(state.bias))),
        moments: on.poisoned(momentsSize(channels, 1)),
      }),
    ]);
    expect(relativeError(await on.floats(y, values.length), goldenRows(trained).values)).toBeLessThan(1e-5);
    const moved = pair(goldenFloats(after.running_mean_after), goldenFloats(after.running_var_after));
    expect(relativeError(await on.floats(running, moved.length), moved)).toBeLessThan(1e-5);
  }
});
