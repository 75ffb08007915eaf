// Sums of squares of the products of a view, along y one view of a pair after the other. Each invocation
// takes every n-th quad, n the number of invocations of the view, and owns one sum.
//if COVARIANCE
// The products are covariances: their diagonals, the variances, do not count and are set to zero.
//end
struct Shape {
  cells: u32, // quads of the products of a view
  rows: u32, // of one product
  quads: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> products: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var sum = vec4f();
  for (var own = id.x; own < shape.cells; own += 64u * groups.x) {
    let at = id.y * shape.cells + own;
    var cell = products[at];
//if COVARIANCE
    let row = at / shape.quads % shape.rows;
    if (row / 4u == at % shape.quads) {
      cell = select(cell, vec4f(), vec4u(0, 1, 2, 3) == vec4u(row % 4u));
      products[at] = cell;
    }
//end
    sum += cell * cell;
  }
  squares[id.y * 64u * groups.x + id.x] = dot(sum, vec4f(1));
}
