// Gradient of a convolution's weights from the shares that filterGradient.wgsl wrote. One invocation adds one
// block of 4 inputs × 4 outputs over all shares.

struct Shape { blocks: u32, shares: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> parts: array<mat4x4f>;
@group(0) @binding(2) var<storage, read_write> dw: array<mat4x4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.blocks) { return; }
  var sum = parts[id.x];
  for (var share = 1u; share < shape.shares; share++) {
    sum += parts[share * shape.blocks + id.x];
  }
  dw[id.x] = sum;
}
