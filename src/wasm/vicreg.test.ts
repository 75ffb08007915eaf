import { describe, expect, it } from 'vitest';
import golden from '../golden/vectors/a_vicreg.json';
import { padMap, unpadMap } from '../plan/maps.ts';
import { goldenFloats } from '../webgpu/kernels/gate/gateRows.fixture.ts';
import { Bench, drawn, OWN_BUILDS, worst } from './kernels.fixture.ts';
import { matrixBytes } from './rows.ts';
import { PAIR_BYTES, type Vicreg, vicreg, vicregBytes } from './vicreg.ts';

type Task = Pick<Vicreg, 'n' | 'd' | 'weights'>;
const WEIGHTS = { invarianceWeight: 25, varianceWeight: 25, covarianceWeight: 1 };

/**
 * Of z [2 · n, d], in plain loops and float64: total, invariance, variance, covariance; variance of each
 * view, covariance of each.
 */
function plainTerms({ n, d, weights }: Task, z: ArrayLike<number>): number[] {
  let invariance = 0;
  const [variances, covariances] = [
    [0, 0],
    [0, 0],
  ];
  const degrees = Math.max(n - 1, 1);
  for (let i = 0; i < n * d; i++) invariance += (z[i]! - z[n * d + i]!) ** 2 / (n * d);
  for (const view of [0, 1]) {
    const columns = Array.from({ length: d }, (_, j) => {
      const column = Array.from({ length: n }, (_, i) => z[(view * n + i) * d + j]!);
      const mean = column.reduce((sum, value) => sum + value, 0) / n;
      return column.map((value) => value - mean);
    });
    columns.forEach((left, j) => {
      for (let k = j; k < d; k++) {
        const c = left.reduce((sum, value, i) => sum + value * columns[k]![i]!, 0) / degrees;
        if (k === j) variances[view]! += Math.max(0, 1 - Math.sqrt(c + 1e-4)) / d;
        else covariances[view]! += (2 * c ** 2) / d;
      }
    });
  }
  const { invarianceWeight, varianceWeight, covarianceWeight } = weights;
  const [variance, covariance] = [variances, covariances].map(([first, second]) => first! + second!);
  const total = invarianceWeight * invariance + varianceWeight * variance! + covarianceWeight * covariance!;
  return [total, invariance, variance!, covariance!, ...variances, ...covariances];
}

describe.each(OWN_BUILDS)('kernels, %s', async (_, build) => {
  const bench = await Bench.open(build);

  /** Terms and dz of z [2 · n, d]. */
  function outcome({ n, d, weights }: Task, z: Float32Array, parts = 1) {
    const map = { images: 2 * n, height: 1, width: 1, channels: d, border: 0 };
    bench.clear();
    const bytes = vicregBytes(n, d);
    const scratch = {
      centred: bench.room(bytes.centred),
      products: bench.room(bytes.products),
      filter: bench.room(bytes.filter),
      shares: bench.room(bytes.shares),
      squares: bench.room(bytes.squares),
    };
    const size = matrixBytes({ rows: 2 * n, columns: d });
    const [dz, terms] = [bench.room(size), bench.room(PAIR_BYTES)];
    bench.runSplit(parts, ...vicreg({ z: bench.place(padMap(map, z)), dz, terms, scratch, n, d, weights }));
    const stored = bench.read(dz, size);
    const gradient = unpadMap(map, stored);
    // What fills up quads is zero.
    expect(padMap(map, gradient)).toEqual(stored);
    return { terms: bench.read(terms, PAIR_BYTES), dz: gradient };
  }

  it.each([
    { n: 2, d: 1, size: 2 },
    { n: 2, d: 3, size: 3 },
    { n: 3, d: 63, size: 3.4 },
    { n: 65, d: 3, size: 3.4 },
    { n: 33, d: 35, size: 1 },
    { n: 35, d: 33, size: 3.8 },
  ])('give VICReg of $n images in $d dimensions, and its gradient', ({ n, d, size }) => {
    const task = { n, d, weights: WEIGHTS };
    const z = Float64Array.from(drawn(2 * n * d, 3), (value, i) => size * value + (i % d));
    const { terms, dz } = outcome(task, Float32Array.from(z));
    plainTerms(task, z).forEach((value, i) => {
      expect(Math.abs(terms[i]! - value)).toBeLessThan(1e-5 * Math.max(1, value));
    });
    // Some dozen places of dz are enough, and all of them for small ones.
    const stride = Math.ceil((2 * n * d) / 60);
    const places = Array.from({ length: Math.ceil((2 * n * d) / stride) }, (_, i) => i * stride);
    const H = 1e-5;
    const moved = (at: number, by: number) => plainTerms(task, z.with(at, z[at]! + by))[0]!;
    const slopes = places.map((at) => (moved(at, H) - moved(at, -H)) / (2 * H));
    const got = places.map((at) => dz[at]!);
    expect(worst(got, slopes)).toBeLessThan(1e-5);
    expect(outcome(task, Float32Array.from(z), 3)).toEqual({ terms, dz });
  });

  it('give nothing but invariance for one image', () => {
    const z = drawn(10, 1);
    const task = { n: 1, d: 5, weights: WEIGHTS };
    const { terms, dz } = outcome(task, z);
    expect(terms[1]).toBeCloseTo(plainTerms(task, z)[1]!, 6);
    expect([...terms.subarray(3, 4), ...terms.subarray(6)]).toEqual([0, 0, 0]);
    const wanted = z.map((value, i) => 10 * (value - z[(i + 5) % 10]!));
    expect(worst(dz, wanted)).toBeLessThan(1e-6);
  });

  it.each(golden.cases.map((each) => [each.name, each] as const))('match golden %s', (_name, each) => {
    const z = Float32Array.of(...goldenFloats(each.z1), ...goldenFloats(each.z2));
    const { sim, var: variance, cov } = each.weights;
    const weights = { invarianceWeight: sim, varianceWeight: variance, covarianceWeight: cov };
    const { terms, dz } = outcome({ n: each.N, d: each.D, weights }, z);
    [each.total, each.sim, each.var, each.cov].forEach((value, i) => {
      expect(Math.abs(terms[i]! - value)).toBeLessThan(1e-5 * Math.max(1, value));
    });
    const wanted = [...goldenFloats(each.dtotal_dz1), ...goldenFloats(each.dtotal_dz2)];
    expect(worst(dz, wanted)).toBeLessThan(1e-5);
  });
});
