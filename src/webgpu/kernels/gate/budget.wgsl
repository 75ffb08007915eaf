// Budget loss and bound loss of all gated passes and their slopes (method §3), from the counts of open gates.
// One invocation computes all of it, because it is only a few dozen numbers. It owns `coefficients` and
// `terms`.
//if HERE
// The workgroup counts them itself, in whole numbers, whose sums know no order.
//end
struct Block {
  @align(16) channels: f32,
  channelShare: f32, // MACs per open channel over the dense MACs
//if HERE
  offset: u32, quads: u32, // quads before its gates, quads of a row
//end
}
struct Shape {
  images: u32, // rows of one pass
  gatedPasses: u32,
//if HERE
  firstGated: u32,
//end
  fixedShare: f32, // MACs spent whatever the gates say, over the dense MACs
  budgetWeight: f32, // weights times the share of one pass
  boundWeight: f32,
  @align(16) blocks: array<Block, #{BLOCKS}>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
//if HERE
@group(0) @binding(1) var<storage, read> gates: array<vec4f>;
//end
//if HERE == 0
@group(0) @binding(1) var<storage, read> counts: array<f32>; // [gated pass][block]
//end
@group(0) @binding(2) var<storage, read> step: Step;
@group(0) @binding(3) var<storage, read_write> coefficients: array<vec2f>; // [gated pass][block]
@group(0) @binding(4) var<storage, read_write> terms: vec4f;

//if HERE
var<workgroup> open: array<atomic<u32>, #{PASSES * BLOCKS}>; // [gated pass][block]

/** Open gates of a block in a pass. */
fn counted(at: u32) -> f32 { return f32(atomicLoad(&open[at])); }

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local: u32) {
  for (var at = 0u; at < shape.gatedPasses * #{BLOCKS}; at++) {
    let block = shape.blocks[at % #{BLOCKS}];
    let length = shape.images * block.quads;
    let first = block.offset + (shape.firstGated + at / #{BLOCKS}) * length;
    var sum = vec4f();
    for (var i = local; i < length; i += 64) { sum += gates[first + i]; }
    atomicAdd(&open[at], u32(dot(sum, vec4f(1))));
  }
  workgroupBarrier();
  if (local > 0) { return; }
//end
//if HERE == 0
/** Open gates of a block in a pass. */
fn counted(at: u32) -> f32 { return counts[at]; }

@compute @workgroup_size(1)
fn main() {
//end
  let images = f32(shape.images);
  let lowest = step.boundWidth * sqrt(step.aim);
  let highest = 1 - step.boundWidth + lowest;
  var ratios = 0.0;
  var budgetLoss = 0.0;
  var boundLoss = 0.0;
  for (var gated = 0u; gated < shape.gatedPasses; gated++) {
    var ratio = shape.fixedShare;
    for (var l = 0u; l < #{BLOCKS}; l++) {
      ratio += counted(gated * #{BLOCKS} + l) / images * shape.blocks[l].channelShare;
    }
    let excess = ratio - step.aim;
    ratios += ratio;
    budgetLoss += shape.budgetWeight * excess * excess;
    for (var l = 0u; l < #{BLOCKS}; l++) {
      let size = images * shape.blocks[l].channels;
      let density = counted(gated * #{BLOCKS} + l) / size;
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
