// The straight-through gradient from the gates of one block to their logits (method §2): the gradient of a
// gate, plus what the budget and bound losses add to it, times the gate's slope. One invocation owns one quad
// of `dLogits`; only rows of gated passes are written. Padding has slope 0.
struct Shape {
  cells: u32, // quads of the gated rows
  firstCell: u32, // quads before them
  passCells: u32, // quads of one pass
  blocks: u32,
  block: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> dGate: array<vec4f>;
@group(0) @binding(2) var<storage, read> gates: array<vec4f>;
@group(0) @binding(3) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(4) var<storage, read> coefficients: array<vec2f>; // [gated pass][block]
@group(0) @binding(5) var<storage, read_write> dLogits: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let at = shape.firstCell + id.x;
  let cost = coefficients[id.x / shape.passCells * shape.blocks + shape.block];
  dLogits[at] = (dGate[at] + cost.x + gates[at] * cost.y) * slopes[at];
}
