/** Differences below this part of the features' length are rounding noise of an engine. */
const NOISE = 1e-6;

/**
 * Size of the differences between points compared with the points themselves: √(Σ variance / mean ‖point‖²),
 * 0–1. 0 if all points are 0. Each value is compared with the first point's, so that equal points give
 * exactly 0.
 * @param features f32 [N, dimension], N > 0
 */
export function relativeSpread(features: Float32Array, dimension: number): number {
  const count = features.length / dimension;
  let [variance, square] = [0, 0];
  for (let d = 0; d < dimension; d++) {
    const first = features[d]!;
    let [sum, squares] = [0, 0];
    for (let at = d; at < features.length; at += dimension) {
      const gap = features[at]! - first;
      sum += gap;
      squares += gap * gap;
      square += features[at]! ** 2 / count;
    }
    variance += Math.max(0, squares / count - (sum / count) ** 2);
  }
  return square > 0 ? Math.sqrt(variance / square) : 0;
}

/** Whether all points are the same but for rounding. A map of them must be one point, not enlarged noise. */
export function coincide(features: Float32Array, dimension: number): boolean {
  return relativeSpread(features, dimension) < NOISE;
}
