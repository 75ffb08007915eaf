// The loss of a step and its terms: one invocation owns `total` and the step's slot of `ring`. A total that is not
// finite stays: the steps that were recorded before anybody read it must change nothing either.
struct Shape { slots: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> step: Step;
@group(0) @binding(2) var<storage, read> vicreg: vec4f; // weighted total, invariance, variance, covariance
@group(0) @binding(3) var<storage, read_write> ring: array<vec4f>; // two quads a slot
@group(0) @binding(4) var<storage, read_write> total: vec4f;
//if GATED
@group(0) @binding(5) var<storage, read> cost: vec4f; // budget + bound, budget, bound, MAC ratio
//end

@compute @workgroup_size(1)
fn main() {
  //if 1 - GATED
  let cost = vec4f(0, 0, 0, -1);
  //end
  let loss = vicreg.x + cost.x;
  let slot = 2 * (step.number % shape.slots);
  ring[slot] = vec4f(loss, vicreg.yzw);
  ring[slot + 1] = vec4f(cost.yzw, f32(step.number));
  let halted = (bitcast<u32>(total.x) & 0x7f800000u) == 0x7f800000u;
  total = vec4f(select(loss, total.x, halted), 0, 0, 0);
}
