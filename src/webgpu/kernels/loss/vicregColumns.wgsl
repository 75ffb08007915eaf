// What VICReg computes for each column (embedding dimension) of z [pair][2 views][N, D], pairs along y: the
// centred z, the terms' shares, and the gradient dz. A matrix product adds the gradient of covariances
// between columns later. The lanes of a quad of columns (columnLanes.wgsl) own its part of `centred` and
// `dz`; the first of them owns two quads of `shares`, sums over its columns: Σ hinge of view 1 and of view 2,
// Σ variance² of each; then Σ (z1 − z2)². Columns beyond D are zero in z, so that only their hinge has to be
// left out.
struct Shape {
  rows: u32, // N
  paddedRows: u32, // of `centred`, per view; the last ones are zeros
  columns: u32, // D
  quads: u32,
  degrees: f32, // N − 1
  invarianceSlope: f32, // weight · 2 / (N · D)
  varianceSlope: f32, // weight / (D · (N − 1))
  ownSlope: f32, // of a column's own variance, to be taken off the product's gradient
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> z: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> centred: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dz: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> shares: array<vec4f>;

const STD_EPSILON = 1e-4; // keeps the gradient finite where a column is constant

struct Column {
  mean: vec4f,
  rest: vec4f, // rounding error of the mean; it matters for columns that hardly vary
  variance: vec4f,
  hinge: vec4f,
  pull: vec4f, // the gradient is −pull · (z − mean)
}

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quad = group.x * QUADS + local % QUADS;
  let column = min(quad, shape.quads - 1u);
  let lane = local / QUADS;
  let view = shape.rows * shape.quads;
  let start = group.y * 2u * view;
  let first = statistics(start + column, column, lane, local);
  let second = statistics(start + view + column, column, lane, local);

  var apart = vec4f();
  if (quad < shape.quads) {
    for (var row = lane; row < shape.paddedRows; row += LANES) {
      let at = start + row * shape.quads + column;
      let to = (2u * group.y * shape.paddedRows + row) * shape.quads + column;
      let toSecond = to + shape.paddedRows * shape.quads;
      if (row < shape.rows) {
        let off = z[at] - z[at + view];
        let centred1 = (z[at] - first.mean) - first.rest;
        let centred2 = (z[at + view] - second.mean) - second.rest;
        apart += off * off;
        centred[to] = centred1;
        centred[toSecond] = centred2;
        dz[at] = shape.invarianceSlope * off - first.pull * centred1;
        dz[at + view] = -shape.invarianceSlope * off - second.pull * centred2;
      } else {
        centred[to] = vec4f();
        centred[toSecond] = vec4f();
      }
    }
  }
  let distance = overLanes(apart, local);
  if ((lane == 0u) & (quad < shape.quads)) {
    let own = vec2f(total(first.variance * first.variance), total(second.variance * second.variance));
    let to = 2u * (group.y * shape.quads + quad);
    shares[to] = vec4f(total(first.hinge), total(second.hinge), own);
    shares[to + 1u] = vec4f(total(distance), 0.0, 0.0, 0.0);
  }
}

/** Statistics of the columns of one view whose first quad is at `start`. */
fn statistics(start: u32, column: u32, lane: u32, local: u32) -> Column {
  var sum = vec4f();
  for (var row = lane; row < shape.rows; row += LANES) { sum += z[start + row * shape.quads]; }
  let mean = overLanes(sum, local) / f32(shape.rows);
  var offs = vec4f();
  var squares = vec4f();
  for (var row = lane; row < shape.rows; row += LANES) {
    let off = z[start + row * shape.quads] - mean;
    offs += off;
    squares += off * off;
  }
  let rest = overLanes(offs, local) / f32(shape.rows);
  let variance = max(overLanes(squares, local) - f32(shape.rows) * rest * rest, vec4f()) / shape.degrees;
  let deviation = sqrt(variance + STD_EPSILON);
  let counts = 4u * column + vec4u(0, 1, 2, 3) < vec4u(shape.columns);
  let hinge = select(vec4f(), max(1.0 - deviation, vec4f()), counts);
  let pull = select(vec4f(), shape.varianceSlope / deviation, hinge > vec4f()) + shape.ownSlope * variance;
  return Column(mean, rest, variance, hinge, pull);
}

fn total(columns: vec4f) -> f32 { return dot(columns, vec4f(1)); }
