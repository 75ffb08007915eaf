// Convolution of bordered maps without bias:
// y[n, Y, X, o] = Σ x[n, Y·stride + ky, X·stride + kx, i] · w[ky, kx, i, o].
// One invocation owns a tile of ROWS × COLS pixels × QUADS channel quads of y, in registers. For each quad of
// inputs it loads the window that the tile needs once, and each 4 × 4 block of weights once. Weights are
// [ky, kx, in / 4, out / 4] blocks, whose columns are the inputs. In the backward pass the same shader gives
// the gradient of a stride-1 convolution's input, from bordered gradients and transposed, turned weights.
//if STATISTICS
// It also writes the mean and the sum of squared deviations of its tile: the first level of BatchNorm's
// statistics.
//end
//if SKIP
// It adds the gradient that passes the block on the skip: the gradient of the block's output where its ReLU
// is open.
//end
//if POOL
// For images of gated passes it also adds the gradient from the gate's pooling of the block's input.
//end

struct Shape {
  images: u32, height: u32, width: u32, // of y
  inQuads: u32, outQuads: u32,
  rowPitch: u32, imagePitch: u32, inset: u32, // of x: quads a row, quads an image, quads before the first tap
  tilesX: u32, tilesY: u32,
  outputPitch: u32, outputInset: u32, // of the block's bordered output: pixels a row and before the first pixel
  poolFrom: u32, poolTo: u32, poolShare: f32, // images with the pooled gradient, from … to − 1; 1 / pixels
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<mat4x4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
//if STATISTICS
@group(0) @binding(4) var<storage, read_write> tiles: array<vec4f>;
//end
//if SKIP
@group(0) @binding(4) var<storage, read> outGradient: array<vec4f>;
@group(0) @binding(5) var<storage, read> output: array<vec4f>;
//end
//if POOL
@group(0) @binding(#{4 + 2 * SKIP}) var<storage, read> poolGradient: array<vec4f>;
//end

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  // Channels come last, so that every workgroup is full and its invocations mostly share their weights.
  let index = id.x + id.y * #{COUNTED_ROW}u;
  let perImage = shape.tilesX * shape.tilesY;
  let cell = index % (shape.images * perImage);
  let o0 = index / (shape.images * perImage) * #{QUADS}u;
  if (o0 >= shape.outQuads) { return; }
  let n = cell / perImage;
  let tile = cell % perImage;
  let x0 = tile % shape.tilesX * #{COLS}u;
  let y0 = tile / shape.tilesX * #{ROWS}u;
//for r in 0 .. ROWS
//for c in 0 .. COLS
//for q in 0 .. QUADS
  var s#{r}_#{c}_#{q} = vec4f();
//end
//end
//end
  let ins = shape.inQuads;
  let outs = shape.outQuads;
  let start = n * shape.imagePitch + shape.inset + (y0 * shape.rowPitch + x0 * ins) * #{STRIDE}u;
  for (var k = 0u; k < ins; k++) {
    let at = start + k;
    let wt = k * outs + o0;
//for r in 0 .. (ROWS - 1) * STRIDE + KERNEL
    let row#{r} = at + #{r}u * shape.rowPitch;
//for c in 0 .. (COLS - 1) * STRIDE + KERNEL
    let v#{r}_#{c} = x[row#{r} + #{c}u * ins];
//end
//end
//for ky in 0 .. KERNEL
//for kx in 0 .. KERNEL
//for q in 0 .. QUADS
    let w#{ky}_#{kx}_#{q} = w[wt + #{ky * KERNEL + kx}u * ins * outs + #{q}u];
//for r in 0 .. ROWS
//for c in 0 .. COLS
    s#{r}_#{c}_#{q} += w#{ky}_#{kx}_#{q} * v#{r * STRIDE + ky}_#{c * STRIDE + kx};
//end
//end
//end
//end
//end
  }
//if STATISTICS
  // Pixels of the tile that lie outside of the map do not count.
  let count = f32(min(#{ROWS}u, shape.height - y0) * min(#{COLS}u, shape.width - x0));
//for r in 0 .. ROWS
//for c in 0 .. COLS
  let in#{r}_#{c} = select(0.0, 1.0, (y0 + #{r}u < shape.height) & (x0 + #{c}u < shape.width));
//end
//end
//for q in 0 .. QUADS
  var sum#{q} = vec4f();
//for r in 0 .. ROWS
//for c in 0 .. COLS
  sum#{q} += in#{r}_#{c} * s#{r}_#{c}_#{q};
//end
//end
  let mean#{q} = sum#{q} / count;
  var off#{q} = vec4f();
//for r in 0 .. ROWS
//for c in 0 .. COLS
  let d#{r}_#{c}_#{q} = s#{r}_#{c}_#{q} - mean#{q};
  off#{q} += in#{r}_#{c} * d#{r}_#{c}_#{q} * d#{r}_#{c}_#{q};
//end
//end
  tiles[(cell * outs + o0 + #{q}u) * 2u] = mean#{q};
  tiles[(cell * outs + o0 + #{q}u) * 2u + 1u] = off#{q};
//end
//end
//if POOL
  let gated = select(0.0, shape.poolShare, (n >= shape.poolFrom) & (n < shape.poolTo));
//for q in 0 .. QUADS
  let p#{q} = select(vec4f(), gated * poolGradient[n * outs + o0 + #{q}u], vec4<bool>(gated != 0.0));
//end
//end
//for r in 0 .. ROWS
//for c in 0 .. COLS
  if ((y0 + #{r}u < shape.height) & (x0 + #{c}u < shape.width)) {
    let to = ((n * shape.height + y0 + #{r}u) * shape.width + x0 + #{c}u) * outs + o0;
//if SKIP
    let past = (shape.outputInset + (n * shape.outputPitch + y0 + #{r}u) * shape.outputPitch + x0 + #{c}u) * outs + o0;
//end
//for q in 0 .. QUADS
    y[to + #{q}u] = s#{r}_#{c}_#{q}
//if POOL
      + p#{q}
//end
//if SKIP
      + select(vec4f(), outGradient[to + #{q}u], output[past + #{q}u] > vec4f())
//end
      ;
//end
  }
//end
//end
}
