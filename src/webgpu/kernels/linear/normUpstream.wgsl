// What linearGradient.wgsl goes back from, where the layer's outputs go through a BatchNorm over rows and a
// ReLU: as rowNormGradient.wgsl has it. dy is the gradient of the ReLU's output. Each workgroup computes all
// of it for itself, since it is little; the first writes the gradients of γ and β.
@group(0) @binding(6) var<storage, read> hidden: array<vec4f>; // the layer's output
@group(0) @binding(7) var<storage, read> rectified: array<vec4f>; // that of the ReLU
@group(0) @binding(8) var<storage, read> moments: array<vec4f>; // [pass][mean, 1/σ]

/** The gradient of the layer's output, [row][quad]. */
var<workgroup> inner: array<vec4f, #{CELLS}>;

/** All invocations of the workgroup must come here. */
fn prepare(group: u32, local: u32) {
  let quads = shape.outQuads;
  let lane = local / QUADS;
  let count = f32(shape.passRows);
  let passes = shape.rows / shape.passRows;
  for (var base = 0u; base < quads; base += QUADS) {
    let quad = base + local % QUADS;
    let column = min(quad, quads - 1u);
    let owns = quad < quads;
    var dScale = vec4f();
    var dShift = vec4f();
    for (var pass_ = 0u; pass_ < passes; pass_++) {
      let first = pass_ * shape.passRows;
      let mean = moments[2u * pass_ * quads + column];
      let inverse = moments[(2u * pass_ + 1u) * quads + column];
      var plain = vec4f();
      var product = vec4f();
      for (var row = first + lane; row < first + shape.passRows; row += LANES) {
        let at = (shape.firstRow + row) * quads + column;
        let u = select(vec4f(), dy[at], rectified[at] > vec4f());
        plain += u;
        product += u * (hidden[at] - mean);
      }
      plain = overLanes(plain, local);
      product = overLanes(product, local) * inverse;
      dShift += plain;
      dScale += product;
      let scale = w[shape.affineAt + column] * inverse;
      let slope = product * inverse / count;
      if (owns) {
        for (var row = first + lane; row < first + shape.passRows; row += LANES) {
          let at = (shape.firstRow + row) * quads + column;
          let u = select(vec4f(), dy[at], rectified[at] > vec4f());
          inner[row * quads + column] = scale * (u - plain / count - (hidden[at] - mean) * slope);
        }
      }
    }
    if (owns & (lane == 0u) & (group == 0u)) {
      gradients[shape.normAt + quad] = dScale;
      gradients[shape.normAt + quads + quad] = dShift;
    }
  }
  workgroupBarrier();
}

/** One quad of the gradient of the layer's output, in a row counted from the first that is seen. */
fn upstream(row: u32, quad: u32) -> vec4f {
  return inner[row * shape.outQuads + quad];
}
