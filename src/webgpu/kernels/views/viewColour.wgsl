// Colours of one pixel in whole levels 0–255, rounded as PIL rounds. This text goes before viewColours.wgsl,
// which binds `shape.zero` = 0 and `tables`; the 256 bits after the filters mark the hues that PIL loses
// (viewTables.ts). Every quotient is settled in whole numbers, so that no device's division matters.

fn unpack(word: u32) -> vec3u {
  return vec3u(word, word >> 8, word >> 16) & vec3u(255);
}

fn pack(colour: vec3u) -> u32 {
  return colour.r | (colour.g << 8) | (colour.b << 16);
}

fn luma(colour: vec3u) -> u32 {
  return (dot(colour, vec3u(19595, 38470, 7471)) + 0x8000) >> 16;
}

// Moves from `origin` towards the colour, truncated. Compilers do not know that `shape.zero` is 0, so they
// cannot fuse product and sum, which PIL rounds one by one.
fn blend(origin: u32, colour: vec3u, factor: f32) -> vec3u {
  let product = factor * vec3f(vec3i(colour) - vec3i(i32(origin)));
  let rounded = bitcast<vec3f>(bitcast<vec3u>(product) ^ vec3u(shape.zero));
  return vec3u(clamp(f32(origin) + rounded, vec3f(0), vec3f(255)));
}

// x / y rounded down, for x below 2^24 and quotients below 2^15. Floats estimate it to within one, and whole
// numbers settle it.
fn quotient(x: u32, y: u32) -> u32 {
  let estimate = u32(f32(x) / f32(y));
  let rest = i32(x - estimate * y);
  return estimate + select(0u, 1u, rest >= i32(y)) - select(0u, 1u, rest < 0);
}

fn turnHue(colour: vec3u, turn: u32) -> vec3u {
  let value = max(colour.r, max(colour.g, colour.b));
  let chroma = value - min(colour.r, min(colour.g, colour.b));
  let saturation = quotient(255 * chroma, max(value, 1));
  let gap = value - colour;
  let circle = 6 * max(chroma, 1);
  var angle = 4 * chroma + gap.g - gap.r;
  angle = select(angle, 2 * chroma + gap.r - gap.b, gap.g == 0);
  angle = select(angle, gap.b - gap.g + select(0u, circle, gap.b < gap.g), gap.r == 0);
  let exact = quotient(255 * angle, circle);
  let bits = u32(tables[shape.size * shape.size + (exact >> 7)][(exact >> 5) & 3]);
  let lost = select(0u, (bits >> (exact & 31)) & 1, exact * circle == 255 * angle);
  let doubled = 2 * ((exact - lost + turn) & 255);

  // Halves cannot occur: the doubled products are even, their divisors twice an odd number.
  let sextant = doubled / 85;
  let share = doubled - 85 * sextant;
  let low = quotient(2 * value * (255 - saturation) + 255, 510);
  let falling = quotient(2 * value * (21675 - saturation * share) + 21675, 43350);
  let rising = quotient(2 * value * (21675 - saturation * (85 - share)) + 21675, 43350);
  // Each channel takes value, falling, low, low, rising, value in turn, two sextants apart.
  let place = (vec3u(0, 4, 2) + sextant) % 6;
  var turned = select(vec3u(low), vec3u(value), (place == vec3u(0)) | (place == vec3u(5)));
  turned = select(turned, vec3u(falling), place == vec3u(1));
  return select(turned, vec3u(rising), place == vec3u(4));
}
