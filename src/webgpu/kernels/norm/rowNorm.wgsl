// BatchNorm of a matrix's columns over the rows of each pass: y = γ · (x − mean) / σ + β.
//if RELU
// Negative values of y become zero.
//end
//if LINEAR
// x is made here, as input · W: the lanes of a quad own its column of x as well, each in its own rows.
//end
// The mean comes first, then the centred squares, so that no digits cancel. The lanes of a quad
// (columnLanes.wgsl) take the passes in order and own the quad's column of y; the first of them owns its
// moments, and its running statistics, which move once per pass.
struct Shape {
  rows: u32, // of one pass
  passes: u32,
  firstRow: u32,
  quads: u32,
  unbiased: f32, // rows / (rows − 1)
//if LINEAR
  inQuads: u32, // of a row of the input
//end
}
@group(0) @binding(0) var<uniform> shape: Shape;
//if LINEAR
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(6) var<storage, read> input: array<vec4f>;
@group(0) @binding(7) var<storage, read> w: array<vec4f>;
//end
//if 1 - LINEAR
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
//end
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> affine: array<vec4f>; // γ, then β
@group(0) @binding(4) var<storage, read_write> running: array<vec4f>; // mean, then variance
@group(0) @binding(5) var<storage, read_write> moments: array<vec4f>; // [pass][mean, 1/σ]

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

//if LINEAR
/** One quad of input · W. */
fn linear(row: u32, column: u32) -> vec4f {
  var sum = vec4f();
  for (var k = 0u; k < shape.inQuads; k++) {
    let at = 4u * k * shape.quads + column;
    let rows = mat4x4f(w[at], w[at + shape.quads], w[at + 2u * shape.quads], w[at + 3u * shape.quads]);
    sum += rows * input[row * shape.inQuads + k];
  }
  return sum;
}
//end

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quads = shape.quads;
  let quad = group.x * QUADS + local % QUADS;
  let column = min(quad, quads - 1u);
  let lane = local / QUADS;
  let owns = quad < quads;
  let count = f32(shape.rows);
  for (var pass_ = 0u; pass_ < shape.passes; pass_++) {
    let first = shape.firstRow + pass_ * shape.rows;
    let start = (first + lane) * quads + column;
    let end = select(start, (first + shape.rows) * quads, owns);
    let step = LANES * quads;
    var sum = vec4f();
//if LINEAR
    for (var at = start; at < end; at += step) { x[at] = linear(at / quads, column); }
//end
    for (var at = start; at < end; at += step) { sum += x[at]; }
    let mean = overLanes(sum, local) / count;
    var squares = vec4f();
    for (var at = start; at < end; at += step) {
      let off = x[at] - mean;
      squares += off * off;
    }
    let variance = overLanes(squares, local) / count;
    let inverse = 1.0 / sqrt(variance + EPSILON);
    let scale = affine[column] * inverse;
    let shift = affine[quads + column];
    for (var at = start; at < end; at += step) {
      let value = scale * (x[at] - mean) + shift;
//if RELU
      y[at] = max(value, vec4f());
//end
//if 1 - RELU
      y[at] = value;
//end
    }
    if (owns & (lane == 0u)) {
      moments[2u * pass_ * quads + quad] = mean;
      moments[(2u * pass_ + 1u) * quads + quad] = inverse;
      running[quad] = mix(running[quad], mean, MOMENTUM);
      running[quads + quad] = mix(running[quads + quad], shape.unbiased * variance, MOMENTUM);
    }
  }
}
