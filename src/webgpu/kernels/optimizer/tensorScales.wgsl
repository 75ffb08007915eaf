// Second level of the norms. A workgroup adds up the chunks of one tensor and owns two pairs of that tensor
// behind the chunks' pairs in `scratch`: (scale, weight decay), and, after those of all tensors, (squared
// norm of the gradient, part of the network). The scales are those of LARS (method §5).
struct Shape {
  chunks: u32,
  tensors: u32,
  lars: u32,
  clip: u32,
  exclude1d: u32,
  eta: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> table: array<vec4u>; // chunks: …, part; then tensors: first chunk, chunks, axes, decay
@group(0) @binding(2) var<storage, read> step: Step;
@group(0) @binding(3) var<storage, read_write> scratch: array<vec2f>;

var<workgroup> sums: array<vec2f, 64>;

// The scale of the gradient and the weight decay, from the squared norms of the weights and of their
// gradient.
fn trust(squares: vec2f, axes: u32, decay: f32) -> vec2f {
  let norms = sqrt(squares);
  if (((axes < 2) & (shape.exclude1d != 0)) | (norms.x == 0) | (norms.y == 0)) { return vec2f(1, 0); }
  let ratio = shape.eta * norms.x / (norms.y + decay * norms.x + 1e-8);
  if (shape.clip == 0) { return vec2f(ratio, decay); }
  if (ratio >= step.learningRate) { return vec2f(1, decay); }
  return vec2f(ratio / step.learningRate, decay);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let tensor = table[shape.chunks + group.x];
  let decay = bitcast<f32>(tensor.w);
  var sum = vec2f(0);
  for (var i = local; i < tensor.y; i += 64) {
    sum += scratch[tensor.x + i];
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local == 0) {
    for (var other = 1u; other < 64; other++) {
      sum += sums[other];
    }
    var scale = vec2f(1, decay);
    if (shape.lars != 0) { scale = trust(sum, tensor.z, decay); }
    scratch[shape.chunks + group.x] = scale;
    scratch[shape.chunks + shape.tensors + group.x] = vec2f(sum.y, f32(table[tensor.x].w));
  }
}
