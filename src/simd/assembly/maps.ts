// Element-wise passes over maps and their gradients, each in one sweep.

const FLOAT: usize = 4;
const QUAD: usize = 16;

/** y = relu(a + b); `length` floats, a multiple of 4. */
export function addRelu(a: usize, b: usize, y: usize, length: i32): void {
  const zero = f32x4.splat(0);
  const end: usize = (<usize>length) * FLOAT;
  for (let at: usize = 0; at < end; at += QUAD) {
    v128.store(y + at, f32x4.pmax(f32x4.add(v128.load(a + at), v128.load(b + at)), zero));
  }
}

/** dx = dy where y > 0, else 0. */
export function reluGradient(dy: usize, y: usize, dx: usize, length: i32): void {
  const zero = f32x4.splat(0);
  const end: usize = (<usize>length) * FLOAT;
  for (let at: usize = 0; at < end; at += QUAD) {
    v128.store(dx + at, v128.and(v128.load(dy + at), f32x4.gt(v128.load(y + at), zero)));
  }
}

/** y[n, p, c] = x[n, p, c] · gate[n, c]. */
export function gateMap(x: usize, gate: usize, y: usize, n: i32, p: i32, c: i32): void {
  const pixel: usize = (<usize>c) * FLOAT;
  for (let image = 0; image < n; image++) {
    for (let k = 0; k < p; k++) {
      for (let offset: usize = 0; offset < pixel; offset += QUAD) {
        v128.store(y + offset, f32x4.mul(v128.load(x + offset), v128.load(gate + offset)));
      }
      x += pixel;
      y += pixel;
    }
    gate += pixel;
  }
}

/** dx = dy · gate, and dGate[n, c] = Σ over pixels of dy · x. */
export function gateMapGradient(
  dy: usize,
  x: usize,
  gate: usize,
  dx: usize,
  dGate: usize,
  n: i32,
  p: i32,
  c: i32,
): void {
  const pixel: usize = (<usize>c) * FLOAT;
  const imageBytes: usize = (<usize>p) * pixel;
  for (let image = 0; image < n; image++) {
    for (let offset: usize = 0; offset < pixel; offset += QUAD) {
      const open = v128.load(gate + offset);
      let sum = f32x4.splat(0);
      for (let at: usize = offset; at < imageBytes; at += pixel) {
        const upstream = v128.load(dy + at);
        sum = f32x4.add(sum, f32x4.mul(upstream, v128.load(x + at)));
        v128.store(dx + at, f32x4.mul(upstream, open));
      }
      v128.store(dGate + offset, sum);
    }
    dy += imageBytes;
    x += imageBytes;
    dx += imageBytes;
    gate += pixel;
    dGate += pixel;
  }
}
