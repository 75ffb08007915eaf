// Makes the gradients of the loss from those of the terms of pairs of passes, by the weights of this step.
//if DISTIL
// For a pair that is distilled it adds the gradient of weight · slope / 2 · Σ (z − teacher)². The embeddings
// of the teacher count as constants.
//end
// The lanes of a quad of columns (columnLanes.wgsl) own its part of `dz` in the rows of one pair, along y;
// the first of them owns its quad of `distances`, the columns' Σ (z − teacher)², 0 without a teacher.
struct Shape {
  rows: u32, // of one pair
  quads: u32,
  slope: f32,
  @align(16) pairs: array<Pair, #{PAIRS}>, // pairTerms.wgsl
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read_write> dz: array<vec4f>;
//if DISTIL
@group(0) @binding(3) var<storage, read> z: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> distances: array<vec4f>; // [pair][quads]
//end

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let quad = group.x * QUADS + local % QUADS;
  let lane = local / QUADS;
  let owns = quad < shape.quads;
  let terms = shape.pairs[group.y];
  let own = step.termWeights[terms.own];
  let start = group.y * shape.rows * shape.quads + quad;
//if DISTIL
  let distilled = terms.distillation != NONE;
  let pull = shape.slope * step.termWeights[select(0u, terms.distillation, distilled)];
  let teacher = terms.teacher * shape.rows * shape.quads + quad;
  var squares = vec4f();
//end
  if (owns) {
    for (var row = lane; row < shape.rows; row += LANES) {
      let at = start + row * shape.quads;
      var gradient = own * dz[at];
//if DISTIL
      if (distilled) {
        let off = z[at] - z[teacher + row * shape.quads];
        squares += off * off;
        gradient += pull * off;
      }
//end
      dz[at] = gradient;
    }
  }
//if DISTIL
  let distance = overLanes(squares, local);
  if (owns & (lane == 0u)) { distances[group.y * shape.quads + quad] = distance; }
//end
}
