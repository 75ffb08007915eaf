import { lot } from '../lot.ts';

// N images, D dimensions, k neighbours of each image.

/** Neighbours that are kept of each map image. */
export const KEPT_NEIGHBOURS = 5;

/** Called between parts of the work; `false` ends it. */
export type GoesOn = () => Promise<boolean> | boolean;

/** Work between two calls of `GoesOn`, milliseconds. */
const PART = 30;

/**
 * The images that are nearest to each image by the cosine of their features, itself left out; the nearest
 * come first. This is the measure of 20-NN, taken among the images themselves. Equally near ones come in the
 * order of `lot`. All pairs are compared once: N (N − 1) / 2 · D multiply-adds.
 * @param features f32 [N, dimension], finite
 * @param k fewer if there are fewer others
 * @returns u16 [N, k], or null if `goesOn` ended it
 * @throws RangeError for more images than 16 bits can number, or rows that are not whole
 */
export async function nearestOthers(
  features: Float32Array,
  dimension: number,
  k: number,
  goesOn: GoesOn,
): Promise<Uint16Array<ArrayBuffer> | null> {
  const count = features.length / dimension;
  if (!Number.isInteger(count) || count > 65_536)
    throw new RangeError(
      `nearestOthers: must be at most 65,536 rows of ${dimension} values, got ${features.length} values`,
    );
  const kept = Math.max(0, Math.min(k, count - 1));
  const rows = unitRows(features, dimension);
  const nearest = new Uint16Array(count * kept);
  const values = new Float64Array(count * kept).fill(Number.NEGATIVE_INFINITY);

  function offer(image: number, other: number, similarity: number): void {
    const first = image * kept;
    let place = first + kept;
    while (place > first && precedes(image, other, similarity, place - 1)) place--;
    if (place === first + kept) return;
    nearest.copyWithin(place + 1, place, first + kept - 1);
    values.copyWithin(place + 1, place, first + kept - 1);
    nearest[place] = other;
    values[place] = similarity;
  }

  function precedes(image: number, other: number, similarity: number, place: number): boolean {
    const value = values[place]!;
    return similarity > value || (similarity === value && lot(image, other) > lot(image, nearest[place]!));
  }

  let until = performance.now() + PART;
  for (let a = 0; kept > 0 && a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      let similarity = 0;
      for (let i = a * dimension, j = b * dimension, end = i + dimension; i < end; i++, j++)
        similarity += rows[i]! * rows[j]!;
      if (similarity >= values[(a + 1) * kept - 1]!) offer(a, b, similarity);
      if (similarity >= values[(b + 1) * kept - 1]!) offer(b, a, similarity);
    }
    if (performance.now() < until) continue;
    if (!(await goesOn())) return null;
    until = performance.now() + PART;
  }
  return nearest;
}

/** The rows at length 1, f64; a row of zeros stays as it is. */
function unitRows(features: Float32Array, dimension: number): Float64Array {
  const rows = Float64Array.from(features);
  for (let from = 0; from < rows.length; from += dimension) {
    let square = 0;
    for (let i = from; i < from + dimension; i++) square += rows[i]! ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = from; i < from + dimension; i++) rows[i]! *= scale;
  }
  return rows;
}
