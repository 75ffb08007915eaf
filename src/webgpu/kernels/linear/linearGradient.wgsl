// Gradients of a linear layer y = x · W + bias, each from what all of them need: dW = xᵀ · dy, then
// dx = dy · Wᵀ, then the sum of dy's rows for the bias. Workgroups of one follow those of the other. What dy
// is here, the text that follows says: `upstream` gives its quads, after `prepare`.
// One invocation owns a tile of ROWS rows × QUADS quads of dW or of dx, in registers, or QUADS quads of the
// bias's gradient. Rows and quads beyond the edge repeat the last ones and are not stored. The padding of dW
// becomes zero because the padding of x and dy is zero, that of dx because the padding of W is.

struct Shape {
  rows: u32, firstRow: u32, // of x, dy and dx
  inQuads: u32, outQuads: u32,
  weightGroups: u32, inputGroups: u32, // workgroups of dW, of dx
//if GATE + NORM
  passRows: u32, // of one pass
//end
//if GATE
  blocks: u32, block: u32,
//end
//if NORM
  wAt: u32, affineAt: u32, // quads of the bound parameters before W, before γ
  dwAt: u32, normAt: u32, // quads of the bound gradients before W's, before γ's
//end
//if NORM == 0
  biasAt: u32, // quads from dW's start to the bias's gradient
//end
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

//if NORM
fn wAt() -> u32 { return shape.wAt; }
fn dwAt() -> u32 { return shape.dwAt; }
//end
//if NORM == 0
fn wAt() -> u32 { return 0u; }
fn dwAt() -> u32 { return 0u; }
//end

/** Rows that are added up at a time, so that no sum runs over a whole batch. */
const RUN = 64u;

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  prepare(group.x, local);
  if (group.x < shape.weightGroups) {
    ofWeights(64u * group.x + local);
  } else if (group.x < shape.weightGroups + shape.inputGroups) {
    ofInput(64u * (group.x - shape.weightGroups) + local);
  }
//if BIAS
  else {
    ofBias(64u * (group.x - shape.weightGroups - shape.inputGroups) + local);
  }
//end
}

fn ofWeights(id: u32) {
  let across = (shape.outQuads + #{QUADS - 1}u) / #{QUADS}u;
  let row = id / across * #{ROWS}u;
  let quad = id % across * #{QUADS}u;
  let lastRow = 4u * shape.inQuads - 1u;
  if (row > lastRow) { return; }
  let lastQuad = shape.outQuads - 1u;
//for q in 0 .. QUADS
  let q#{q} = min(quad + #{q}u, lastQuad);
//end
//for p in 0 .. ROWS / 4
  let p#{p} = min(row / 4u + #{p}u, shape.inQuads - 1u);
//end
//for r in 0 .. ROWS
//for q in 0 .. QUADS
  var y#{r}_#{q} = vec4f();
//end
//end
  for (var start = 0u; start < shape.rows; start += RUN) {
    let end = min(start + RUN, shape.rows);
//for r in 0 .. ROWS
//for q in 0 .. QUADS
    var s#{r}_#{q} = vec4f();
//end
//end
    for (var k = start; k < end; k++) {
      let aAt = (shape.firstRow + k) * shape.inQuads;
//for q in 0 .. QUADS
      let b#{q} = upstream(k, q#{q});
//end
//for p in 0 .. ROWS / 4
      let a#{p} = x[aAt + p#{p}];
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
//for q in 0 .. QUADS
  if (quad + #{q}u <= lastQuad) {
//for r in 0 .. ROWS
    if (row + #{r}u <= lastRow) { gradients[dwAt() + (row + #{r}u) * shape.outQuads + q#{q}] = y#{r}_#{q}; }
//end
  }
//end
}

fn ofInput(id: u32) {
  let across = (shape.inQuads + #{QUADS - 1}u) / #{QUADS}u;
  let row = id / across * #{ROWS}u;
  let quad = id % across * #{QUADS}u;
  if (row >= shape.rows) { return; }
  let lastRow = shape.rows - 1u;
  let lastQuad = shape.inQuads - 1u;
//for r in 0 .. ROWS
  let r#{r} = min(row + #{r}u, lastRow);
//for q in 0 .. QUADS
  var y#{r}_#{q} = vec4f();
//end
//end
//for q in 0 .. QUADS
  let q#{q} = min(quad + #{q}u, lastQuad);
  let w#{q} = wAt() + 4u * q#{q} * shape.outQuads;
//end
  for (var k = 0u; k < shape.outQuads; k++) {
//for r in 0 .. ROWS
    let v#{r} = upstream(r#{r}, k);
//end
//for q in 0 .. QUADS
    let m#{q} = mat4x4f(w[w#{q} + k], w[w#{q} + shape.outQuads + k], w[w#{q} + 2u * shape.outQuads + k], w[w#{q} + 3u * shape.outQuads + k]);
//for r in 0 .. ROWS
    y#{r}_#{q} += v#{r} * m#{q};
//end
//end
  }
//for q in 0 .. QUADS
  if (quad + #{q}u <= lastQuad) {
//for r in 0 .. ROWS
    if (row + #{r}u <= lastRow) { dx[(shape.firstRow + r#{r}) * shape.inQuads + q#{q}] = y#{r}_#{q}; }
//end
  }
//end
}

//if BIAS
fn ofBias(quad: u32) {
  if (quad >= shape.outQuads) { return; }
  var total = vec4f();
  for (var start = 0u; start < shape.rows; start += RUN) {
    let end = min(start + RUN, shape.rows);
    var sum = vec4f();
    for (var k = start; k < end; k++) { sum += upstream(k, quad); }
    total += sum;
  }
  gradients[shape.biasAt + quad] = total;
}
//end
