// Convolution of bordered maps in evaluation, with all that follows it: y = relu(w ∗ x + bias + skip) · gate,
// a bordered map whose border is left as it is. BatchNorm's running statistics are in w and bias. One
// invocation owns a tile of ROWS × COLS pixels × QUADS channel quads of y, in registers; per quad of inputs
// it loads the window that the tile needs once, and each 4 × 4 block of weights once. Weights are
// [ky, kx, in / 4, out / 4] blocks, whose columns are the inputs.
//if SKIP_OUTPUTS
// Quads of outputs that an image's gates close are not computed, because nobody reads them.
//end
//if SKIP_INPUTS
// Quads of inputs that an image's gates close are skipped and not read.
//end

struct Shape {
  images: u32, height: u32, width: u32, // of y
  inQuads: u32, outQuads: u32,
  rowPitch: u32, imagePitch: u32, inset: u32, // of x: quads a row, quads an image, quads before the first tap
  tilesX: u32, tilesY: u32,
  border: u32, skipBorder: u32, // of y and of the skip, pixels
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
//if GATE + SKIP_INPUTS
@group(0) @binding(5) var<storage, read> gates: array<vec4f>; // [images, C]
//end
//if SKIP
@group(0) @binding(#{5 + (GATE + SKIP_INPUTS > 0)}) var<storage, read> skip: array<vec4f>;
//end

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  // Channels come last, so that every workgroup is full and its invocations mostly share weights and image.
  let index = id.x + id.y * #{COUNTED_ROW}u;
  let perImage = shape.tilesX * shape.tilesY;
  let cell = index % (shape.images * perImage);
  let o0 = index / (shape.images * perImage) * #{QUADS}u;
  if (o0 >= shape.outQuads) { return; }
  let n = cell / perImage;
  let tile = cell % perImage;
  let x0 = tile % shape.tilesX * #{COLS}u;
  let y0 = tile / shape.tilesX * #{ROWS}u;
//if GATE
//for q in 0 .. QUADS
  let gate#{q} = gates[n * shape.outQuads + o0 + #{q}u];
//end
//end
//if SKIP_OUTPUTS
  var open = gate0;
//for q in 1 .. QUADS
  open += gate#{q};
//end
  if (all(open == vec4f())) { return; }
//end
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
//if SKIP_INPUTS
    if (all(gates[n * ins + k] == vec4f())) { continue; }
//end
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
  let pitch = shape.width + 2u * shape.border;
  let corner = shape.border * (pitch + 1u) + n * (shape.height + 2u * shape.border) * pitch;
//if SKIP
  let skipPitch = shape.width + 2u * shape.skipBorder;
  let skipCorner = shape.skipBorder * (skipPitch + 1u) + n * (shape.height + 2u * shape.skipBorder) * skipPitch;
//end
//for q in 0 .. QUADS
  let b#{q} = bias[o0 + #{q}u];
//end
//for r in 0 .. ROWS
//for c in 0 .. COLS
  if ((y0 + #{r}u < shape.height) & (x0 + #{c}u < shape.width)) {
    let to = (corner + (y0 + #{r}u) * pitch + x0 + #{c}u) * outs + o0;
//if SKIP
    let past = (skipCorner + (y0 + #{r}u) * skipPitch + x0 + #{c}u) * outs + o0;
//end
//for q in 0 .. QUADS
    var value#{q} = s#{r}_#{c}_#{q} + b#{q};
//if SKIP
    value#{q} += skip[past + #{q}u];
//end
//if RELU
    value#{q} = max(value#{q}, vec4f());
//end
//if GATE
    value#{q} *= gate#{q};
//end
    y[to + #{q}u] = value#{q};
//end
  }
//end
//end
}
