// Backward through BatchNorm of a matrix's columns: dx = γ/σ · (u − mean(u) − x̂ · mean(u · x̂)) within each
// pass, where x̂ = (x − mean) / σ and u is dy.
//if RELU
// u is dy where the following ReLU was open (y > 0), and 0 elsewhere.
//end
// The lanes of a quad (columnLanes.wgsl) own its column of dx; the first of them owns its part of the
// gradients of γ and β, the sums of u · x̂ and u over all passes.
struct Shape {
  rows: u32, // of one pass
  passes: u32,
  firstRow: u32,
  quads: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(4) var<storage, read> affine: array<vec4f>; // γ, then β
@group(0) @binding(5) var<storage, read> moments: array<vec4f>; // [pass][mean, 1/σ]
@group(0) @binding(6) var<storage, read_write> gradient: array<vec4f>; // of γ, then of β
//if RELU
@group(0) @binding(7) var<storage, read> y: array<vec4f>;
//end

/** Gradient of the BatchNorm's output. */
fn upstream(at: u32) -> vec4f {
//if RELU
  return select(vec4f(), dy[at], y[at] > vec4f());
//end
//if 1 - RELU
  return dy[at];
//end
}

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quads = shape.quads;
  let quad = group.x * QUADS + local % QUADS;
  let column = min(quad, quads - 1u);
  let lane = local / QUADS;
  let owns = quad < quads;
  let count = f32(shape.rows);
  var dScale = vec4f();
  var dShift = vec4f();
  for (var pass_ = 0u; pass_ < shape.passes; pass_++) {
    let first = shape.firstRow + pass_ * shape.rows;
    let start = (first + lane) * quads + column;
    let end = (first + shape.rows) * quads;
    let step = LANES * quads;
    let mean = moments[2u * pass_ * quads + column];
    let inverse = moments[(2u * pass_ + 1u) * quads + column];
    var plain = vec4f();
    var product = vec4f();
    for (var at = start; at < end; at += step) {
      let u = upstream(at);
      plain += u;
      product += u * (x[at] - mean);
    }
    plain = overLanes(plain, local);
    product = overLanes(product, local) * inverse;
    dShift += plain;
    dScale += product;
    let scale = affine[column] * inverse;
    let slope = product * inverse / count;
    if (owns) {
      for (var at = start; at < end; at += step) {
        dx[at] = scale * (upstream(at) - plain / count - (x[at] - mean) * slope);
      }
    }
  }
  if (owns & (lane == 0u)) {
    gradient[quad] = dScale;
    gradient[quads + quad] = dShift;
  }
}
