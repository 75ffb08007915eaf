// Images as they are, without augmentation: from bytes [count, S, S, 3], of the images from `first` on, to y
// [images, S + 2b, S + 2b] quads (R, G, B, 0), normalised, with a border of 0. One invocation owns one pixel
// of y; y of the grid is the image.
struct Shape {
  size: u32, // S
  border: u32, // b
  first: u32,
  scale: vec3f,
  shift: vec3f,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let size = shape.size;
  let pitch = size + 2 * shape.border;
  let at = group.x * 64 + local;
  if (at >= pitch * pitch) {
    return;
  }
  // Rows and columns before the image wrap round to numbers that lie beyond it.
  let row = at / pitch - shape.border;
  let column = at % pitch - shape.border;
  let inside = max(row, column) < size;
  let image = (shape.first + group.y) * size * size;
  let byte = (image + select(0, row * size + column, inside)) * 3;
  // Three bytes lie in one word or in two. The second word is needed unless the first byte starts a word.
  let low = images[byte >> 2];
  let high = images[(byte + 2) >> 2];
  let shift = 8 * (byte & 3);
  let bytes = (low >> shift) | ((high << (31 - shift)) << 1);
  let colour = vec3u(bytes, bytes >> 8, bytes >> 16) & vec3u(255);
  let normalised = vec3f(colour) * shape.scale + shape.shift;
  y[group.y * pitch * pitch + at] = select(vec4f(0), vec4f(normalised, 0), inside);
}
