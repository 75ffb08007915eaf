// VICReg's terms from the shares of columns and the sums of squares. Each pair has a workgroup, whose first
// invocation owns the pair's `terms`.
struct Shape {
  quads: u32, // of shares
  sums: u32, // of squares
  elements: f32, // N · D
  dimensions: f32, // D
  own: f32, // 1 where the squares contain those of the variances, else 0
  invarianceWeight: f32,
  varianceWeight: f32,
  covarianceWeight: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> shares: array<vec4f>; // invariance, variance, own, 0
@group(0) @binding(2) var<storage, read> squares: array<f32>;
@group(0) @binding(3) var<storage, read_write> terms: array<vec4f>; // weighted total, invariance, variance, covariance

var<workgroup> lanes: array<vec4f, 64>;

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let pair = group.x;
  var sum = vec4f();
  for (var quad = lane; quad < shape.quads; quad += 64u) { sum += shares[pair * shape.quads + quad]; }
  var products = 0.0;
  for (var at = lane; at < shape.sums; at += 64u) { products += squares[pair * shape.sums + at]; }
  lanes[lane] = vec4f(sum.xyz, products);
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < 64u; other++) { sum += lanes[other]; products += lanes[other].w; }
    let invariance = sum.x / shape.elements;
    let variance = sum.y / shape.dimensions;
    let covariance = (products - shape.own * sum.z) / shape.dimensions;
    let total = shape.invarianceWeight * invariance + shape.varianceWeight * variance + shape.covarianceWeight * covariance;
    terms[pair] = vec4f(total, invariance, variance, covariance);
  }
}
