// Open gates of each gated pass and block. A workgroup adds up one block's gates in one pass, [N, C], and
// owns that count. Counts are whole numbers below 2^24, so float32 holds them exactly.
struct Block { @align(16) offset: u32, quads: u32, } // quads before its gates, quads of a row
struct Shape {
  images: u32, // rows of one pass
  firstGated: u32,
  @align(16) blocks: array<Block, #{BLOCKS}>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gates: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> counts: array<f32>; // [gated pass][block]

var<workgroup> sums: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let block = shape.blocks[group.x];
  let length = shape.images * block.quads;
  let first = block.offset + (shape.firstGated + group.y) * length;
  var sum = vec4f(0);
  for (var i = local; i < length; i += 64) {
    sum += gates[first + i];
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local == 0) {
    for (var other = 1u; other < 64; other++) {
      sum += sums[other];
    }
    counts[group.y * #{BLOCKS} + group.x] = dot(sum, vec4f(1));
  }
}
