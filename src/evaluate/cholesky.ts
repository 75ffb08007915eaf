/**
 * Solves A X = B for a symmetric positive definite A.
 * @param matrix f64 [size, size]; the lower triangle is read
 * @param right f64 [size, columns]
 * @returns f64 [size, columns]
 * @throws Error when A is not positive definite
 */
export function solvePositive(
  matrix: Float64Array,
  size: number,
  right: Float64Array,
  columns: number,
): Float64Array {
  const lower = cholesky(matrix, size);
  const solution = right.slice();
  for (let i = 0; i < size; i++) eliminate(solution, columns, lower, i * size, 1, 0, i, i);
  for (let i = size - 1; i >= 0; i--) eliminate(solution, columns, lower, i, size, i + 1, size, i);
  return solution;
}

/**
 * L⁻¹, lower triangular, for a symmetric positive definite A = L Lᵀ.
 * @param matrix f64 [size, size]; the lower triangle is read
 * @returns f64 [size, size]
 * @throws Error when A is not positive definite
 */
export function inverseFactor(matrix: Float64Array, size: number): Float64Array {
  const lower = cholesky(matrix, size);
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    // Row by row from above: its other entries follow from the rows that are known.
    for (let k = 0; k < row; k++) {
      const factor = lower[row * size + k]!;
      for (let c = 0; c <= k; c++) inverse[row * size + c]! -= factor * inverse[k * size + c]!;
    }
    const pivot = lower[row * size + row]!;
    for (let c = 0; c < row; c++) inverse[row * size + c]! /= pivot;
    inverse[row * size + row] = 1 / pivot;
  }
  return inverse;
}

/** The lower triangle L of A = L Lᵀ. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (i > j) lower[i * size + j] = sum / lower[j * size + j]!;
      else if (sum > 0) lower[i * size + i] = Math.sqrt(sum);
      else throw new Error(`cholesky: the matrix must be positive definite, got pivot ${sum} at row ${i}`);
    }
  }
  return lower;
}

/**
 * Subtracts rows [from, to) of the solution from row `row`, with the coefficients at `start + k · stride`,
 * and divides.
 */
function eliminate(
  solution: Float64Array,
  columns: number,
  lower: Float64Array,
  start: number,
  stride: number,
  from: number,
  to: number,
  row: number,
): void {
  for (let k = from; k < to; k++) {
    const factor = lower[start + k * stride]!;
    for (let c = 0; c < columns; c++) solution[row * columns + c]! -= factor * solution[k * columns + c]!;
  }
  const pivot = lower[start + row * stride]!;
  for (let c = 0; c < columns; c++) solution[row * columns + c]! /= pivot;
}
