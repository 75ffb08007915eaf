// Product of matrices in rows of quads, y[m, n] = A · B, as GPUs like it: a workgroup of 16 × 16 owns 64 × 64
// of y and brings each slice of 16 along the sum into shared memory; an invocation owns 4 rows × 1 quad, in
// registers. A's columns and B's rows are padded to quads with zeros. What lies beyond the edge is loaded as
// zeros and not stored.

struct Shape {
  rows: u32, quads: u32, inner: u32, // rows and quads of y; rows of B
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

var<workgroup> left: array<vec4f, 256>; // 64 rows of A × 4 quads
var<workgroup> right: array<vec4f, 256>; // 16 rows of B × 16 quads

@compute @workgroup_size(16, 16) fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let pitch = (shape.inner + 3u) / 4u;
  let row = group.y * 64u + local.y * 4u;
  let quad = group.x * 16u + local.x;
  let aRow = group.y * 64u + index / 4u;
  let bQuad = group.x * 16u + index % 16u;
//for r in 0 .. 4
  var y#{r} = vec4f();
//end
  for (var start = 0u; start < shape.inner; start += 16u) {
    let aQuad = start / 4u + index % 4u;
    let bRow = start + index / 16u;
    let aInside = (aRow < shape.rows) & (aQuad < pitch);
    let bInside = (bRow < shape.inner) & (bQuad < shape.quads);
    left[index] = select(vec4f(), a[select(0u, aRow * pitch + aQuad, aInside)], aInside);
    right[index] = select(vec4f(), b[select(0u, bRow * shape.quads + bQuad, bInside)], bInside);
    workgroupBarrier();
//for k in 0 .. 4
//for i in 0 .. 4
    let m#{k}_#{i} = right[#{16 * (4 * k + i)}u + local.x];
//end
    let m#{k} = mat4x4f(m#{k}_0, m#{k}_1, m#{k}_2, m#{k}_3);
//for r in 0 .. 4
    y#{r} += m#{k} * left[(local.y * 4u + #{r}u) * 4u + #{k}u];
//end
//end
    workgroupBarrier();
  }
//for r in 0 .. 4
  if ((row + #{r}u < shape.rows) & (quad < shape.quads)) { y[(row + #{r}u) * shape.quads + quad] = y#{r}; }
//end
}
