import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { hashedUniform } from '../random.ts';
import { moments } from './moments.ts';
import { featureRows, type Rows } from './rows.ts';
import { WHITENING_SHRINKAGE, whitened, whiteningOf } from './whitening.ts';

beforeAll(() => useBackend('wasm'));

/** Rows whose dimensions have means, different deviations, and much in common. */
function mixed(count: number, dimension: number, seed: number): Rows {
  const values = new Float32Array(count * dimension);
  for (let n = 0; n < count; n++) {
    const common = hashedUniform(seed, 7 * n);
    for (let d = 0; d < dimension; d++)
      values[n * dimension + d] = 3 + common + (d % 5) * hashedUniform(seed, 1000 + n * dimension + d);
  }
  return featureRows(values, dimension);
}

function table({ count, dimension, read }: Rows): number[][] {
  const values = read(0, count);
  return Array.from({ length: count }, (_, n) => [...values.subarray(n * dimension, (n + 1) * dimension)]);
}

async function whitenedBy(bank: Rows, rows: Rows): Promise<Rows> {
  return whitened(rows, whiteningOf(await moments(bank, new Uint8Array(bank.count), 1)));
}

/** Mean and covariance + λ I of rows, by their definitions. */
function statistics(rows: readonly number[][]) {
  const [count, dimension] = [rows.length, rows[0]!.length];
  const mean = rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]! / count, 0));
  const covariance = mean.map((_, a) =>
    mean.map(
      (_, b) => rows.reduce((sum, row) => sum + (row[a]! - mean[a]!) * (row[b]! - mean[b]!), 0) / count,
    ),
  );
  const lambda = (0.02 * covariance.reduce((sum, row, d) => sum + row[d]!, 0)) / dimension;
  for (const [d, row] of covariance.entries()) row[d]! += lambda;
  return { mean, lambda, ridged: covariance };
}

/** A⁻¹ v by Gauss's elimination with pivots. */
function solved(matrix: readonly number[][], vector: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, vector[i]!]);
  for (let column = 0; column < rows.length; column++) {
    let pivot = column;
    for (let i = column; i < rows.length; i++)
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = 0; i < rows.length; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= rows.length; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('whitened rows', () => {
  it.each([
    [200, 1],
    [200, 3],
    [300, 63],
    [300, 65],
    [20, 63],
    [2, 3],
  ])(
    'of a bank of %d rows and %d dimensions have the products of (x − μ)ᵀ (Σ + λI)⁻¹ (y − μ)',
    async (count, dimension) => {
      const [bank, asked] = [mixed(count, dimension, 1), mixed(5, dimension, 2)];
      const { mean, ridged } = statistics(table(bank));
      const found = table(await whitenedBy(bank, asked));
      const plain = table(asked).map((row) => row.map((value, d) => value - mean[d]!));
      const largest = Math.max(...plain.map((row) => dot(row, solved(ridged, row))));
      for (let a = 0; a < 5; a++)
        for (let b = 0; b <= a; b++) {
          const expected = dot(plain[a]!, solved(ridged, plain[b]!));
          expect(Math.abs(dot(found[a]!, found[b]!) - expected)).toBeLessThan(1e-4 * largest);
        }
    },
  );

  it('vary alike in all directions but for λ: the covariance of the bank is I − λ L⁻¹ L⁻ᵀ', async () => {
    const bank = mixed(300, 7, 3);
    const { lambda } = statistics(table(bank));
    const known = whiteningOf(await moments(bank, new Uint8Array(300), 1));
    const rows = table(await whitened(bank, known));
    for (let a = 0; a < 7; a++)
      for (let b = 0; b < 7; b++) {
        const covariance = rows.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / 300;
        let noise = 0;
        for (let k = 0; k < 7; k++) noise += known.matrix[a * 7 + k]! * known.matrix[b * 7 + k]!;
        expect(covariance).toBeCloseTo((a === b ? 1 : 0) - lambda * noise, 4);
      }
    expect(WHITENING_SHRINKAGE).toBe(0.02);
  });

  it('do not change with the scale of the features, nor with what is added to them', async () => {
    const [bank, asked] = [mixed(50, 4, 4), mixed(3, 4, 5)];
    const moved = ({ dimension, count, read }: Rows) =>
      featureRows(
        read(0, count).map((value) => 8 * value - 40),
        dimension,
      );
    const [plain, other] = [await whitenedBy(bank, asked), await whitenedBy(moved(bank), moved(asked))];
    for (const [i, value] of other.read(0, 3).entries()) expect(value).toBeCloseTo(plain.read(0, 3)[i]!, 3);
  });

  it('of a bank of equal rows are what is left without their mean', async () => {
    const equal = featureRows(new Float32Array(6).fill(2), 3);
    const found = await whitenedBy(equal, featureRows(Float32Array.of(2, 2, 2, 3, 2, 2), 3));
    expect([...found.read(0, 2)]).toEqual([0, 0, 0, 1, 0, 0]);
    expect([
      ...(await whitenedBy(featureRows(Float32Array.of(4), 1), featureRows(Float32Array.of(4), 1))).read(
        0,
        1,
      ),
    ]).toEqual([0]);
  });

  it('say how far they are', async () => {
    const told: number[] = [];
    const bank = mixed(9000, 2, 6);
    const known = whiteningOf(await moments(bank, new Uint8Array(9000), 1));
    await whitened(bank, known, (done, total) => void told.push(done / total));
    expect(told).toEqual([4096 / 9000, 8192 / 9000, 1]);
  });
});
