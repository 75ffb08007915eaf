// Sums of a matrix's columns: y[columns] = Σ over rows of x. The first lane of a quad (columnLanes.wgsl) owns
// the quad's sums in y.
struct Shape { rows: u32, quads: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quad = group.x * QUADS + local % QUADS;
  let column = min(quad, shape.quads - 1u);
  let lane = local / QUADS;
  var sum = vec4f();
  for (var row = lane; row < shape.rows; row += LANES) { sum += x[row * shape.quads + column]; }
  let total = overLanes(sum, local);
  if ((lane == 0u) & (quad < shape.quads)) { y[quad] = total; }
}
