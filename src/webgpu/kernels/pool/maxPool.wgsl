// Max-pool 3 × 3, stride 2, padding 1, of a bordered map to a bordered map. One invocation owns one channel
// quad of one bordered pixel of y. It also writes, for the gradient, which tap of its window was the (first)
// largest.

struct Shape { cells: u32, quads: u32, height: u32, width: u32, inHeight: u32, inWidth: u32, } // of y, of x
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> taps: array<vec4u>; // without a border

const LEAST = -3.4e38;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let q = id.x % shape.quads;
  let pixel = id.x / shape.quads;
  let pitch = shape.width + 2u;
  let column = pixel % pitch;
  let row = pixel / pitch % (shape.height + 2u);
  let n = pixel / (pitch * (shape.height + 2u));
  if ((row == 0u) | (column == 0u) | (row > shape.height) | (column > shape.width)) {
    y[id.x] = vec4f();
    return;
  }
  var best = vec4f(LEAST);
  var tap = vec4u();
  for (var t = 0u; t < 9u; t++) {
    // Bordered places: the window of output row r begins at row 2r − 1 of the map, 2r of the bordered one.
    let r = 2u * (row - 1u) + t / 3u;
    let c = 2u * (column - 1u) + t % 3u;
    let inside = (r > 0u) & (c > 0u) & (r <= shape.inHeight) & (c <= shape.inWidth);
    let at = ((n * (shape.inHeight + 2u) + min(r, shape.inHeight + 1u)) * (shape.inWidth + 2u) + min(c, shape.inWidth + 1u)) * shape.quads + q;
    let value = select(vec4f(LEAST), x[at], vec4<bool>(inside));
    tap = select(tap, vec4u(t), value > best);
    best = max(best, value);
  }
  y[id.x] = best;
  taps[((n * shape.height + row - 1u) * shape.width + column - 1u) * shape.quads + q] = tap;
}
