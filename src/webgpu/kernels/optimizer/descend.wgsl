// One step of SGD with momentum, in place: a workgroup owns one chunk of `parameters` and `momenta`. Nothing
// moves if the loss is not finite. The first workgroup also owns the last quad of the step's slot of `ring`:
// the squared norm of the gradient of each part of the network.
struct Shape {
  chunks: u32,
  tensors: u32,
  slots: u32,
  slot: u32, // quads of a slot
  momentum: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> table: array<vec4u>; // chunks: first quad, quads, tensor
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> momenta: array<vec4f>;
@group(0) @binding(5) var<storage, read> scratch: array<vec2f>; // tensorScales.wgsl
@group(0) @binding(6) var<storage, read> step: Step;
@group(0) @binding(7) var<storage, read> total: vec4u; // the loss, as bits: compilers may take x == x for true
@group(0) @binding(8) var<storage, read_write> ring: array<vec4f>;

var<workgroup> sums: array<vec3f, 64>;

fn measure(local: u32) {
  var squares = vec3f();
  for (var i = local; i < shape.tensors; i += 64) {
    let tensor = scratch[shape.chunks + shape.tensors + i];
    squares[u32(tensor.y)] += tensor.x;
  }
  sums[local] = squares;
  workgroupBarrier();
  if (local == 0) {
    for (var other = 1u; other < 64; other++) { squares += sums[other]; }
    ring[shape.slot * (step.number % shape.slots + 1) - 1] = vec4f(squares, 0);
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (group.x == 0) { measure(local); }
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
