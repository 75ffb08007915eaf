import { describe, expect, it } from 'vitest';
import { padMap, quads, unpadMap } from '../plan/maps.ts';
import { columnMoments, NORMS, normalisedColumn } from '../webgpu/kernels/norm/rowNorm.fixture.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { filterBytes, packFilter, unpackFilter } from './maps.ts';
import {
  columnSums,
  linear,
  linearGradient,
  linearInputGradient,
  type MatrixAt,
  matrixBytes,
  rowMomentsBytes,
  rowNorm,
  rowNormGradient,
  rowsOf,
  transposedBytes,
} from './rows.ts';

const shapeOf = (rows: number, columns: number) => ({
  images: rows,
  height: 1,
  width: 1,
  channels: columns,
  border: 0,
});

const place = (bench: Bench, values: Float32Array, columns: number): MatrixAt => {
  const rows = values.length / columns;
  return { rows, columns, at: bench.place(padMap(shapeOf(rows, columns), values)) };
};
const room = (bench: Bench, rows: number, columns: number): MatrixAt => ({
  ...{ rows, columns },
  at: bench.room(matrixBytes({ rows, columns })),
});
const read = (bench: Bench, matrix: MatrixAt) =>
  unpadMap(shapeOf(matrix.rows, matrix.columns), bench.read(matrix.at, matrixBytes(matrix)));

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  it.each([
    [1, 1, 1],
    [3, 63, 65],
    [65, 5, 12],
    [7, 65, 3],
  ])('multiply %i rows of %i by weights for %i, and go back', (rows, inputs, outputs) => {
    const x = drawn(rows * inputs, 1);
    const w = drawn(inputs * outputs, 2);
    const dy = drawn(rows * outputs, 3);
    const bias = drawn(outputs, 4);
    const filter = { kernel: 1, inputs, outputs };
    const outcome = (parts: number) => {
      bench.clear();
      const [xAt, dyAt] = [place(bench, x, inputs), place(bench, dy, outputs)];
      const wAt = bench.place(packFilter(filter, w));
      const [y, dx] = [room(bench, rows, outputs), room(bench, rows, inputs)];
      const dw = bench.room(filterBytes(filter));
      const transposed = bench.room(transposedBytes(inputs, outputs));
      const sums = bench.room(16 * quads(outputs));
      bench.runSplit(
        parts,
        linear({ x: xAt, w: wAt, y, bias: place(bench, bias, outputs).at }),
        linearGradient({ x: xAt, dy: dyAt, dw }),
        ...linearInputGradient({ dy: dyAt, w: wAt, transposed, dx }),
        columnSums(dyAt, sums),
      );
      return {
        y: read(bench, y),
        dx: read(bench, dx),
        dw: unpackFilter(filter, bench.read(dw, filterBytes(filter))),
        sums: bench.read(sums, 4 * outputs),
      };
    };
    // W is PyTorch's [out, in].
    const wanted = {
      y: new Float64Array(rows * outputs),
      dx: new Float64Array(rows * inputs),
      dw: new Float64Array(inputs * outputs),
      sums: new Float64Array(outputs),
    };
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) {
        wanted.y[r * outputs + o]! += bias[o]!;
        wanted.sums[o]! += dy[r * outputs + o]!;
        for (let i = 0; i < inputs; i++) {
          wanted.y[r * outputs + o]! += x[r * inputs + i]! * w[o * inputs + i]!;
          wanted.dx[r * inputs + i]! += dy[r * outputs + o]! * w[o * inputs + i]!;
          wanted.dw[o * inputs + i]! += dy[r * outputs + o]! * x[r * inputs + i]!;
        }
      }
    }
    const got = outcome(1);
    for (const name of ['y', 'dx', 'dw', 'sums'] as const)
      expect(worst(got[name], wanted[name]), name).toBeLessThan(2e-6);
    expect(outcome(3)).toEqual(got);
  });

  it.each(NORMS)('normalise passes of $rows rows of $channels, and go back', (norm) => {
    const { rows, passes, firstPass = 0, all, channels, relu } = norm;
    const x = drawn(all * rows * channels, 1).map((value) => value + 1);
    const dy = drawn(x.length, 2);
    const [gamma, beta, mean, variance] = [3, 4, 5, 6].map((seed) => drawn(channels, seed));
    const pair = (first: Float32Array, second: Float32Array) =>
      bench.place(padMap(shapeOf(2, channels), Float32Array.of(...first, ...second)));
    const outcome = (parts: number) => {
      bench.clear();
      const [xAt, dyAt] = [place(bench, x, channels), place(bench, dy, channels)];
      const [y, dx] = [0, 1].map(() => room(bench, all * rows, channels));
      const affine = pair(gamma!, beta!);
      const running = pair(mean!, variance!);
      const gradient = bench.room(rowMomentsBytes(channels));
      for (let pass = firstPass; pass < firstPass + passes; pass++) {
        const of = (matrix: MatrixAt) => rowsOf(matrix, pass * rows, rows);
        const moments = bench.room(rowMomentsBytes(channels));
        const add = pass > firstPass;
        bench.runSplit(
          parts,
          rowNorm({ x: of(xAt), y: of(y!).at, affine, running, moments, relu }),
          rowNormGradient({
            ...{ dy: of(dyAt).at, x: of(xAt), dx: of(dx!).at, affine, moments, gradient, add },
            ...(relu ? { rectified: of(y!).at } : {}),
          }),
        );
      }
      const readPair = (at: number) =>
        unpadMap(shapeOf(2, channels), bench.read(at, rowMomentsBytes(channels)));
      return {
        y: read(bench, y!),
        dx: read(bench, dx!),
        running: readPair(running),
        gradient: readPair(gradient),
      };
    };
    const got = outcome(1);
    const wanted = {
      y: new Float64Array(x.length).fill(Number.NaN),
      dx: new Float64Array(x.length).fill(Number.NaN),
      running: Float64Array.of(...mean!, ...variance!),
      gradient: new Float64Array(2 * channels),
    };
    for (let pass = firstPass; pass < firstPass + passes; pass++) {
      for (let c = 0; c < channels; c++) {
        const seen = columnMoments(x, norm, pass, c);
        const inverse = 1 / Math.sqrt(seen.variance + 1e-5);
        const values = normalisedColumn(x, { scale: gamma!, shift: beta! }, norm, pass, c);
        const at = (row: number) => (pass * rows + row) * channels + c;
        const hat = (row: number) => (x[at(row)]! - seen.mean) * inverse;
        const u = values.map((value, row) => (relu && value <= 0 ? 0 : dy[at(row)]!));
        const plain = u.reduce((sum, value) => sum + value, 0);
        const product = u.reduce((sum, value, row) => sum + value * hat(row), 0);
        values.forEach((value, row) => {
          wanted.y[at(row)] = value;
          const centred = u[row]! - plain / rows - (hat(row) * product) / rows;
          wanted.dx[at(row)] = gamma![c]! * inverse * centred;
        });
        const unbiased = (seen.variance * rows) / Math.max(rows - 1, 1);
        wanted.running[c] = 0.9 * wanted.running[c]! + 0.1 * seen.mean;
        wanted.running[channels + c] = 0.9 * wanted.running[channels + c]! + 0.1 * unbiased;
        wanted.gradient[c]! += product;
        wanted.gradient[channels + c]! += plain;
      }
    }
    // Passes that were left out hold what they held: nobody wrote them.
    const written = (values: ArrayLike<number>) => Array.from(values).filter((value) => !Number.isNaN(value));
    for (const name of ['y', 'dx', 'running', 'gradient'] as const) {
      expect(worst(written(got[name]), written(wanted[name])), name).toBeLessThan(1e-5);
    }
    expect(outcome(2)).toEqual(got);
  });
});
