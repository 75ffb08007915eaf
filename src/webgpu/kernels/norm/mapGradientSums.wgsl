// Backward through a ReLU into a BatchNorm, first level: each image's sums of u and of u · (x − mean), where
// u is the gradient that the ReLU let through. A workgroup owns QUADS neighbouring channel quads of one
// image; ACROSS invocations share each quad and take turns at its columns.
//if INNER
// The ReLU is the one after bn1; the BatchNorm's own output tells where it was open.
//end
//if GATE
// A gate followed: the sums are weighted by it, and the sum of gradient · activation is its gradient.
//end
//if INNER == 0
// The ReLU is the one that ends a block (or the stem), judged by the bordered map that it wrote.
//end
//if TWO
// The third sum is that of u · (x₂ − mean₂) for the shortcut's BatchNorm.
//end
// The affine maps and statistics follow the sums, so that mapGradient.wgsl has both in one binding.

struct Shape {
  images: u32, perPass: u32, height: u32, width: u32, border: u32, quads: u32,
  blocks: u32, // workgroups of an image
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> norm: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>; // [image][quad][SUMS], then [pass][SETS][4][quad]
//if INNER == 0
@group(0) @binding(5) var<storage, read> output: array<vec4f>;
//end
//if TWO
@group(0) @binding(6) var<storage, read> x2: array<vec4f>;
@group(0) @binding(7) var<storage, read> norm2: array<vec4f>;
//end
//if GATE
@group(0) @binding(5) var<storage, read> gates: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gateGradient: array<vec4f>;
//end

const QUADS = #{QUADS}u;
const ACROSS = #{LANES / QUADS}u;
const SUMS = #{2 + TWO}u;
const SETS = #{1 + TWO}u;
//if LANES / QUADS > 1
var<workgroup> lanes: array<mat3x4f, #{LANES}>;
//end

@compute @workgroup_size(#{LANES}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quads = shape.quads;
  let n = group.x / shape.blocks;
  let quad = group.x % shape.blocks * QUADS + lane % QUADS;
  let q = min(quad, quads - 1u);
  let pass_ = n / shape.perPass;
  let table = pass_ * 4u * quads + q;
  let mean = norm[table + 2u * quads];
//if INNER
  let scale = norm[table];
  let shift = norm[table + quads];
//end
//if TWO
  let mean2 = norm2[table + 2u * quads];
//end
  var plain = vec4f();
  var product = vec4f();
  var third = vec4f();
  let pitch = shape.width + 2u * shape.border;
  for (var column = lane / QUADS; column < shape.width; column += ACROSS) {
    var at = (n * shape.height * shape.width + column) * quads + q;
    var out = ((n * (shape.height + 2u * shape.border) + shape.border) * pitch + shape.border + column) * quads + q;
    for (var row = 0u; row < shape.height; row++) {
      let d = gradient[at];
      let value = x[at];
//if INNER
      let activation = max(scale * value + shift, vec4f());
      let u = select(vec4f(), d, activation > vec4f());
//end
//if GATE
      third += d * activation;
//end
//if INNER == 0
      let u = select(vec4f(), d, output[out] > vec4f());
//end
//if TWO
      third += u * (x2[at] - mean2);
//end
      plain += u;
      product += u * (value - mean);
      at += shape.width * quads;
      out += pitch * quads;
    }
  }
  var sum = mat3x4f(plain, product, third);
//if LANES / QUADS > 1
  lanes[lane] = sum;
  workgroupBarrier();
  for (var half = ACROSS / 2u; half > 0u; half /= 2u) {
    if (lane < half * QUADS) { lanes[lane] += lanes[lane + half * QUADS]; }
    workgroupBarrier();
  }
  sum = lanes[lane % QUADS];
//end
  if ((lane >= QUADS) | (quad >= quads)) { return; }
//if GATE
  let gate = gates[n * quads + q];
  gateGradient[n * quads + q] = sum[2];
  sum = mat3x4f(gate * sum[0], gate * sum[1], vec4f());
//end
  let to = (n * quads + q) * SUMS;
//for i in 0 .. 2 + TWO
  sums[to + #{i}u] = sum[#{i}];
//end
  if (n % shape.perPass == 0u) {
    let copy = shape.images * quads * SUMS + pass_ * 4u * SETS * quads + q;
//for i in 0 .. 4
    sums[copy + #{i}u * quads] = norm[table + #{i}u * quads];
//if TWO
    sums[copy + #{4 + i}u * quads] = norm2[table + #{i}u * quads];
//end
//end
  }
}
