// Gradient of global pooling: every pixel of an image gets its share of the image's gradient,
// y[n, pixel, c] = x[n, c] / pixels. One invocation writes one channel quad of one pixel.

struct Shape { cells: u32, pixels: u32, quads: u32, share: f32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let n = id.x / (shape.pixels * shape.quads);
  y[id.x] = shape.share * x[n * shape.quads + id.x % shape.quads];
}
