import { hashedUniform } from '../../random.ts';
import { eigenvaluesOf, type ThreeDiagonals, tridiagonal } from './eigenvalues.ts';

/** Inverse iterations for a vector: with an eigenvalue to its last digits the second one has all digits. */
const ITERATIONS = 3;
/** A matrix of smaller entries is 0: any vectors at right angles will do. */
const TINY = 1e-150;

/** Eigenvalues of a symmetric matrix, the largest first, with their vectors of length 1. */
export interface Eigenpairs {
  /** f64 [count] */
  readonly values: Float64Array;
  /** f64 [count, size] */
  readonly vectors: Float64Array;
}

/**
 * The largest eigenvalues with their vectors: inverse iteration on the three diagonals of Householder's
 * reduction, each vector at right angles to those before, taken back through the mirrors.
 * @param matrix f64 [size, size], symmetric
 */
export function largestEigenpairs(matrix: Float64Array, size: number, count: number): Eigenpairs {
  const mirrors = matrix.slice();
  const three = tridiagonal(mirrors, size);
  const values = eigenvaluesOf(three, count);
  const vectors = new Float64Array(count * size);
  for (let place = 0; place < count; place++) {
    const vector = vectors.subarray(place * size, (place + 1) * size);
    for (let d = 0; d < size; d++) vector[d] = hashedUniform(place, d) - 0.5;
    const shifted = factorsOf(three, values[place]!);
    for (let i = 0; i < ITERATIONS; i++) {
      solve(shifted, vector);
      // Twice, because rounding leaves a part of near vectors the first time.
      straighten(vector, vectors, place);
      straighten(vector, vectors, place);
    }
  }
  for (let place = 0; place < count; place++)
    reflectBack(mirrors, three.beside, vectors.subarray(place * size, (place + 1) * size));
  return { values, vectors };
}

/** A matrix of three diagonals as lower times upper factor, with rows exchanged where the pivot is larger. */
interface Factors {
  /** The upper factor has three diagonals: pivots, and the two beside them. */
  readonly pivots: Float64Array;
  readonly next: Float64Array;
  readonly afterNext: Float64Array;
  readonly multipliers: Float64Array;
  /** u8 [size], 1 where rows i and i + 1 were exchanged. */
  readonly exchanged: Uint8Array;
}

/** The factors of the three diagonals less `shift` on the main one. */
function factorsOf({ diagonal, beside }: ThreeDiagonals, shift: number): Factors {
  const size = diagonal.length;
  const pivots = diagonal.map((value) => value - shift);
  const next = Float64Array.from({ length: size }, (_, i) => beside[i + 1]!);
  const afterNext = new Float64Array(size);
  const multipliers = new Float64Array(size);
  const exchanged = new Uint8Array(size);
  let largest = 0;
  for (let i = 0; i < size; i++)
    largest = Math.max(largest, Math.abs(diagonal[i]!) + Math.abs(beside[i]!) + Math.abs(beside[i + 1]!));
  // The shift is an eigenvalue, so a pivot is nearly 0; in its place stands what rounding would leave.
  const least = largest > TINY ? Number.EPSILON * largest : 1;
  for (let i = 0; i + 1 < size; i++) {
    const below = beside[i + 1]!;
    if (Math.abs(below) > Math.abs(pivots[i]!)) {
      exchanged[i] = 1;
      const [pivot, beyond] = [pivots[i]!, next[i]!];
      pivots[i] = below;
      next[i] = pivots[i + 1]!;
      afterNext[i] = next[i + 1]!;
      multipliers[i] = pivot / below;
      pivots[i + 1] = beyond - multipliers[i]! * next[i]!;
      next[i + 1] = -multipliers[i]! * afterNext[i]!;
    } else {
      if (Math.abs(pivots[i]!) < least) pivots[i] = least;
      multipliers[i] = below / pivots[i]!;
      pivots[i + 1]! -= multipliers[i]! * next[i]!;
    }
  }
  if (Math.abs(pivots[size - 1]!) < least) pivots[size - 1] = least;
  return { pivots, next, afterNext, multipliers, exchanged };
}

/** Puts the solution in the place of the right side, with length 1. */
function solve({ pivots, next, afterNext, multipliers, exchanged }: Factors, right: Float64Array): void {
  const size = right.length;
  for (let i = 0; i + 1 < size; i++) {
    if (exchanged[i]) {
      const held = right[i]!;
      right[i] = right[i + 1]!;
      right[i + 1] = held;
    }
    right[i + 1]! -= multipliers[i]! * right[i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    const known =
      (i + 1 < size ? next[i]! * right[i + 1]! : 0) + (i + 2 < size ? afterNext[i]! * right[i + 2]! : 0);
    right[i] = (right[i]! - known) / pivots[i]!;
    // A nearly singular matrix lets values grow: they are scaled before they leave the range of numbers.
    if (Math.abs(right[i]!) > 1e150) for (let k = 0; k < size; k++) right[k]! *= 1e-150;
  }
  normalise(right);
}

/** Takes away the vector's parts along the first `count` others, and gives it length 1. */
function straighten(vector: Float64Array, others: Float64Array, count: number): void {
  const size = vector.length;
  for (let other = 0; other < count; other++) {
    let along = 0;
    for (let d = 0; d < size; d++) along += vector[d]! * others[other * size + d]!;
    for (let d = 0; d < size; d++) vector[d]! -= along * others[other * size + d]!;
  }
  normalise(vector);
}

function normalise(vector: Float64Array): void {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  if (length > 0) for (let d = 0; d < vector.length; d++) vector[d]! /= length;
}

/** Turns a vector of the three diagonals into one of the matrix: the mirrors in reverse order. */
function reflectBack(mirrors: Float64Array, beside: Float64Array, vector: Float64Array): void {
  const size = vector.length;
  for (let k = size - 2; k >= 0; k--) {
    const first = mirrors[(k + 1) * size + k]!;
    const normal = (i: number) => (i === k + 1 ? first - beside[k + 1]! : mirrors[i * size + k]!);
    const half = beside[k + 1]! ** 2 - first * beside[k + 1]!;
    if (half <= 0) continue;
    let along = 0;
    for (let i = k + 1; i < size; i++) along += normal(i) * vector[i]!;
    for (let i = k + 1; i < size; i++) vector[i]! -= (along / half) * normal(i);
  }
}
