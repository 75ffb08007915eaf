// Backward through a ReLU into a BatchNorm, last level. It writes the gradient of the convolution's output,
// dx = k · (u − mean(u) − (x − mean) · slope), as a map with a border of one pixel. One invocation owns one
// channel quad of one column, borders included. mapGradientSums.wgsl defines u, and normGradient.wgsl writes
// the coefficients.

struct Shape { images: u32, perPass: u32, height: u32, width: u32, border: u32, quads: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
//if INNER
@group(0) @binding(5) var<storage, read> norm: array<vec4f>;
//end
//if GATE
@group(0) @binding(6) var<storage, read> gates: array<vec4f>;
//end
//if INNER == 0
@group(0) @binding(5) var<storage, read> output: array<vec4f>;
//end
//if TWO
@group(0) @binding(6) var<storage, read> x2: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> dx2: array<vec4f>;
//end

const SETS = #{1 + TWO}u;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = shape.quads;
  let padded = shape.width + 2u;
  let q = id.x % quads;
  let column = id.x / quads % padded;
  let n = id.x / (quads * padded);
  if (n >= shape.images) { return; }
  let pass_ = n / shape.perPass;
  let table = pass_ * 4u * SETS * quads + q;
  let k = coefficients[table];
  let offset = coefficients[table + quads];
  let slope = coefficients[table + 2u * quads];
  let mean = coefficients[table + 3u * quads];
//if TWO
  let k2 = coefficients[table + 4u * quads];
  let slope2 = coefficients[table + 6u * quads];
  let mean2 = coefficients[table + 7u * quads];
//end
//if INNER
  let scale = norm[pass_ * 4u * quads + q];
  let shift = norm[pass_ * 4u * quads + quads + q];
//end
//if GATE
  let gate = gates[n * quads + q];
//end
  let within = (column >= 1u) & (column <= shape.width);
  let inner = min(max(column, 1u) - 1u, shape.width - 1u);
  let pitch = shape.width + 2u * shape.border;
  var to = (n * (shape.height + 2u) * padded + column) * quads + q;
  for (var row = 0u; row < shape.height + 2u; row++) {
    let inside = vec4<bool>(within & (row >= 1u) & (row <= shape.height));
    let line = min(max(row, 1u) - 1u, shape.height - 1u);
    let at = ((n * shape.height + line) * shape.width + inner) * quads + q;
    let d = gradient[at];
    let value = x[at];
//if INNER
    var u = select(vec4f(), d, scale * value + shift > vec4f());
//end
//if INNER == 0
    let out = ((n * (shape.height + 2u * shape.border) + shape.border + line) * pitch + shape.border + inner) * quads + q;
    let u = select(vec4f(), d, output[out] > vec4f());
//end
//if GATE
    u *= gate;
//end
    dx[to] = select(vec4f(), k * (u - offset - (value - mean) * slope), inside);
//if TWO
    dx2[to] = select(vec4f(), k2 * (u - offset - (x2[at] - mean2) * slope2), inside);
//end
    to += padded * quads;
  }
}
