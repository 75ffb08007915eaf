// What linearGradient.wgsl goes back from, where the layer's outputs are the logits of a block's gates: as
// gateGradient.wgsl has it, computed where it is read. dy is the gradient of the gates.
@group(0) @binding(6) var<storage, read> gates: array<vec4f>;
@group(0) @binding(7) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(8) var<storage, read> coefficients: array<vec2f>; // [gated pass][block]

fn prepare(group: u32, local: u32) {}

/** One quad of the logits' gradient, in a row counted from the first that is seen. */
fn upstream(row: u32, quad: u32) -> vec4f {
  let at = (shape.firstRow + row) * shape.outQuads + quad;
  let cost = coefficients[row / shape.passRows * shape.blocks + shape.block];
  return (dy[at] + cost.x + gates[at] * cost.y) * slopes[at];
}
