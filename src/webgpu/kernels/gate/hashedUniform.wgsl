// random.ts's hashedUniform, bit for bit, for four counters at once, as the whole number k of its k / 2^24:
// the upper bits of murmur3's finaliser. This text goes before that of a kernel that draws.
fn hashedUniform24(seed: u32, counter: vec4u) -> vec4u {
  var h = seed + counter * 0x9e3779b9u;
  h = (h ^ (h >> vec4u(16))) * 0x85ebca6bu;
  h = (h ^ (h >> vec4u(13))) * 0xc2b2ae35u;
  return (h ^ (h >> vec4u(16))) >> vec4u(8);
}

