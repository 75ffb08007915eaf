// VICReg's terms from the shares of columns and the sums of squares. Each pair has a workgroup, whose first
// invocation owns the pair's two quads of `terms`.
struct Shape {
  quads: u32, // of columns
  sums: u32, // of squares, per view
  elements: f32, // N · D
  dimensions: f32, // D
  own: f32, // 1 where the squares contain those of the variances, else 0
  invarianceWeight: f32,
  varianceWeight: f32,
  covarianceWeight: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> shares: array<vec4f>; // hinges and own of views 1 and 2; distance, 0, 0, 0
@group(0) @binding(2) var<storage, read> squares: array<f32>;
// Weighted total, invariance, variance, covariance; then variance of views 1 and 2, covariance of each.
@group(0) @binding(3) var<storage, read_write> terms: array<vec4f>;

struct Sums {
  columns: vec4f, // hinges and own of views 1 and 2
  products: vec2f, // of views 1 and 2
  distance: f32,
}
var<workgroup> lanes: array<Sums, 64>;

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let pair = group.x;
  var sum = Sums();
  for (var quad = lane; quad < shape.quads; quad += 64u) {
    let at = 2u * (pair * shape.quads + quad);
    sum.columns += shares[at];
    sum.distance += shares[at + 1u].x;
  }
  for (var at = lane; at < shape.sums; at += 64u) {
    let first = 2u * pair * shape.sums + at;
    sum.products += vec2f(squares[first], squares[first + shape.sums]);
  }
  lanes[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < 64u; other++) {
      sum.columns += lanes[other].columns;
      sum.products += lanes[other].products;
      sum.distance += lanes[other].distance;
    }
    let invariance = sum.distance / shape.elements;
    let variances = sum.columns.xy / shape.dimensions;
    let covariances = (sum.products - shape.own * sum.columns.zw) / shape.dimensions;
    let variance = variances.x + variances.y;
    let covariance = covariances.x + covariances.y;
    let total = shape.invarianceWeight * invariance + shape.varianceWeight * variance + shape.covarianceWeight * covariance;
    terms[2u * pair] = vec4f(total, invariance, variance, covariance);
    terms[2u * pair + 1u] = vec4f(variances, covariances);
  }
}
