// BatchNorm of a convolution's output, second level. It turns the tiles' means and sums of squared deviations
// into each pass's statistics and writes them as the affine map that the next kernel applies. It takes two
// passes over the tiles: first the mean, then the deviations from it. A workgroup owns one channel quad. It
// takes the passes of the step in order, because shared running statistics move once per pass. `norm` is
// [pass][scale, shift, mean, 1/σ][quads].

// What is stored for one pass: the places of γ among all parameters and of the running mean among all running
// statistics, in quads. β follows γ, and the running variance follows the running mean.
struct Place { @align(16) affine: u32, running: u32, }
struct Shape {
  quads: u32, passes: u32, tilesPerPass: u32, perImage: u32,
  tilesX: u32, tileRows: u32, tileColumns: u32, height: u32,
  width: u32, count: f32, unbiased: f32, // values per channel and pass; count / (count − 1)
  @align(16) places: array<Place, #{PASSES}>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> tiles: array<vec4f>;
@group(0) @binding(2) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> runningStatistics: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> norm: array<vec4f>;

const LANES = #{LANES}u;
const EPSILON = 1e-5;
const MOMENTUM = 0.1;
var<workgroup> sums: array<vec4f, LANES>;

/** Sum of every lane's value. */
fn total(value: vec4f, lane: u32) -> vec4f {
  workgroupBarrier();
  sums[lane] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) { sums[lane] += sums[lane + half]; }
    workgroupBarrier();
  }
  return sums[0];
}

/** Pixels of a tile that lie inside of the map. */
fn pixels(tile: u32) -> f32 {
  let within = tile % shape.perImage;
  let rows = min(shape.tileRows, shape.height - within / shape.tilesX * shape.tileRows);
  let columns = min(shape.tileColumns, shape.width - within % shape.tilesX * shape.tileColumns);
  return f32(rows * columns);
}

@compute @workgroup_size(#{LANES}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let q = group.x;
  let quads = shape.quads;
  for (var pass_ = 0u; pass_ < shape.passes; pass_++) {
    let end = (pass_ + 1u) * shape.tilesPerPass;
    var sum = vec4f();
    for (var tile = pass_ * shape.tilesPerPass + lane; tile < end; tile += LANES) {
      sum += pixels(tile) * tiles[(tile * quads + q) * 2u];
    }
    let mean = total(sum, lane) / shape.count;
    var squares = vec4f();
    for (var tile = pass_ * shape.tilesPerPass + lane; tile < end; tile += LANES) {
      let off = tiles[(tile * quads + q) * 2u] - mean;
      squares += tiles[(tile * quads + q) * 2u + 1u] + pixels(tile) * off * off;
    }
    let variance = total(squares, lane) / shape.count;
    if (lane == 0u) {
      let affine = shape.places[pass_].affine + q;
      let inverse = 1.0 / sqrt(variance + EPSILON);
      let scale = parameters[affine] * inverse;
      let at = pass_ * 4u * quads + q;
      norm[at] = scale;
      norm[at + quads] = parameters[affine + quads] - mean * scale;
      norm[at + 2u * quads] = mean;
      norm[at + 3u * quads] = inverse;
      let run = shape.places[pass_].running + q;
      runningStatistics[run] = mix(runningStatistics[run], mean, MOMENTUM);
      runningStatistics[run + quads] = mix(runningStatistics[run + quads], shape.unbiased * variance, MOMENTUM);
    }
  }
}
