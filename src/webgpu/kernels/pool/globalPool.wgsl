// Mean over the pixels of a bordered map: x [images, H + 2b, W + 2b, C] → y [images, C].
// SPLIT invocations share one quad of channels of one image; each takes every SPLIT-th row. The first of them
// adds up their sums and owns the quad of y. A sum runs along a row first, then over rows.
struct Shape {
  cells: u32, // images · quads
  quads: u32,
  height: u32,
  width: u32,
  border: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

const CELLS = #{64 / SPLIT}u; // quads of one workgroup
//if SPLIT > 1
var<workgroup> sums: array<vec4f, 64>;
//end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let cell = group.x * CELLS + local % CELLS;
  let first = local / CELLS;
  let read = min(cell, shape.cells - 1);
  let image = read / shape.quads;
  let stride = (shape.width + 2 * shape.border) * shape.quads;
  let corner = (image * (shape.height + 2 * shape.border) + shape.border) * stride
    + shape.border * shape.quads + read % shape.quads;

  var sum = vec4f(0);
  for (var row = first; row < shape.height; row += #{SPLIT}u) {
    var at = corner + row * stride;
    var along = vec4f(0);
    for (var column = 0u; column < shape.width; column++) {
      along += x[at];
      at += shape.quads;
    }
    sum += along;
  }
  //if SPLIT > 1
  sums[local] = sum;
  workgroupBarrier();
  for (var other = 1u; other < #{SPLIT}u; other++) {
    sum += sums[(local + other * CELLS) % 64];
  }
  //end
  if ((first == 0) & (cell < shape.cells)) {
    y[cell] = sum / f32(shape.height * shape.width);
  }
}
