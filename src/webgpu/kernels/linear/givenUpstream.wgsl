// What linearGradient.wgsl goes back from: dy as it is given.

fn prepare(group: u32, local: u32) {}

/** One quad of dy, in a row counted from the first that is seen. */
fn upstream(row: u32, quad: u32) -> vec4f {
  return dy[(shape.firstRow + row) * shape.outQuads + quad];
}
