// Gradient of the input of a convolution with stride 2: dx[n, y, x, i] = Σ dy[n, Y, X, o] · w[ky, kx, i, o]
// over the taps with y = 2Y + ky − padding, and the same for x. One invocation owns 2·ROWS × 2·COLS pixels ×
// QUADS channel quads of dx; every pixel of dy in its window serves the four pixels of dx under it. Weights
// are transposed blocks [ky, kx, out / 4, in / 4], turned by 180 degrees.
//if ADD
// The gradient is added to what dx holds, at the pixels that have a tap.
//end
//if POOL
// The gate's pooling of the block's input adds its gradient, for images of gated passes.
//end

struct Shape {
  images: u32, height: u32, width: u32, // of dx
  inQuads: u32, outQuads: u32, // of dy, of dx
  rowPitch: u32, imagePitch: u32, inset: u32, // of dy, in quads
  tilesX: u32, tilesY: u32,
  poolFrom: u32, poolTo: u32, poolShare: f32, // images with the pooled gradient, from … to − 1; 1 / pixels
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<mat4x4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;
//if POOL
@group(0) @binding(4) var<storage, read> poolGradient: array<vec4f>;
//end

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  // Channels come last, so that every workgroup is full and its invocations mostly share their weights.
  let index = id.x + id.y * #{COUNTED_ROW}u;
  let perImage = shape.tilesX * shape.tilesY;
  let cell = index % (shape.images * perImage);
  let i0 = index / (shape.images * perImage) * #{QUADS}u;
  if (i0 >= shape.outQuads) { return; }
  let n = cell / perImage;
  let tile = cell % perImage;
  let x0 = tile % shape.tilesX * #{COLS}u;
  let y0 = tile / shape.tilesX * #{ROWS}u;
//for r in 0 .. 2 * ROWS
//for c in 0 .. 2 * COLS
//for q in 0 .. QUADS
  var s#{r}_#{c}_#{q} = vec4f();
//end
//end
//end
  let ins = shape.inQuads;
  let outs = shape.outQuads;
  let start = n * shape.imagePitch + shape.inset + y0 * shape.rowPitch + x0 * ins;
  for (var k = 0u; k < ins; k++) {
    let at = start + k;
    let wt = k * outs + i0;
//for r in 0 .. ROWS + REACH
    let row#{r} = at + #{r}u * shape.rowPitch;
//for c in 0 .. COLS + REACH
    let v#{r}_#{c} = dy[row#{r} + #{c}u * ins];
//end
//end
//for ky in 0 .. KERNEL
//for kx in 0 .. KERNEL
//for q in 0 .. QUADS
    let w#{ky}_#{kx}_#{q} = w[wt + #{(KERNEL - 1 - ky) * KERNEL + KERNEL - 1 - kx}u * ins * outs + #{q}u];
//for r in 0 .. 2 * ROWS
//if (r + PADDING + KERNEL - 1 - ky) % 2 == (KERNEL - 1) % 2
//for c in 0 .. 2 * COLS
//if (c + PADDING + KERNEL - 1 - kx) % 2 == (KERNEL - 1) % 2
    s#{r}_#{c}_#{q} += w#{ky}_#{kx}_#{q} * v#{(r + PADDING + 2 * KERNEL - ky) / 2 - KERNEL}_#{(c + PADDING + 2 * KERNEL - kx) / 2 - KERNEL};
//end
//end
//end
//end
//end
//end
//end
  }
//if POOL
  let gated = select(0.0, shape.poolShare, (n >= shape.poolFrom) & (n < shape.poolTo));
//for q in 0 .. QUADS
  let p#{q} = select(vec4f(), gated * poolGradient[n * outs + i0 + #{q}u], vec4<bool>(gated != 0.0));
//end
//end
//for r in 0 .. 2 * ROWS
//for c in 0 .. 2 * COLS
//if (ADD == 0) + (KERNEL > 1) + (r % 2 + c % 2 == 0)
  if ((2u * y0 + #{r}u < shape.height) & (2u * x0 + #{c}u < shape.width)) {
    let to = ((n * shape.height + 2u * y0 + #{r}u) * shape.width + 2u * x0 + #{c}u) * outs + i0;
//for q in 0 .. QUADS
    dx[to + #{q}u] = s#{r}_#{c}_#{q}
//if ADD
      + dx[to + #{q}u]
//end
//if POOL
      + p#{q}
//end
      ;
//end
  }
//end
//end
//end
}
