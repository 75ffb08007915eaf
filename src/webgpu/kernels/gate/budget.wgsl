// Budget loss and bound loss of all gated passes and their slopes (method §3), from the counts of open gates.
// One invocation computes all of it, because it is only a few dozen numbers. It owns `coefficients` and
// `terms`.
struct Block {
  @align(16) channels: f32,
  channelShare: f32, // MACs per open channel over the dense MACs
}
struct Shape {
  images: u32, // rows of one pass
  gatedPasses: u32,
  fixedShare: f32, // MACs spent whatever the gates say, over the dense MACs
  budgetWeight: f32, // weights times the share of one pass
  boundWeight: f32,
  @align(16) blocks: array<Block, #{BLOCKS}>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> counts: array<f32>; // [gated pass][block]
@group(0) @binding(2) var<storage, read> step: Step;
@group(0) @binding(3) var<storage, read_write> coefficients: array<vec2f>; // [gated pass][block]
@group(0) @binding(4) var<storage, read_write> terms: vec4f;

@compute @workgroup_size(1)
fn main() {
  let images = f32(shape.images);
  let lowest = step.boundWidth * sqrt(step.aim);
  let highest = 1 - step.boundWidth + lowest;
  var ratios = 0.0;
  var budgetLoss = 0.0;
  var boundLoss = 0.0;
  for (var gated = 0u; gated < shape.gatedPasses; gated++) {
    var ratio = shape.fixedShare;
    for (var l = 0u; l < #{BLOCKS}; l++) {
      ratio += counts[gated * #{BLOCKS} + l] / images * shape.blocks[l].channelShare;
    }
    let excess = ratio - step.aim;
    ratios += ratio;
    budgetLoss += shape.budgetWeight * excess * excess;
    for (var l = 0u; l < #{BLOCKS}; l++) {
      let size = images * shape.blocks[l].channels;
      let density = counts[gated * #{BLOCKS} + l] / size;
      let below = max(lowest - density, 0);
      let above = max(density - highest, 0);
      let weight = shape.boundWeight / #{BLOCKS};
      boundLoss += weight * (below * below + above * above);
      coefficients[gated * #{BLOCKS} + l] = vec2f(
        2 * shape.budgetWeight * excess * shape.blocks[l].channelShare / images,
        2 * weight * (above - below) / size,
      );
    }
  }
  terms = vec4f(budgetLoss + boundLoss, budgetLoss, boundLoss, ratios / f32(shape.gatedPasses));
}
