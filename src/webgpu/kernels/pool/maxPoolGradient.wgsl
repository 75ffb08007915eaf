// Gradient of the stem's max-pool: every pixel of x adds up the gradients of the windows, at most four, in
// which it was the maximum. One invocation owns one channel quad of one pixel of dx; dx, dy and taps have no
// border.

struct Shape { cells: u32, quads: u32, height: u32, width: u32, outHeight: u32, outWidth: u32, } // of dx, of dy
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> taps: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let q = id.x % shape.quads;
  let pixel = id.x / shape.quads;
  let column = pixel % shape.width;
  let row = pixel / shape.width % shape.height;
  let n = pixel / (shape.width * shape.height);
  var sum = vec4f();
  for (var t = 0u; t < 9u; t++) {
    // This pixel is tap t of the window at ((row + 1 − ky) / 2, (column + 1 − kx) / 2), where that is whole.
    let r = row + 1u - min(t / 3u, row + 1u);
    let c = column + 1u - min(t % 3u, column + 1u);
    let whole = (t / 3u <= row + 1u) & (t % 3u <= column + 1u) & (r % 2u == 0u) & (c % 2u == 0u);
    let inside = whole & (r / 2u < shape.outHeight) & (c / 2u < shape.outWidth);
    let at = ((n * shape.outHeight + min(r / 2u, shape.outHeight - 1u)) * shape.outWidth + min(c / 2u, shape.outWidth - 1u)) * shape.quads + q;
    sum += select(vec4f(), dy[at], (taps[at] == vec4u(t)) & vec4<bool>(inside));
  }
  dx[id.x] = sum;
}
