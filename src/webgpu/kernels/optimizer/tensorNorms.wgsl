// First level of the norms of all tensors. A workgroup adds up the squares of one chunk of parameters and of
// their gradients, and owns that chunk's pair in `scratch`.
struct Shape { chunks: u32, } // workgroups
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> table: array<vec4u>; // chunks: first quad, quads, tensor
@group(0) @binding(2) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(3) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> scratch: array<vec2f>;

var<workgroup> sums: array<vec2f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let chunk = table[min(group.x, shape.chunks - 1)];
  var weights = vec4f(0);
  var slopes = vec4f(0);
  for (var i = local; i < chunk.y; i += 64) {
    let w = parameters[chunk.x + i];
    let g = gradients[chunk.x + i];
    weights += w * w;
    slopes += g * g;
  }
  var sum = vec2f(dot(weights, vec4f(1)), dot(slopes, vec4f(1)));
  sums[local] = sum;
  workgroupBarrier();
  if (local == 0) {
    for (var other = 1u; other < 64; other++) {
      sum += sums[other];
    }
    scratch[group.x] = sum;
  }
}
