// Backward through a ReLU into a BatchNorm, first level: sums of u and of u · (x − mean) over each column of
// each image, where u is the gradient that the ReLU let through. One invocation owns one channel quad of one
// column.
//if INNER
// The ReLU is the one after bn1; the BatchNorm's own output tells where it was open. u is the gradient before
// the gate. A third sum, that of gradient · activation, is the gate's gradient.
//end
//if INNER == 0
// The ReLU is the one that ends a block (or the stem), judged by the bordered map that it wrote.
//end
//if TWO
// The third sum is that of u · (x₂ − mean₂) for the shortcut's BatchNorm.
//end

struct Shape { images: u32, perPass: u32, height: u32, width: u32, border: u32, quads: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> norm: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>; // [image][column][quad][3]
//if INNER == 0
@group(0) @binding(5) var<storage, read> output: array<vec4f>;
//end
//if TWO
@group(0) @binding(6) var<storage, read> x2: array<vec4f>;
@group(0) @binding(7) var<storage, read> norm2: array<vec4f>;
//end

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = shape.quads;
  let q = id.x % quads;
  let column = id.x / quads % shape.width;
  let n = id.x / (quads * shape.width);
  if (n >= shape.images) { return; }
  let table = n / shape.perPass * 4u * quads + q;
  let mean = norm[table + 2u * quads];
//if INNER
  let scale = norm[table];
  let shift = norm[table + quads];
//end
//if TWO
  let mean2 = norm2[table + 2u * quads];
//end
  var plain = vec4f();
  var product = vec4f();
  var third = vec4f();
  let pitch = shape.width + 2u * shape.border;
  var at = (n * shape.height * shape.width + column) * quads + q;
  var out = ((n * (shape.height + 2u * shape.border) + shape.border) * pitch + shape.border + column) * quads + q;
  for (var row = 0u; row < shape.height; row++) {
    let d = gradient[at];
    let value = x[at];
//if INNER
    let activation = max(scale * value + shift, vec4f());
    let u = select(vec4f(), d, activation > vec4f());
    third += d * activation;
//end
//if INNER == 0
    let u = select(vec4f(), d, output[out] > vec4f());
//end
//if TWO
    third += u * (x2[at] - mean2);
//end
    plain += u;
    product += u * (value - mean);
    at += shape.width * quads;
    out += pitch * quads;
  }
  sums[id.x * 3u] = plain;
  sums[id.x * 3u + 1u] = product;
  sums[id.x * 3u + 2u] = third;
}
