// N points on a plane: x and y of each in turn.

/**
 * The layout turned, mirrored if that fits better, and moved, so that the squared distances of its points to
 * those of the target are smallest; its scale stays. UMAP and PCA give any direction: without this, a new
 * layout may show the old groups turned round.
 *
 * On the plane the best turn has a closed form. With both clouds centred, a = Σ x·y and b = Σ x×y, it is
 * atan2(b, a), and it takes 2·√(a² + b²) off the squared distance. The mirror image is tried in the same way.
 * @param layout f32 [N, 2]
 * @param target f32 [M, 2], M > 0; if M < N, it has places for the first points only, and these decide
 * @returns f32 [N, 2]
 * @throws Error if the target has more points than the layout, or none
 */
export function aligned(layout: Float32Array, target: Float32Array): Float32Array {
  if (layout.length < target.length || target.length === 0 || (layout.length | target.length) % 2 !== 0) {
    throw new Error(
      `Procrustes: layout and target must be [N, 2] and [M, 2] with N ≥ M > 0, got ${layout.length} and ${target.length} values`,
    );
  }
  const from = centreOf(layout.subarray(0, target.length));
  const to = centreOf(target);
  const straight = turnOf(layout, from, target, to, 1);
  const mirrored = turnOf(layout, from, target, to, -1);
  const { angle, side } = mirrored.gain > straight.gain ? mirrored : straight;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const result = new Float32Array(layout.length);
  for (let i = 0; i < layout.length; i += 2) {
    const x = layout[i]! - from[0];
    const y = side * (layout[i + 1]! - from[1]);
    result[i] = cos * x - sin * y + to[0];
    result[i + 1] = sin * x + cos * y + to[1];
  }
  return result;
}

/**
 * The points half-way between each two points of the same index, as far as both have them. They minimise the
 * squared distances to both.
 */
export function midway(a: Float32Array, b: Float32Array): Float32Array {
  return a.subarray(0, b.length).map((value, i) => (value + b[i]!) / 2);
}

function centreOf(layout: Float32Array): [number, number] {
  const sum: [number, number] = [0, 0];
  for (let i = 0; i < layout.length; i += 2) {
    sum[0] += layout[i]!;
    sum[1] += layout[i + 1]!;
  }
  return [(2 * sum[0]) / layout.length, (2 * sum[1]) / layout.length];
}

/**
 * The best turn of a layout (`side` 1), or of its mirror image (−1), and how much squared distance it saves.
 */
function turnOf(
  layout: Float32Array,
  from: readonly [number, number],
  target: Float32Array,
  to: readonly [number, number],
  side: 1 | -1,
): { readonly angle: number; readonly gain: number; readonly side: 1 | -1 } {
  let along = 0;
  let across = 0;
  for (let i = 0; i < target.length; i += 2) {
    const x = layout[i]! - from[0];
    const y = side * (layout[i + 1]! - from[1]);
    const u = target[i]! - to[0];
    const v = target[i + 1]! - to[1];
    along += x * u + y * v;
    across += x * v - y * u;
  }
  return { angle: Math.atan2(across, along), gain: Math.hypot(along, across), side };
}
