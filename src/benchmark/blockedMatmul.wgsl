// Product of matrices stored as 4 × 4 blocks: y[m, n] = A · B. The columns of a WGSL matrix are the rows of a
// block, so that (A · B) of blocks reads b * a. One invocation owns ROWS × COLUMNS neighbouring blocks of y,
// in registers: one load brings 16 numbers. Blocks beyond the edge repeat the last ones and are not stored.

struct Shape {
  rows: u32, columns: u32, inner: u32, // blocks
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<mat4x4f>;
@group(0) @binding(2) var<storage, read> b: array<mat4x4f>;
@group(0) @binding(3) var<storage, read_write> y: array<mat4x4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let across = (shape.columns + #{COLUMNS - 1}u) / #{COLUMNS}u;
  let row = id.x / across * #{ROWS}u;
  let column = id.x % across * #{COLUMNS}u;
  if (row >= shape.rows) { return; }
//for r in 0 .. ROWS
  let a#{r} = min(row + #{r}u, shape.rows - 1u) * shape.inner;
//end
//for c in 0 .. COLUMNS
  let b#{c} = min(column + #{c}u, shape.columns - 1u);
//for r in 0 .. ROWS
  var y#{r}_#{c} = mat4x4f();
//end
//end
  for (var k = 0u; k < shape.inner; k++) {
//for r in 0 .. ROWS
    let v#{r} = a[a#{r} + k];
//end
//for c in 0 .. COLUMNS
    let m#{c} = b[k * shape.columns + b#{c}];
//for r in 0 .. ROWS
    y#{r}_#{c} += m#{c} * v#{r};
//end
//end
  }
//for c in 0 .. COLUMNS
//for r in 0 .. ROWS
  if ((row + #{r}u < shape.rows) & (column + #{c}u < shape.columns)) {
    y[(row + #{r}u) * shape.columns + column + #{c}u] = y#{r}_#{c};
  }
//end
//end
}
