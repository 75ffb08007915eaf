// Gates of one block (method §2). One invocation makes four of them and owns their quads of `gates` and
// `slopes`, padding included. Rows of gated passes are drawn and open where logit + noise ≥ 0. Rows of dense
// passes are always open.
//if LINEAR
// The logits of gated rows are made here, as input · W.
//end
struct Shape {
  cells: u32, // rows · quads
  quads: u32,
  channels: u32,
  images: u32, // rows of one pass
  firstGated: u32,
  gatedPasses: u32,
  counter: u32, // draws of a pass before this block
  temperature: f32,
//if LINEAR
  inQuads: u32, // of a row of the input
//end
}
@group(0) @binding(0) var<uniform> shape: Shape;
//if LINEAR
@group(0) @binding(1) var<storage, read_write> logits: array<vec4f>;
@group(0) @binding(5) var<storage, read> input: array<vec4f>;
@group(0) @binding(6) var<storage, read> w: array<vec4f>;
//end
//if 1 - LINEAR
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
//end
@group(0) @binding(2) var<storage, read_write> gates: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> slopes: array<vec4f>;
//if DRAWN
@group(0) @binding(4) var<storage, read> step: Step;
//end
//if 1 - DRAWN
@group(0) @binding(4) var<storage, read> noise: array<vec4f>;
//end

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.cells) { return; }
  let row = id.x / shape.quads;
  let ofPass = row / shape.images;
  let channel = 4 * (id.x % shape.quads) + vec4u(0, 1, 2, 3);
  let real = channel < vec4u(shape.channels);
  if ((ofPass < shape.firstGated) | (ofPass >= shape.firstGated + shape.gatedPasses)) {
    gates[id.x] = select(vec4f(0), vec4f(1), real);
    slopes[id.x] = vec4f(0);
    return;
  }
  //if DRAWN
  let draw = shape.counter + (row - ofPass * shape.images) * shape.channels + channel;
  let k = hashedUniform24(select(step.seed0, step.seed1, ofPass == 1), draw);
  // log(u + 1e-8) − log(1 − u + 1e-8) of u = k/2^24, by a single logarithm, so that only one rounding error
  // of a logarithm remains. 2^24 − k is computed in whole numbers, because a compiler may join the constants
  // of 1 − u + 1e-8 and lose the 1e-8.
  const EPSILON = 1e-8 * 16777216;
  let drawn = log((vec4f(k) + EPSILON) / (vec4f(16777216 - k) + EPSILON));
  //end
  //if 1 - DRAWN
  let drawn = noise[id.x];
  //end
//if LINEAR
  var logit = vec4f();
  for (var i = 0u; i < shape.inQuads; i++) {
    let at = 4u * i * shape.quads + id.x % shape.quads;
    let rows = mat4x4f(w[at], w[at + shape.quads], w[at + 2u * shape.quads], w[at + 3u * shape.quads]);
    logit += rows * input[row * shape.inQuads + i];
  }
  logits[id.x] = logit;
//end
//if 1 - LINEAR
  let logit = logits[id.x];
//end
  let z = logit + drawn;
  // s(1 − s)/τ of s = sigmoid(z/τ) is even in z; of −|z| nothing overflows.
  let e = exp(-abs(z) / shape.temperature);
  let slope = e / ((1 + e) * (1 + e) * shape.temperature);
  gates[id.x] = select(vec4f(0), vec4f(1), real & (z >= vec4f(0)));
  slopes[id.x] = select(vec4f(0), slope, real);
}
