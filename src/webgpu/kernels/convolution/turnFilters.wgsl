// Brings the weights of every convolution into the form that its input gradient needs. It transposes them and
// turns them by 180 degrees: [ky, kx, in / 4, out / 4] blocks become
// [K − 1 − ky, K − 1 − kx, out / 4, in / 4] blocks. One invocation turns one 4 × 4 block; a workgroup works
// for one convolution, which `work` names for it.

struct Filter { source: u32, goal: u32, taps: u32, inQuads: u32, outQuads: u32, } // places in blocks
@group(0) @binding(1) var<storage, read> parameters: array<mat4x4f>;
@group(0) @binding(2) var<storage, read_write> turned: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> filters: array<Filter>;
@group(0) @binding(4) var<storage, read> work: array<vec2u>; // per workgroup: the filter, and its first block
struct Shape { workgroups: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.x >= shape.workgroups) { return; }
  let job = work[group.x];
  let filter_ = filters[job.x];
  let perTap = filter_.inQuads * filter_.outQuads;
  let block = job.y + lane;
  if (block >= filter_.taps * perTap) { return; }
  let tap = block / perTap;
  let i = block % perTap / filter_.outQuads;
  let o = block % filter_.outQuads;
  let to = ((filter_.taps - 1u - tap) * filter_.outQuads + o) * filter_.inQuads + i;
  turned[filter_.goal + to] = transpose(parameters[filter_.source + block]);
}
