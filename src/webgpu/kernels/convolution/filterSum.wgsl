// Gradients of the weights of several convolutions, from the shares that filterGradient.wgsl wrote for each.
// One invocation adds one block of 4 inputs × 4 outputs over all shares. A workgroup works for one
// convolution; the workgroups of the next follow.

// Places and sizes in blocks. `start` is that of its first share among all parts, `goal` that of its gradient
// among all gradients.
struct Filter { @align(16) start: u32, goal: u32, blocks: u32, shares: u32, }
struct Shape { @align(16) filters: array<Filter, #{MOST}>, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> parts: array<mat4x4f>;
@group(0) @binding(2) var<storage, read_write> gradients: array<mat4x4f>;

@compute @workgroup_size(64) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var left = group.x;
  var which = 0u;
  for (; which < #{MOST - 1}u; which++) {
    let own = (shape.filters[which].blocks + 63u) / 64u;
    if (left < own) { break; }
    left -= own;
  }
  let filter_ = shape.filters[which];
  let block = 64u * left + lane;
  if (block >= filter_.blocks) { return; }
  var sum = parts[filter_.start + block];
  for (var share = 1u; share < filter_.shares; share++) {
    sum += parts[filter_.start + share * filter_.blocks + block];
  }
  gradients[filter_.goal + block] = sum;
}
