// A step whose loss is not finite must change nothing. So the running statistics, which its forward pass
// moved, get back the values from before the step. One invocation owns one quad of them.

struct Shape { quads: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> total: array<u32>;
@group(0) @binding(2) var<storage, read> before: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> running: array<vec4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  // All exponent bits are set: the loss is infinite or not a number. Compilers may remove comparisons of
  // floats.
  if (((total[0] & 0x7f800000u) != 0x7f800000u) | (id.x >= shape.quads)) { return; }
  running[id.x] = before[id.x];
}
