// The affine map of a BatchNorm in evaluation, from its running statistics. One invocation per channel quad
// writes it for every pass, in the place and layout of batchStatistics.wgsl.

struct Shape { quads: u32, passes: u32, affine: u32, running: u32, } // places of γ and the running mean, in quads
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> runningStatistics: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> norm: array<vec4f>;

const EPSILON = 1e-5;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let q = id.x;
  let quads = shape.quads;
  if (q >= quads) { return; }
  let mean = runningStatistics[shape.running + q];
  let inverse = 1.0 / sqrt(runningStatistics[shape.running + quads + q] + EPSILON);
  let scale = parameters[shape.affine + q] * inverse;
  for (var pass_ = 0u; pass_ < shape.passes; pass_++) {
    let at = pass_ * 4u * quads + q;
    norm[at] = scale;
    norm[at + quads] = parameters[shape.affine + quads + q] - mean * scale;
    norm[at + 2u * quads] = mean;
    norm[at + 3u * quads] = inverse;
  }
}
