import { beforeAll, expect, it } from 'vitest';
import goldenOperations from '../../../golden/vectors/j_ops.json';
import { momentsSize } from '../../../plan/tasks/rowTasks.ts';
import { type TestGpu, testGpu } from '../../engine/gpu.fixture.ts';
import { goldenFloats, relativeError, scattered, toQuads } from '../gate/gateRows.fixture.ts';
import { goldenRows, NORMS, normalisedColumn, pair, passesOf } from './rowNorm.fixture.ts';
import { rowNorm } from './rowNorm.ts';
import { rowNormGradient } from './rowNormGradient.ts';

let on: TestGpu;
beforeAll(async () => {
  on = await testGpu();
});

/** dx, dγ and dβ of Σ dy · y by central differences in float64. */
function differences(
  norm: (typeof NORMS)[number],
  x: Float64Array,
  affine: { readonly scale: Float64Array; readonly shift: Float64Array },
  dy: Float32Array,
) {
  const { rows, all, channels } = norm;
  const H = 1e-5;
  const loss = (pass: number, c: number) =>
    normalisedColumn(x, affine, norm, pass, c).reduce(
      (sum, value, row) => sum + value * dy[(pass * rows + row) * channels + c]!,
      0,
    );
  const slope = (values: Float64Array, at: number, of: () => number) => {
    const kept = values[at]!;
    values[at] = kept + H;
    const above = of();
    values[at] = kept - H;
    const below = of();
    values[at] = kept;
    return (above - below) / (2 * H);
  };
  const dx = new Float64Array(all * rows * channels).fill(Number.NaN);
  const [dScale, dShift] = [new Float64Array(channels), new Float64Array(channels)];
  for (const pass of passesOf(norm)) {
    for (let c = 0; c < channels; c++) {
      for (let row = pass * rows; row < (pass + 1) * rows; row++) {
        dx[row * channels + c] = slope(x, row * channels + c, () => loss(pass, c));
      }
      dScale[c]! += slope(affine.scale, c, () => loss(pass, c));
      dShift[c]! += slope(affine.shift, c, () => loss(pass, c));
    }
  }
  return { dx, dScale, dShift };
}

it.each(NORMS)(
  '$rows rows × $channels channels of $passes passes of $all, relu $relu: as by differences',
  async (norm) => {
    const { rows, all, channels, passes, firstPass = 0 } = norm;
    const x = scattered(all * rows * channels).map((value) => 3 * value + 5);
    const dy = scattered(x.length, 333);
    const scale = scattered(channels, 5).map((value) => value + 1.5);
    const shift = scattered(channels, 77);
    const stored = toQuads(x, channels);
    const spans = {
      x: on.input(stored),
      y: on.poisoned(stored.length),
      affine: on.input(pair(scale, shift)),
      moments: on.poisoned(momentsSize(channels, passes)),
    };
    const dx = on.poisoned(stored.length);
    const gradient = on.poisoned(pair(scale, shift).length);
    await on.run([
      rowNorm({ ...norm, ...spans, running: on.input(pair(scale, shift)) }),
      rowNormGradient({ ...norm, ...spans, dy: on.input(toQuads(dy, channels)), dx, gradient }),
    ]);

    const affine = { scale: Float64Array.from(scale), shift: Float64Array.from(shift) };
    const expected = differences(norm, Float64Array.from(x), affine, dy);
    const pitch = stored.length / (all * rows);
    const [first, end] = [firstPass * rows * pitch, (firstPass + passes) * rows * pitch];
    const got = await on.floats(dx, stored.length + 4);
    const seen = toQuads(expected.dx, channels).subarray(first, end);
    // Two rows leave nothing but rounding of dx: errors count against what is added up, of the size of dy.
    const apart = got.subarray(first, end).map((value, i) => Math.abs(value - seen[i]!));
    expect(Math.max(...apart)).toBeLessThan(2e-6);
    const others = [...got.subarray(0, first), ...got.subarray(end)];
    expect(others.every(Number.isNaN), 'rows of other passes are left alone').toBe(true);
    const sums = pair(expected.dScale, expected.dShift);
    expect(relativeError(await on.floats(gradient, sums.length), sums)).toBeLessThan(2e-6);
  },
);

it('matches the golden BatchNorms', async () => {
  for (const { x, upstream, dx: expected, dweight, dbias, state } of goldenOperations.bn) {
    const { rows, channels, values } = goldenRows(x);
    const norm = { rows, passes: 1, channels, relu: false };
    const affine = pair(goldenFloats(state.weight), goldenFloats(state.bias));
    const spans = {
      x: on.input(values),
      y: on.poisoned(values.length),
      affine: on.input(affine),
      moments: on.poisoned(momentsSize(channels, 1)),
    };
    const dx = on.poisoned(values.length);
    const gradient = on.poisoned(affine.length);
    await on.run([
      rowNorm({ ...norm, ...spans, running: on.input(affine) }),
      rowNormGradient({ ...norm, ...spans, dy: on.input(goldenRows(upstream).values), dx, gradient }),
    ]);
    expect(relativeError(await on.floats(dx, values.length), goldenRows(expected).values)).toBeLessThan(1e-5);
    const sums = pair(goldenFloats(dweight), goldenFloats(dbias));
    expect(relativeError(await on.floats(gradient, sums.length), sums)).toBeLessThan(1e-5);
  }
});
