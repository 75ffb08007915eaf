// A layer of a gate in evaluation: y[n, o] = act(Σ x[n, i] · w[i, o] + bias[o]). Each invocation owns one
// quad of y.
//if HARD
// The last layer: open (1) from logit 0 on, else closed (0).
//end

struct Shape { rows: u32, inQuads: u32, outQuads: u32, }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<mat4x4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let outs = shape.outQuads;
  if (id.x >= shape.rows * outs) { return; }
  let n = id.x / outs;
  let o = id.x % outs;
  var sum = vec4f();
  for (var k = 0u; k < shape.inQuads; k++) {
    sum += w[k * outs + o] * x[n * shape.inQuads + k];
  }
  sum += bias[o];
//if HARD
  y[id.x] = select(vec4f(), vec4f(1), sum >= vec4f());
//end
//if 1 - HARD
  y[id.x] = max(sum, vec4f());
//end
}
