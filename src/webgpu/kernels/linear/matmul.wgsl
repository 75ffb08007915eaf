// Product of matrices stored in rows of quads: y[m, n] = scale · op(A) · op(B).
// One invocation owns a tile of ROWS rows × QUADS quads of y, in registers; neighbours own neighbouring
// columns. Rows and quads beyond the edge repeat the last ones and are not stored. The padding of y becomes
// zero because the padding of A and B is zero. With B transposed it depends on B's rows instead, so it is cut
// off.
//if TN
// A is transposed. The invocation walks down the rows of both, RUN rows at a time, so that no sum runs over a
// whole batch.
//end

struct Shape {
  rows: u32, quads: u32, // of y, as stored
  k: u32, // of the sum: rows if A is transposed, else quads
  aPitch: u32, bPitch: u32, // quads a row
  aFirst: u32, bFirst: u32, yFirst: u32, // rows
  aStep: u32, bStep: u32, yStep: u32, // rows from one product to the next
  columns: u32, // of y, without padding
  scale: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
//if BIAS
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
//end

const RUN = 64u;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let across = (shape.quads + #{QUADS - 1}u) / #{QUADS}u;
  let row = id.x / across * #{ROWS}u;
  let quad = id.x % across * #{QUADS}u;
  if (row >= shape.rows) { return; }
  let lastRow = shape.rows - 1u;
  let lastQuad = shape.quads - 1u;
  let aRow = shape.aFirst + id.y * shape.aStep;
  let bRow = shape.bFirst + id.y * shape.bStep;
//for q in 0 .. QUADS
  let q#{q} = min(quad + #{q}u, lastQuad);
//end
//for r in 0 .. ROWS
  let r#{r} = min(row + #{r}u, lastRow);
//for q in 0 .. QUADS
  var y#{r}_#{q} = vec4f();
//end
//end
//if TN
  for (var start = 0u; start < shape.k; start += RUN) {
    let end = min(start + RUN, shape.k);
//for r in 0 .. ROWS
//for q in 0 .. QUADS
    var s#{r}_#{q} = vec4f();
//end
//end
    for (var k = start; k < end; k++) {
      let aAt = (aRow + k) * shape.aPitch;
      let bAt = (bRow + k) * shape.bPitch;
//for q in 0 .. QUADS
      let b#{q} = b[bAt + q#{q}];
//end
//for p in 0 .. ROWS / 4
      let a#{p} = a[aAt + r#{4 * p} / 4u];
//for i in 0 .. 4
//for q in 0 .. QUADS
      s#{4 * p + i}_#{q} += a#{p}[#{i}] * b#{q};
//end
//end
//end
    }
//for r in 0 .. ROWS
//for q in 0 .. QUADS
    y#{r}_#{q} += s#{r}_#{q};
//end
//end
  }
//end
//if 1 - TN
//for r in 0 .. ROWS
  let a#{r} = (aRow + r#{r}) * shape.aPitch;
//end
//if NT
//for q in 0 .. QUADS
//for i in 0 .. 4
  let b#{q}_#{i} = (bRow + min(4u * q#{q} + #{i}u, shape.columns - 1u)) * shape.bPitch;
//end
//end
//end
  for (var k = 0u; k < shape.k; k++) {
//for r in 0 .. ROWS
    let v#{r} = a[a#{r} + k];
//end
//for q in 0 .. QUADS
//if NT
    let m#{q} = mat4x4f(b[b#{q}_0 + k], b[b#{q}_1 + k], b[b#{q}_2 + k], b[b#{q}_3 + k]);
//for r in 0 .. ROWS
    y#{r}_#{q} += v#{r} * m#{q};
//end
//end
//if 1 - NT
    let bAt#{q} = (bRow + 4u * k) * shape.bPitch + q#{q};
    let m#{q} = mat4x4f(b[bAt#{q}], b[bAt#{q} + shape.bPitch], b[bAt#{q} + 2u * shape.bPitch], b[bAt#{q} + 3u * shape.bPitch]);
//for r in 0 .. ROWS
    y#{r}_#{q} += m#{q} * v#{r};
//end
//end
//end
  }
//end
  let yRow = shape.yFirst + id.y * shape.yStep;
//for q in 0 .. QUADS
  if (quad + #{q}u <= lastQuad) {
//for r in 0 .. ROWS
    if (row + #{r}u <= lastRow) {
      let at#{r} = (yRow + r#{r}) * shape.quads + q#{q};
//if NT
      let sum#{r} = select(vec4f(), y#{r}_#{q}, 4u * q#{q} + vec4u(0, 1, 2, 3) < vec4u(shape.columns));
//end
//if 1 - NT
      let sum#{r} = y#{r}_#{q};
//end
      y[at#{r}] = shape.scale * sum#{r}
//if ACCUMULATE
        + y[at#{r}]
//end
//if BIAS
        + bias[q#{q}]
//end
        ;
    }
//end
  }
//end
}
