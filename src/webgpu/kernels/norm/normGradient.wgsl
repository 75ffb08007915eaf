// Backward through a BatchNorm over maps, second level. A workgroup owns one channel quad and adds up the
// columns' sums of each pass. It writes the gradients of γ and β, and what mapGradient.wgsl needs for dx = k
// · (u − mean(u) − (x − mean) · slope), as [pass][k, mean(u), slope, mean][quads]; the shortcut's four rows
// follow the block's.
//if GATE
// u passed a gate. The sums are weighted by each image's gate, and the third sum is written as the gate's
// gradient.
//end

// What is stored for one pass: the place of γ among all parameters, in quads (β follows it), and whether an
// earlier pass has the same BatchNorm, because passes that share a BatchNorm share its gradient. The same two
// values of the shortcut's BatchNorm follow.
struct Place { @align(16) affine: u32, repeated: u32, shortcutAffine: u32, shortcutRepeated: u32, }
struct Shape {
  quads: u32, passes: u32, perPass: u32, width: u32, // images per pass; columns per image
  count: f32, // values per channel and pass
  @align(16) places: array<Place, #{PASSES}>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> sums: array<vec4f>; // [image][column][quad][3]
@group(0) @binding(2) var<storage, read> norm: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> coefficients: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradients: array<vec4f>;
//if GATE
@group(0) @binding(5) var<storage, read> gates: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gateGradient: array<vec4f>;
//end
//if TWO
@group(0) @binding(5) var<storage, read> norm2: array<vec4f>;
//end

const LANES = #{LANES}u;
const SETS = #{1 + TWO}u;
var<workgroup> lanes: array<mat3x4f, LANES>;

@compute @workgroup_size(#{LANES}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let q = group.x;
  let quads = shape.quads;
  for (var pass_ = 0u; pass_ < shape.passes; pass_++) {
    var mine = mat3x4f();
    for (var n = pass_ * shape.perPass + lane; n < (pass_ + 1u) * shape.perPass; n += LANES) {
      var image = mat3x4f();
      for (var column = 0u; column < shape.width; column++) {
        let at = ((n * shape.width + column) * quads + q) * 3u;
        image += mat3x4f(sums[at], sums[at + 1u], sums[at + 2u]);
      }
//if GATE
      let gate = gates[n * quads + q];
      gateGradient[n * quads + q] = image[2];
      image = mat3x4f(gate * image[0], gate * image[1], vec4f());
//end
      mine += image;
    }
    workgroupBarrier();
    lanes[lane] = mine;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
      if (lane < half) { lanes[lane] += lanes[lane + half]; }
      workgroupBarrier();
    }
    if (lane == 0u) {
      let sum = lanes[0];
      let table = pass_ * 4u * quads + q;
      let place = shape.places[pass_];
      leave(q, norm[table], norm[table + 2u * quads], norm[table + 3u * quads], sum[0], sum[1], pass_ * 4u * SETS * quads + q, place.affine, place.repeated);
//if TWO
      leave(q, norm2[table], norm2[table + 2u * quads], norm2[table + 3u * quads], sum[0], sum[2], (pass_ * 4u * SETS + 4u) * quads + q, place.shortcutAffine, place.shortcutRepeated);
//end
    }
  }
}

fn leave(q: u32, k: vec4f, mean: vec4f, inverse: vec4f, plain: vec4f, product: vec4f, to: u32, affine: u32, repeated: u32) {
  let quads = shape.quads;
  coefficients[to] = k;
  coefficients[to + quads] = plain / shape.count;
  coefficients[to + 2u * quads] = product * inverse * inverse / shape.count;
  coefficients[to + 3u * quads] = mean;
  let at = affine + q;
  let shared_ = vec4<bool>(repeated == 1u);
  gradients[at] = select(vec4f(), gradients[at], shared_) + product * inverse;
  gradients[at + quads] = select(vec4f(), gradients[at + quads], shared_) + plain;
}

