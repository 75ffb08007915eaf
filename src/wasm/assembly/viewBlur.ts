// PIL's Gaussian blur of one view: three box blurs along the rows, then three along the columns, each rounded
// to bytes; pixels at the edge are repeated. A line is worked on with the channels of a pixel in four words.

const QUAD: i32 = 16;
const HALF: i32 = 1 << 23;
const PRECISION: i32 = 24;

/**
 * Blurs words [size][size] in place.
 * @param weight of the 2 · radius + 1 inner pixels of a box; edgeWeight of the two outside them
 * @param lines scratch of 32 · size bytes
 */
export function blur(words: usize, size: i32, radius: i32, weight: i32, edgeWeight: i32, lines: usize): void {
  // The weights of a box add up to 1 but for 2^-24: a single pixel stays as it is.
  if (size == 1) return;
  const pitch = 4 * size;
  for (let row = 0; row < size; row++)
    blurLine(words + <usize>(row * pitch), 4, size, radius, weight, edgeWeight, lines);
  for (let column = 0; column < size; column++)
    blurLine(words + <usize>(4 * column), pitch, size, radius, weight, edgeWeight, lines);
}

/** Three times, pixels `step` bytes apart. */
function blurLine(
  start: usize,
  step: i32,
  size: i32,
  radius: i32,
  weight: i32,
  edgeWeight: i32,
  lines: usize,
): void {
  const other: usize = lines + <usize>(size * QUAD);
  let at = start;
  for (let pixel = lines; pixel < other; pixel += QUAD) {
    const bytes = i16x8.extend_low_i8x16_u(v128.load32_zero(at));
    v128.store(pixel, i32x4.extend_low_i16x8_u(bytes));
    at += step;
  }
  box(lines, other, size, radius, weight, edgeWeight);
  box(other, lines, size, radius, weight, edgeWeight);
  box(lines, other, size, radius, weight, edgeWeight);
  at = start;
  const end: usize = other + <usize>(size * QUAD);
  for (let pixel = other; pixel < end; pixel += QUAD) {
    const levels = v128.load(pixel);
    const narrow = i16x8.narrow_i32x4_s(levels, levels);
    v128.store32_lane(at, i8x16.narrow_i16x8_u(narrow, narrow), 0);
    at += step;
  }
}

/** One box blur of a line. A sum times its weight stays below 2^32, because 255 · 2^24 does. */
function box(line: usize, target: usize, size: i32, radius: i32, weight: i32, edgeWeight: i32): void {
  const last: usize = line + <usize>((size - 1) * QUAD);
  const inner = i32x4.splat(weight);
  const outer = i32x4.splat(edgeWeight);
  const first = v128.load(line);
  let sum = i32x4.mul(first, i32x4.splat(radius + 1));
  let ahead = line;
  for (let x = 0; x < radius; x++) {
    sum = i32x4.add(sum, v128.load(ahead));
    ahead = min(ahead + QUAD, last);
  }
  let added = v128.load(ahead);
  let behind = line;
  for (let x = 0; x < size; x++) {
    const before = v128.load(behind);
    ahead = min(ahead + QUAD, last);
    const after = v128.load(ahead);
    sum = i32x4.add(sum, i32x4.sub(added, before));
    const edges = i32x4.mul(i32x4.add(before, after), outer);
    const blurred = i32x4.add(i32x4.add(i32x4.mul(sum, inner), edges), i32x4.splat(HALF));
    v128.store(target, i32x4.shr_u(blurred, PRECISION));
    added = after;
    if (x > radius) behind += QUAD;
    target += QUAD;
  }
}
