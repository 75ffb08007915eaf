// Gradient of a convolution's weights: dw[ky, kx, i, o] = Σ x[n, Y·stride + ky, X·stride + kx, i] · dy[n, Y,
// X, o], where x and dy are bordered maps. One invocation owns the 4 × 4 blocks of TAPROWS rows of taps for
// one quad of inputs and QUADS quads of outputs. It sums them over its share of the tiles of ROWS × COLS
// pixels and loads each tile's window once. The shares lie one after the other in `parts`; filterSum.wgsl
// adds them up.

struct Shape {
  tiles: u32, share: u32, shares: u32, // of all images; per invocation; how many shares there are
  inQuads: u32, outQuads: u32,
  tilesX: u32, perImage: u32,
  rowPitch: u32, imagePitch: u32, inset: u32, // of x, in quads
  gradientRowPitch: u32, gradientImagePitch: u32, gradientInset: u32, // of dy, in quads
  height: u32, width: u32, // of dy
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parts: array<mat4x4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let ins = shape.inQuads;
  let outs = shape.outQuads;
  let share = id.x % shape.shares;
  let pair = id.x / shape.shares;
  if (pair >= ins * (outs / #{QUADS}u)) { return; }
  let i = pair % ins;
  let o = pair / ins * #{QUADS}u;
  let tap0 = id.y * #{TAPROWS}u;
//for t in 0 .. TAPROWS * KERNEL
//for q in 0 .. QUADS
  var s#{t}_#{q}_0 = vec4f();
  var s#{t}_#{q}_1 = vec4f();
  var s#{t}_#{q}_2 = vec4f();
  var s#{t}_#{q}_3 = vec4f();
//end
//end
  let end = min((share + 1u) * shape.share, shape.tiles);
  for (var tile = share * shape.share; tile < end; tile++) {
    let n = tile / shape.perImage;
    let within = tile % shape.perImage;
    let x0 = within % shape.tilesX * #{COLS}u;
    let y0 = within / shape.tilesX * #{ROWS}u;
    let at = n * shape.imagePitch + shape.inset + (y0 * #{STRIDE}u + tap0) * shape.rowPitch + x0 * #{STRIDE}u * ins + i;
    let dt = n * shape.gradientImagePitch + shape.gradientInset + y0 * shape.gradientRowPitch + x0 * outs + o;
//for r in 0 .. (ROWS - 1) * STRIDE + TAPROWS
    let row#{r} = at + #{r}u * shape.rowPitch;
//for c in 0 .. (COLS - 1) * STRIDE + KERNEL
    let v#{r}_#{c} = x[row#{r} + #{c}u * ins];
//end
//end
//for r in 0 .. ROWS
//for c in 0 .. COLS
//for q in 0 .. QUADS
//if EXACT
    let d#{r}_#{c}_#{q} = dy[dt + #{r}u * shape.gradientRowPitch + #{c}u * outs + #{q}u];
//end
//if EXACT == 0
    let e#{r}_#{c}_#{q} = dy[dt + #{r}u * shape.gradientRowPitch + #{c}u * outs + #{q}u];
    let d#{r}_#{c}_#{q} = select(vec4f(), e#{r}_#{c}_#{q}, vec4<bool>((y0 + #{r}u < shape.height) & (x0 + #{c}u < shape.width)));
//end
//for ky in 0 .. TAPROWS
//for kx in 0 .. KERNEL
    s#{ky * KERNEL + kx}_#{q}_0 += v#{r * STRIDE + ky}_#{c * STRIDE + kx}.x * d#{r}_#{c}_#{q};
    s#{ky * KERNEL + kx}_#{q}_1 += v#{r * STRIDE + ky}_#{c * STRIDE + kx}.y * d#{r}_#{c}_#{q};
    s#{ky * KERNEL + kx}_#{q}_2 += v#{r * STRIDE + ky}_#{c * STRIDE + kx}.z * d#{r}_#{c}_#{q};
    s#{ky * KERNEL + kx}_#{q}_3 += v#{r * STRIDE + ky}_#{c * STRIDE + kx}.w * d#{r}_#{c}_#{q};
//end
//end
//end
//end
//end
  }
  let to = ((share * #{KERNEL}u + tap0) * #{KERNEL}u * ins + i) * outs + o;
//for t in 0 .. TAPROWS * KERNEL
//for q in 0 .. QUADS
  parts[to + #{t}u * ins * outs + #{q}u] = mat4x4f(s#{t}_#{q}_0, s#{t}_#{q}_1, s#{t}_#{q}_2, s#{t}_#{q}_3);
//end
//end
}
