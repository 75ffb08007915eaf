// Backward through a ReLU into a BatchNorm, second level. It writes the gradient of the convolution's output,
// dx = k · (u − mean(u) − (x − mean) · slope), as a map with a border of one pixel; mapGradientSums.wgsl
// defines u. A workgroup owns QUADS neighbouring channel quads in EACH · ACROSS columns of one pass's images,
// borders included; ACROSS invocations share each quad. It first adds up the images' sums for itself. The
// first workgroup of these quads does so for every pass, and writes the gradients of γ and β.

// What is stored for one pass: the place of γ among all parameters, in quads (β follows it), and whether an
// earlier pass has the same BatchNorm, because passes that share a BatchNorm share its gradient. The same two
// values of the shortcut's BatchNorm follow.
struct Place { @align(16) affine: u32, repeated: u32, shortcutAffine: u32, shortcutRepeated: u32, }
struct Shape {
  images: u32, passes: u32, perPass: u32, // images per pass
  height: u32, width: u32, border: u32, quads: u32,
  blocks: u32, chunks: u32, each: u32, // workgroups across the quads, across a pass's columns; turns of one
  count: f32, // values per channel and pass
  @align(16) places: array<Place, #{PASSES}>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> sums: array<vec4f>; // [image][quad][SUMS], then [pass][SETS][4][quad]
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradients: array<vec4f>;
//if GATE
@group(0) @binding(6) var<storage, read> gates: array<vec4f>;
//end
//if INNER == 0
@group(0) @binding(6) var<storage, read> output: array<vec4f>;
//end
//if TWO
@group(0) @binding(7) var<storage, read> x2: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dx2: array<vec4f>;
//end

const QUADS = #{QUADS}u;
const ACROSS = #{LANES / QUADS}u;
const SUMS = #{2 + TWO}u;
const SETS = #{1 + TWO}u;
//if LANES / QUADS > 1
var<workgroup> lanes: array<mat3x4f, #{LANES}>;
//end

/** The sums of a quad over all images of a pass. All invocations of the workgroup must come here. */
fn passSums(pass_: u32, q: u32, lane: u32) -> mat3x4f {
  var mine = mat3x4f();
  let end = (pass_ + 1u) * shape.perPass;
  for (var n = pass_ * shape.perPass + lane / QUADS; n < end; n += ACROSS) {
    let at = (n * shape.quads + q) * SUMS;
//if TWO
    mine += mat3x4f(sums[at], sums[at + 1u], sums[at + 2u]);
//end
//if TWO == 0
    mine += mat3x4f(sums[at], sums[at + 1u], vec4f());
//end
  }
//if LANES / QUADS > 1
  workgroupBarrier();
  lanes[lane] = mine;
  workgroupBarrier();
  for (var half = ACROSS / 2u; half > 0u; half /= 2u) {
    if (lane < half * QUADS) { lanes[lane] += lanes[lane + half * QUADS]; }
    workgroupBarrier();
  }
  mine = lanes[lane % QUADS];
//end
  return mine;
}

/** Adds a pass's share to the gradients of γ and β. */
fn leave(affine: u32, repeated: u32, dScale: vec4f, dShift: vec4f) {
  let quads = shape.quads;
  let shared_ = vec4<bool>(repeated == 1u);
  gradients[affine] = select(vec4f(), gradients[affine], shared_) + dScale;
  gradients[affine + quads] = select(vec4f(), gradients[affine + quads], shared_) + dShift;
}

@compute @workgroup_size(#{LANES}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quads = shape.quads;
  let quad = group.x % shape.blocks * QUADS + lane % QUADS;
  let q = min(quad, quads - 1u);
  let chunk = group.x / shape.blocks % shape.chunks;
  let own = group.x / (shape.blocks * shape.chunks);
  let tables = shape.images * quads * SUMS + q;
  let last = select(own, shape.passes - 1u, (own == 0u) & (chunk == 0u));
  var sum = mat3x4f();
  for (var pass_ = own; pass_ <= last; pass_++) {
    let total = passSums(pass_, q, lane);
    if (pass_ == own) { sum = total; }
    if ((own == 0u) & (chunk == 0u) & (lane < QUADS) & (quad < quads)) {
      let place = shape.places[pass_];
      let inverse = tables + (pass_ * 4u * SETS + 3u) * quads;
      leave(place.affine + q, place.repeated, total[1] * sums[inverse], total[0]);
//if TWO
      leave(place.shortcutAffine + q, place.shortcutRepeated, total[2] * sums[inverse + 4u * quads], total[0]);
//end
    }
  }
  let table = tables + own * 4u * SETS * quads;
  let k = sums[table];
  let mean = sums[table + 2u * quads];
  let inverse = sums[table + 3u * quads];
  let offset = sum[0] / shape.count;
  let slope = sum[1] * inverse * inverse / shape.count;
//if INNER
  let shift = sums[table + quads];
//end
//if TWO
  let k2 = sums[table + 4u * quads];
  let mean2 = sums[table + 6u * quads];
  let inverse2 = sums[table + 7u * quads];
  let slope2 = sum[2] * inverse2 * inverse2 / shape.count;
//end
  let padded = shape.width + 2u;
  let columns = shape.perPass * padded;
  let first = chunk * shape.each * ACROSS;
  let end = select(0u, min(first + shape.each * ACROSS, columns), quad < quads);
  for (var place = first + lane / QUADS; place < end; place += ACROSS) {
    let column = place % padded;
    let n = own * shape.perPass + place / padded;
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
      var u = select(vec4f(), d, k * value + shift > vec4f());
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
}
