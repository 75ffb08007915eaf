// One step of SGD with momentum, in place: a workgroup owns one chunk of `parameters` and `momenta`. Nothing
// moves if the loss is not finite.
struct Shape {
  chunks: u32,
  momentum: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> table: array<vec4u>; // chunks: first quad, quads, tensor
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> momenta: array<vec4f>;
@group(0) @binding(5) var<storage, read> scratch: array<vec2f>; // behind the chunks' pairs: (scale, weight decay)
@group(0) @binding(6) var<storage, read> step: Step;
@group(0) @binding(7) var<storage, read> total: vec4u; // the loss, as bits: compilers may take x == x for true

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if ((total.x & 0x7f800000) == 0x7f800000) { return; }
  let chunk = table[group.x];
  let scale = scratch[shape.chunks + chunk.z];
  for (var i = local; i < chunk.y; i += 64) {
    let at = chunk.x + i;
    let w = parameters[at];
    let moved = shape.momentum * momenta[at] + scale.x * (gradients[at] + scale.y * w);
    momenta[at] = moved;
    parameters[at] = w - step.learningRate * moved;
  }
}
