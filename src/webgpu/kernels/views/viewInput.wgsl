// The last steps of a view: blur, solarize, flip, normalise. They read scratch plane 1 of each view, [S, S]
// words R | G << 8 | B << 16, and write y [views, S + 2b, S + 2b] quads (R, G, B, 0), whose border is 0. One
// workgroup makes one view; an invocation owns every GROUP-th pixel of each pass and of y. Blur is PIL's:
// three box blurs along the rows, three along the columns, between planes 1 and 0 and back. A sum times a
// 24-bit weight stays below 2^32, because 255 · 2^24 does.
struct Shape {
  size: u32, // S
  border: u32, // b
  scale: vec3f,
  shift: vec3f,
}
struct View {
  image: u32,
  corner: u32,
  extent: u32,
  flip: u32,
  threshold: u32, // bytes from here up are inverted
  radius: u32,
  weight: u32, // of the 2 · radius + 1 inner pixels; 0: no blur
  edgeWeight: u32, // of the two outside them
  colours: array<u32, 8>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> views: array<View>;
@group(0) @binding(2) var<storage, read_write> scratch: array<u32>; // [views, 2, S, S]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

fn unpack(word: u32) -> vec3u {
  return vec3u(word, word >> 8, word >> 16) & vec3u(255);
}

// The box around `at` on a line of scratch that begins at `start` and whose pixels are `stride` words apart.
// Pixels at the edge are repeated.
fn box(start: u32, stride: u32, at: i32, view: u32) -> u32 {
  let last = i32(shape.size) - 1;
  let radius = i32(views[view].radius);
  var inner = vec3u(0);
  for (var x = at - radius; x <= at + radius; x++) {
    inner += unpack(scratch[start + u32(clamp(x, 0, last)) * stride]);
  }
  let before = unpack(scratch[start + u32(max(at - radius - 1, 0)) * stride]);
  let after = unpack(scratch[start + u32(min(at + radius + 1, last)) * stride]);
  let sum = inner * views[view].weight + (before + after) * views[view].edgeWeight + (1u << 23);
  let rounded = sum >> vec3u(24);
  return rounded.r | (rounded.g << 8) | (rounded.b << 16);
}

@compute @workgroup_size(#{GROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let size = shape.size;
  let pixels = size * size;
  let view = group.x;
  let plane = view * 2 * pixels;
  let passes = select(6u, 0u, views[view].weight == 0);
  for (var i = 0u; i < passes; i++) {
    let source = plane + ((i + 1) % 2) * pixels;
    let into = plane + (i % 2) * pixels;
    for (var pixel = local; pixel < pixels; pixel += #{GROUP}) {
      let row = pixel / size;
      let column = pixel - row * size;
      let along = i < 3;
      let start = source + select(column, row * size, along);
      scratch[into + pixel] = box(start, select(size, 1, along), i32(select(row, column, along)), view);
    }
    storageBarrier();
  }

  let threshold = views[view].threshold;
  let flip = views[view].flip;
  let pitch = size + 2 * shape.border;
  for (var at = local; at < pitch * pitch; at += #{GROUP}) {
    // Rows above the map wrap round to numbers that are larger than its size.
    let row = at / pitch - shape.border;
    let column = at - (row + shape.border) * pitch - shape.border;
    let inside = max(row, column) < size;
    let place = min(row * size + select(column, size - 1 - column, flip == 1), pixels - 1);
    let colour = unpack(scratch[plane + pixels + place]);
    let seen = select(colour, 255 - colour, colour >= vec3u(threshold));
    let normalised = vec3f(seen) * shape.scale + shape.shift;
    y[view * pitch * pitch + at] = select(vec4f(0), vec4f(normalised, 0), inside);
  }
}
