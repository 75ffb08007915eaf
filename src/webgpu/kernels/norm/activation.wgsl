// The layers that follow a convolution: y = relu(scale · x + shift + skip) · gate, written as a bordered map.
// One invocation owns one channel quad of one column of one image, borders included, and walks down its rows.
// So the affine map is loaded once, and neighbouring invocations touch neighbouring memory.
//if SKIP == 1
// The skip is the block's input, bordered like y.
//end
//if SKIP == 2
// The skip is the BatchNorm of the shortcut's convolution.
//end

struct Shape { images: u32, perPass: u32, height: u32, width: u32, border: u32, quads: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> norm: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
//if GATE
@group(0) @binding(4) var<storage, read> gates: array<vec4f>;
//end
//if SKIP
@group(0) @binding(#{4 + GATE}) var<storage, read> skip: array<vec4f>;
//end
//if SKIP == 2
@group(0) @binding(#{5 + GATE}) var<storage, read> skipNorm: array<vec4f>;
//end

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = shape.quads;
  let pitch = shape.width + 2u * shape.border;
  let q = id.x % quads;
  let column = id.x / quads % pitch;
  let n = id.x / (quads * pitch);
  if (n >= shape.images) { return; }
  let pass_ = n / shape.perPass;
  let scale = norm[pass_ * 4u * quads + q];
  let shift = norm[pass_ * 4u * quads + quads + q];
//if GATE
  let gate = gates[n * quads + q];
//end
//if SKIP == 2
  let skipScale = skipNorm[pass_ * 4u * quads + q];
  let skipShift = skipNorm[pass_ * 4u * quads + quads + q];
//end
  let within = (column >= shape.border) & (column < shape.border + shape.width);
  // Columns of the border read their neighbour inside, and write zeros.
  let inner = min(max(column, shape.border) - shape.border, shape.width - 1u);
  let rows = shape.height + 2u * shape.border;
  var to = (n * rows * pitch + column) * quads + q;
  for (var row = 0u; row < rows; row++) {
    let inside = within & (row >= shape.border) & (row < shape.border + shape.height);
    let line = min(max(row, shape.border) - shape.border, shape.height - 1u);
    let at = ((n * shape.height + line) * shape.width + inner) * quads + q;
    var value = scale * x[at] + shift;
//if SKIP == 1
    value += skip[to];
//end
//if SKIP == 2
    value += skipScale * skip[at] + skipShift;
//end
    value = max(value, vec4f());
//if GATE
    value *= gate;
//end
    y[to] = select(vec4f(), value, vec4<bool>(inside));
    to += pitch * quads;
  }
}
