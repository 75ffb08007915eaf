/**
 * Eigenvalues of a symmetric matrix, the largest first. Householder's reduction gives three diagonals, and
 * bisection by Sturm's count then finds each eigenvalue to its last digits, independently of the others.
 * @param matrix f64 [size, size], symmetric
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  return eigenvaluesOf(tridiagonal(matrix.slice(), size), size);
}

/** The main diagonal [size], and beside[i] between rows i − 1 and i, [size + 1] with 0 at both ends. */
export interface ThreeDiagonals {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
}

/** The largest `count` eigenvalues of a symmetric matrix of three diagonals, the largest first. */
export function eigenvaluesOf({ diagonal, beside }: ThreeDiagonals, count: number): Float64Array {
  const size = diagonal.length;
  // By Gershgorin, every eigenvalue is at most a row's sum of absolute values away from that row's diagonal
  // entry.
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < size; i++) {
    const reach = Math.abs(beside[i]!) + Math.abs(beside[i + 1]!);
    low = Math.min(low, diagonal[i]! - reach);
    high = Math.max(high, diagonal[i]! + reach);
  }
  const values = new Float64Array(count);
  for (let place = size - count; place < size; place++) {
    let [below, above] = [low, high];
    for (;;) {
      const middle = (below + above) / 2;
      if (middle <= below || middle >= above) break;
      if (countBelow(diagonal, beside, middle) > place) above = middle;
      else below = middle;
    }
    values[size - 1 - place] = (below + above) / 2;
  }
  return values;
}

/** Number of eigenvalues below x. It counts the negative pivots of the three diagonals minus x. */
function countBelow(diagonal: Float64Array, beside: Float64Array, x: number): number {
  let negative = 0;
  let pivot = 1;
  for (let i = 0; i < diagonal.length; i++) {
    pivot = diagonal[i]! - x - (i > 0 ? beside[i]! ** 2 / pivot : 0);
    if (pivot === 0) pivot = Number.EPSILON * (Math.abs(beside[i]!) + Number.MIN_VALUE);
    if (pivot < 0) negative++;
  }
  return negative;
}

/**
 * Turns all but three diagonals to 0 by reflections, column by column. It works in place: below the diagonal,
 * column k keeps the normal of its mirror, but for its first entry, which is less by `beside[k + 1]`.
 */
export function tridiagonal(a: Float64Array, size: number): ThreeDiagonals {
  const beside = new Float64Array(size + 1);
  const v = new Float64Array(size);
  const p = new Float64Array(size);
  for (let k = 0; k + 1 < size; k++) {
    let square = 0;
    for (let i = k + 1; i < size; i++) square += a[i * size + k]! ** 2;
    const first = a[(k + 1) * size + k]!;
    const length = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    beside[k + 1] = length;
    const half = square - first * length;
    if (half <= 0) continue;
    // v is the mirror's normal; A ← (1 − v vᵀ / half) A (1 − v vᵀ / half).
    for (let i = k + 1; i < size; i++) v[i] = a[i * size + k]!;
    v[k + 1] = first - length;
    let along = 0;
    for (let i = k + 1; i < size; i++) {
      let sum = 0;
      for (let j = k + 1; j < size; j++) sum += a[i * size + j]! * v[j]!;
      p[i] = sum / half;
      along += p[i]! * v[i]!;
    }
    for (let i = k + 1; i < size; i++) p[i]! -= (along / (2 * half)) * v[i]!;
    for (let i = k + 1; i < size; i++) {
      for (let j = k + 1; j < size; j++) a[i * size + j]! -= v[i]! * p[j]! + p[i]! * v[j]!;
    }
  }
  return { diagonal: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), beside };
}
