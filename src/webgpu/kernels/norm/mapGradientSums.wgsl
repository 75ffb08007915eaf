// Gradient of a ReLU's output that comes from a max-pool: what the ReLU does not let through becomes 0, in
// place. The ReLU is judged by the bordered map that it wrote. Sums over each column are the first level of
// the gradient of the BatchNorm in front of the ReLU (normGradient.wgsl). One invocation owns one channel
// quad of one column. Other gradients are summed where they are made (webgpu/kernels/norm/arrival.ts).

struct Shape {
  images: u32, height: u32, width: u32, quads: u32,
  reluPitch: u32, reluImage: u32, reluInset: u32, // of the ReLU's map: pixels a row, an image, before the first one
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>; // [column][quad][3]
@group(0) @binding(3) var<storage, read> normed: array<vec4f>;
@group(0) @binding(4) var<storage, read> rectified: array<vec4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = shape.quads;
  let q = id.x % quads;
  let column = id.x / quads % shape.width;
  let n = id.x / (quads * shape.width);
  if (n >= shape.images) { return; }
  let start = (n * shape.height * shape.width + column) * quads + q;
  // A value near the mean, so that no digits cancel when the mean is subtracted.
  let near = normed[start];
  var plain = vec4f();
  var product = vec4f();
  for (var row = 0u; row < shape.height; row++) {
    let at = start + row * shape.width * quads;
    let seen = (shape.reluInset + n * shape.reluImage + row * shape.reluPitch + column) * quads + q;
    let u = select(vec4f(), gradient[at], rectified[seen] > vec4f());
    gradient[at] = u;
    plain += u;
    product += u * (normed[at] - near);
  }
  sums[3u * id.x] = plain;
  sums[3u * id.x + 1u] = product;
  sums[3u * id.x + 2u] = near;
}
