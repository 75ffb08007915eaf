// For kernels that walk down the columns of a matrix in quads. A workgroup owns QUADS neighbouring quads of
// columns, so that its loads are contiguous. LANES invocations share each quad; each takes every LANES-th
// row. A sum has two levels: first down the rows of a lane, then over the lanes.
const QUADS = 8u;
const LANES = 8u;
var<workgroup> laneSums: array<vec4f, 64>;

/** The sum of all lanes of a quad, for each of them. All invocations of the workgroup must come here. */
fn overLanes(sum: vec4f, local: u32) -> vec4f {
  workgroupBarrier();
  laneSums[local] = sum;
  workgroupBarrier();
  var total = vec4f();
  for (var at = local % QUADS; at < 64u; at += QUADS) { total += laneSums[at]; }
  return total;
}
