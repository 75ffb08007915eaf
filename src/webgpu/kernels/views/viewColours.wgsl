// Second pass of crop and resize, and the colour steps of a view, each rounded to bytes as PIL does. It uses
// the functions of viewColour.wgsl. It reads scratch plane 0 [crop height, S] and writes plane 1 [S, S] of
// the same view. Pixels are words R | G << 8 | B << 16. One workgroup makes one view; an invocation owns
// every GROUP-th pixel. Contrast needs the mean luma of the image at that point, so the steps before it are
// made first and the luma is added up on the way (whole numbers below 2^24).
struct Shape {
  size: u32, // S
  zero: u32, // 0
}
struct View {
  image: u32,
  corner: u32,
  extent: u32, // height | width << 16
  finish: array<u32, 5>,
  steps: u32,
  beforeContrast: u32,
  kinds: u32, // four bits each
  amounts: array<u32, 5>, // float32 factors; for hue, the turn
}
const BRIGHTNESS = 0u;
const CONTRAST = 1u;
const HUE = 3u;
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> views: array<View>;
@group(0) @binding(2) var<storage, read> tables: array<vec4i>; // [side of the crop − 1, S], then 256 bits on hues
@group(0) @binding(3) var<storage, read_write> scratch: array<u32>; // [views, 2, S, S]
var<workgroup> lumas: atomic<u32>;

fn applied(colour: vec3u, kind: u32, amount: u32, mean: u32) -> vec3u {
  // A loop of at most one turn: software adapters skip a loop that no invocation enters, but they run both
  // sides of an if.
  var turned = colour;
  for (var isHue = kind == HUE; isHue; isHue = false) {
    turned = turnHue(colour, amount);
  }
  let origin = select(select(luma(colour), mean, kind == CONTRAST), 0, kind == BRIGHTNESS);
  return select(blend(origin, colour, bitcast<f32>(amount)), turned, kind == HUE);
}

@compute @workgroup_size(#{GROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let size = shape.size;
  let pixels = size * size;
  let view = group.x;
  let rows = view * 2 * pixels;
  let filters = ((views[view].extent & 0xffff) - 1) * size;
  let beforeContrast = views[view].beforeContrast;
  let steps = views[view].steps;
  let kinds = views[view].kinds;

  var sum = 0u;
  for (var pixel = local; pixel < pixels; pixel += #{GROUP}) {
    let y = pixel / size;
    let packed = tables[filters + y];
    let weights = packed >> vec4u(8);
    let first = rows + u32(packed.x & 255) * size + pixel - y * size;
    var sums = vec3i(1 << 21);
    sums += weights.x * vec3i(unpack(scratch[first]));
    sums += weights.y * vec3i(unpack(scratch[first + size]));
    sums += weights.z * vec3i(unpack(scratch[first + 2 * size]));
    sums += weights.w * vec3i(unpack(scratch[first + 3 * size]));
    var colour = vec3u(clamp(sums >> vec3u(22), vec3i(0), vec3i(255)));
    for (var at = 0u; at < beforeContrast; at++) {
      colour = applied(colour, (kinds >> (4 * at)) & 15, views[view].amounts[at], 0);
    }
    sum += luma(colour);
    scratch[rows + pixels + pixel] = pack(colour);
  }
  atomicAdd(&lumas, sum);
  workgroupBarrier();
  let mean = (2 * atomicLoad(&lumas) + pixels) / (2 * pixels);
  for (var pixel = select(pixels, local, beforeContrast < steps); pixel < pixels; pixel += #{GROUP}) {
    var colour = unpack(scratch[rows + pixels + pixel]);
    for (var at = beforeContrast; at < steps; at++) {
      colour = applied(colour, (kinds >> (4 * at)) & 15, views[view].amounts[at], mean);
    }
    scratch[rows + pixels + pixel] = pack(colour);
  }
}
