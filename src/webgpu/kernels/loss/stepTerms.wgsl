// The loss of a step and its terms. One invocation owns `total` and the step's slot of `ring`, of which the
// optimiser writes the last quad. A total that is not finite stays so, because later steps may be recorded
// before anybody reads it, and they must change nothing either.
struct Shape {
  slots: u32,
  quads: u32, // of the distances of a pair
  slope: f32, // value of a distillation per squared distance
  @align(16) pairs: array<Pair, #{PAIRS}>, // pairTerms.wgsl
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> own: array<vec4f>; // two quads a pair: vicregTerms.wgsl
@group(0) @binding(3) var<storage, read_write> ring: array<vec4f>; // #{SLOT} quads a slot
@group(0) @binding(4) var<storage, read_write> total: vec4f;
//if GATED
@group(0) @binding(5) var<storage, read> cost: vec4f; // budget + bound, budget, bound, MAC ratio
//end
//if DISTIL
@group(0) @binding(#{5 + GATED}) var<storage, read> distances: array<vec4f>; // [pair][quads]
//end

var<private> values: array<f32, 8>;
var<private> loss: f32;

fn count(term: u32, value: f32) {
  let weight = step.termWeights[term];
  values[term] = value;
  // What does not count may be no number.
  if (weight != 0.0) { loss += weight * value; }
}

@compute @workgroup_size(1)
fn main() {
  //if 1 - GATED
  let cost = vec4f(0, 0, 0, -1);
  //end
  for (var pair = 0u; pair < #{PAIRS}u; pair++) {
    let terms = shape.pairs[pair];
    count(terms.own, own[2u * pair].x);
//if DISTIL
    if (terms.distillation != NONE) {
      var distance = vec4f();
      for (var quad = 0u; quad < shape.quads; quad++) { distance += distances[pair * shape.quads + quad]; }
      count(terms.distillation, shape.slope * dot(distance, vec4f(1)));
    }
//end
  }
  loss += cost.x;
  let slot = #{SLOT}u * (step.number % shape.slots);
  ring[slot] = vec4f(loss, own[0].yzw);
  ring[slot + 1] = vec4f(cost.yzw, f32(step.number));
  ring[slot + 2] = vec4f(values[0], values[1], values[2], values[3]);
  ring[slot + 3] = vec4f(values[4], values[5], values[6], values[7]);
  ring[slot + 4] = own[1];
  let halted = (bitcast<u32>(total.x) & 0x7f800000u) == 0x7f800000u;
  total = vec4f(select(loss, total.x, halted), 0, 0, 0);
}
