// Colours in whole levels 0–255, rounded as PIL rounds. A vector has four pixels, each a word R | G << 8 |
// B << 16; apart, a vector has one channel of the four.

const BRIGHTNESS: u32 = 0;
const CONTRAST: u32 = 1;
const HUE: u32 = 3;
const QUAD: i32 = 16;

/**
 * The colour steps of one view, in place.
 * @param record of the view: at byte 32 the number of steps, those before contrast, their kinds by four bits
 * each, and their amounts: float32 factors, or for hue the turn (viewRecords.ts)
 * @param hues 256 bits: the hues that PIL loses (viewTables.ts)
 */
export function colour(record: usize, words: usize, pixels: i32, hues: usize): void {
  const steps = load<u32>(record, 32);
  const beforeContrast = load<u32>(record, 36);
  const end: usize = words + <usize>(4 * pixels);
  applySteps(record, words, end, 0, beforeContrast, 0, hues);
  if (beforeContrast == steps) return;
  // Contrast needs the mean luma of the image at that point. The sums are whole numbers below 2^24.
  const mean = (2 * sumLuma(words, end) + pixels) / (2 * pixels);
  applySteps(record, words, end, beforeContrast, steps, mean, hues);
}

function applySteps(
  record: usize,
  words: usize,
  end: usize,
  first: u32,
  last: u32,
  mean: i32,
  hues: usize,
): void {
  const kinds = load<u32>(record, 40);
  for (let step = first; step < last; step++) {
    const kind = (kinds >> (4 * step)) & 15;
    const amount: usize = record + 44 + 4 * step;
    let at = words;
    for (; at + QUAD <= end; at += QUAD) v128.store(at, applied(v128.load(at), kind, amount, mean, hues));
    for (; at < end; at += 4)
      v128.store32_lane(at, applied(v128.load32_zero(at), kind, amount, mean, hues), 0);
  }
}

@inline
function applied(pixels: v128, kind: u32, amount: usize, mean: i32, hues: usize): v128 {
  if (kind == HUE) return turnHue(pixels, load<i32>(amount), hues);
  const factor = f32x4.splat(load<f32>(amount));
  const origin = kind == BRIGHTNESS ? i32x4.splat(0) : kind == CONTRAST ? i32x4.splat(mean) : lumaOf(pixels);
  return pack(
    blend(origin, redOf(pixels), factor),
    blend(origin, greenOf(pixels), factor),
    blend(origin, blueOf(pixels), factor),
  );
}

/** Moves from `origin` towards the level, truncated. PIL rounds the product and the sum one by one. */
@inline
function blend(origin: v128, level: v128, factor: v128): v128 {
  const product = f32x4.mul(factor, f32x4.convert_i32x4_s(i32x4.sub(level, origin)));
  const moved = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.convert_i32x4_s(origin), product));
  return i32x4.min_s(i32x4.max_s(moved, i32x4.splat(0)), i32x4.splat(255));
}

/** Sum of the luma of all pixels. */
function sumLuma(words: usize, end: usize): i32 {
  let sums = i32x4.splat(0);
  let at = words;
  for (; at + QUAD <= end; at += QUAD) sums = i32x4.add(sums, lumaOf(v128.load(at)));
  // The luma of what fills the vector up is 0.
  for (; at < end; at += 4) sums = i32x4.add(sums, lumaOf(v128.load32_zero(at)));
  const pairs = i32x4.add(sums, v128.shuffle<i32>(sums, sums, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

/** ITU-R 601 in 16-bit fixed point. */
@inline
function lumaOf(pixels: v128): v128 {
  const red = i32x4.mul(redOf(pixels), i32x4.splat(19595));
  const green = i32x4.mul(greenOf(pixels), i32x4.splat(38470));
  const blue = i32x4.mul(blueOf(pixels), i32x4.splat(7471));
  const sum = i32x4.add(i32x4.add(red, green), i32x4.add(blue, i32x4.splat(0x8000)));
  return i32x4.shr_u(sum, 16);
}

/** Turns the hue by 256ths of the circle in 8-bit HSV. Every quotient is settled in whole numbers. */
function turnHue(pixels: v128, turn: i32, hues: usize): v128 {
  const red = redOf(pixels);
  const green = greenOf(pixels);
  const blue = blueOf(pixels);
  const one = i32x4.splat(1);
  const value = i32x4.max_s(i32x4.max_s(red, green), blue);
  const chroma = i32x4.sub(value, i32x4.min_s(i32x4.min_s(red, green), blue));
  const saturation = quotient(times(chroma, 255), i32x4.max_s(value, one));
  const exact = hueOf(value, chroma, red, green, blue, hues);
  const doubled = i32x4.shl(v128.and(i32x4.add(exact, i32x4.splat(turn)), i32x4.splat(255)), 1);

  // x · 772 >> 16 is x / 85 rounded down for every x up to 510. Sextant 6 has the share 0 and is sextant 0.
  const sextants = i32x4.shr_u(times(doubled, 772), 16);
  const share = i32x4.sub(doubled, times(sextants, 85));
  const sextant = v128.andnot(sextants, i32x4.eq(sextants, i32x4.splat(6)));
  // Halves cannot occur: the doubled products are even, their divisors twice an odd number.
  const whole = i32x4.splat(21675);
  const twice = i32x4.shl(value, 1);
  const low = quotient(
    i32x4.add(i32x4.mul(twice, i32x4.sub(i32x4.splat(255), saturation)), i32x4.splat(255)),
    i32x4.splat(510),
  );
  const fallen = i32x4.sub(whole, i32x4.mul(saturation, share));
  const risen = i32x4.sub(whole, i32x4.mul(saturation, i32x4.sub(i32x4.splat(85), share)));
  const falling = quotient(i32x4.add(i32x4.mul(twice, fallen), whole), i32x4.splat(43350));
  const rising = quotient(i32x4.add(i32x4.mul(twice, risen), whole), i32x4.splat(43350));
  // Each channel takes value, falling, low, low, rising, value in turn, two sextants apart.
  const in0 = i32x4.eq(sextant, i32x4.splat(0));
  const in1 = i32x4.eq(sextant, one);
  const in2 = i32x4.eq(sextant, i32x4.splat(2));
  const in3 = i32x4.eq(sextant, i32x4.splat(3));
  const in4 = i32x4.eq(sextant, i32x4.splat(4));
  const in5 = i32x4.eq(sextant, i32x4.splat(5));
  return pack(
    taken(in5, in0, in1, in4, value, falling, rising, low),
    taken(in1, in2, in3, in0, value, falling, rising, low),
    taken(in3, in4, in5, in2, value, falling, rising, low),
  );
}

/** A channel's level: full in two sextants, falling in the next and rising in the last of its six. */
@inline
function taken(
  first: v128,
  second: v128,
  falls: v128,
  rises: v128,
  value: v128,
  falling: v128,
  rising: v128,
  low: v128,
): v128 {
  const moving = v128.bitselect(falling, v128.bitselect(rising, low, rises), falls);
  return v128.bitselect(value, moving, v128.or(first, second));
}

/** Hues as bytes, 255 steps round the circle, truncated after PIL's rounding in single precision. */
@inline
function hueOf(value: v128, chroma: v128, red: v128, green: v128, blue: v128, hues: usize): v128 {
  const gapRed = i32x4.sub(value, red);
  const gapGreen = i32x4.sub(value, green);
  const gapBlue = i32x4.sub(value, blue);
  const zero = i32x4.splat(0);
  const circle = times(i32x4.max_s(chroma, i32x4.splat(1)), 6);
  const ofRed = i32x4.add(i32x4.sub(gapBlue, gapGreen), v128.and(circle, i32x4.lt_s(gapBlue, gapGreen)));
  const ofGreen = i32x4.sub(i32x4.add(i32x4.shl(chroma, 1), gapRed), gapBlue);
  const ofBlue = i32x4.sub(i32x4.add(i32x4.shl(chroma, 2), gapGreen), gapRed);
  const other = v128.bitselect(ofGreen, ofBlue, i32x4.eq(gapGreen, zero));
  const scaled = times(v128.bitselect(ofRed, other, i32x4.eq(gapRed, zero)), 255);
  const exact = quotient(scaled, circle);
  // One of the 32 bytes is chosen in each word, and one of its bits; bytes above 15 choose nothing.
  const above = i32x4.splat(~255);
  const place = v128.or(i32x4.shr_u(exact, 3), above);
  const behind = v128.or(i32x4.sub(i32x4.shr_u(exact, 3), i32x4.splat(16)), above);
  const marks = v128.or(i8x16.swizzle(v128.load(hues), place), i8x16.swizzle(v128.load(hues, 16), behind));
  const powers = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  const bit = i8x16.swizzle(powers, v128.or(v128.and(exact, i32x4.splat(7)), above));
  const lost = v128.and(i32x4.ne(v128.and(marks, bit), zero), i32x4.eq(i32x4.mul(exact, circle), scaled));
  // A lane that is true is −1.
  return i32x4.add(exact, lost);
}

/**
 * x / y rounded down, for whole numbers whose sum is below 2^24. Such a quotient is at least 1 / y below the
 * next whole number, which is more than half a step of float32, so that rounding never reaches it.
 */
@inline
function quotient(x: v128, y: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.convert_i32x4_s(x), f32x4.convert_i32x4_s(y)));
}

@inline
function times(x: v128, factor: i32): v128 {
  return i32x4.mul(x, i32x4.splat(factor));
}

@inline
function redOf(pixels: v128): v128 {
  return v128.and(pixels, i32x4.splat(255));
}

@inline
function greenOf(pixels: v128): v128 {
  return v128.and(i32x4.shr_u(pixels, 8), i32x4.splat(255));
}

@inline
function blueOf(pixels: v128): v128 {
  return v128.and(i32x4.shr_u(pixels, 16), i32x4.splat(255));
}

@inline
function pack(red: v128, green: v128, blue: v128): v128 {
  return v128.or(v128.or(red, i32x4.shl(green, 8)), i32x4.shl(blue, 16));
}
