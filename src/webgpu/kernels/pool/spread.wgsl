// Gradient of global pooling: every pixel of an image gets its share of the image's gradient,
// y[n, pixel, c] = x[n, c] / pixels. One invocation writes one channel quad of one column.
//if RELU
// y is the gradient of a ReLU's output: what the ReLU does not let through becomes 0. Sums over each column
// are the first level of the gradient of the BatchNorm in front of the ReLU (normGradient.wgsl).
//end

struct Shape {
  images: u32, height: u32, width: u32, quads: u32,
  share: f32, // 1 / pixels
//if RELU
  reluPitch: u32, reluImage: u32, reluInset: u32, // of the ReLU's map: pixels a row, an image, before the first one
//end
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
//if RELU
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>; // [column][quad][3]
@group(0) @binding(4) var<storage, read> normed: array<vec4f>;
@group(0) @binding(5) var<storage, read> rectified: array<vec4f>;
//end

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = shape.quads;
  let q = id.x % quads;
  let column = id.x / quads % shape.width;
  let n = id.x / (quads * shape.width);
  if (n >= shape.images) { return; }
  let value = shape.share * x[n * quads + q];
  let start = (n * shape.height * shape.width + column) * quads + q;
//if RELU
  // A value near the mean, so that no digits cancel when the mean is subtracted.
  let near = normed[start];
  var plain = vec4f();
  var product = vec4f();
//end
  for (var row = 0u; row < shape.height; row++) {
    let at = start + row * shape.width * quads;
//if RELU == 0
    y[at] = value;
//end
//if RELU
    let seen = (shape.reluInset + n * shape.reluImage + row * shape.reluPitch + column) * quads + q;
    let u = select(vec4f(), value, rectified[seen] > vec4f());
    y[at] = u;
    plain += u;
    product += u * (normed[at] - near);
//end
  }
//if RELU
  sums[3u * id.x] = plain;
  sums[3u * id.x + 1u] = product;
  sums[3u * id.x + 2u] = near;
//end
}
