// Crop and resize of one view: bicubic, first along the rows and then along the columns, each rounded to
// bytes as PIL does. A pixel is a word R | G << 8 | B << 16. A filter has for each output pixel four weights
// in the upper 24 bits of a word, 22 of them behind the point; the lower eight bits of the first word are the
// first source pixel (viewTables.ts). Sums stay below 255 · 1.3 · 2^22 < 2^31. Source pixels beyond the crop
// have the weight 0, so that whatever lies there may be read.

const QUAD: i32 = 16;
const HALF: i32 = 1 << 21;
const PRECISION: i32 = 22;

/** Pixels of RGB bytes as words. */
export function unpackPixels(bytes: usize, words: usize, count: i32): void {
  const whole: usize = words + <usize>(4 * (count & ~3));
  const end: usize = words + <usize>(4 * count);
  for (; words < whole; words += QUAD) {
    v128.store(words, fourPixels(bytes));
    bytes += 12;
  }
  for (; words < end; words += 4) {
    store<u32>(words, onePixel(bytes));
    bytes += 3;
  }
}

/** Twelve RGB bytes as four words. */
@inline
export function fourPixels(bytes: usize): v128 {
  const packed = v128.load32_lane(bytes + 8, v128.load64_zero(bytes), 2);
  return v128.shuffle<u8>(packed, i32x4.splat(0), 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16);
}

/** Three RGB bytes as a word. */
@inline
export function onePixel(bytes: usize): u32 {
  return <u32>load<u16>(bytes) | ((<u32>load<u8>(bytes, 2)) << 16);
}

/** Rows [rows][size] of what is resized to rows of `size` pixels. Both have that many pixels a row. */
export function resizeRows(source: usize, target: usize, filter: usize, rows: i32, size: i32): void {
  const pitch = 4 * size;
  for (let x = 0; x < size; x++) {
    const packed = v128.load(filter + <usize>(x * QUAD));
    const weights = i32x4.shr_s(packed, 8);
    const w0 = v128.shuffle<i32>(weights, weights, 0, 0, 0, 0);
    const w1 = v128.shuffle<i32>(weights, weights, 1, 1, 1, 1);
    const w2 = v128.shuffle<i32>(weights, weights, 2, 2, 2, 2);
    const w3 = v128.shuffle<i32>(weights, weights, 3, 3, 3, 3);
    let at: usize = source + <usize>(4 * (i32x4.extract_lane(packed, 0) & 255));
    let leave: usize = target + <usize>(4 * x);
    for (let row = 0; row < rows; row++) {
      const pixels = v128.load(at);
      const low = i16x8.extend_low_i8x16_u(pixels);
      const high = i16x8.extend_high_i8x16_u(pixels);
      const first = i32x4.add(
        i32x4.mul(w0, i32x4.extend_low_i16x8_u(low)),
        i32x4.mul(w1, i32x4.extend_high_i16x8_u(low)),
      );
      const last = i32x4.add(
        i32x4.mul(w2, i32x4.extend_low_i16x8_u(high)),
        i32x4.mul(w3, i32x4.extend_high_i16x8_u(high)),
      );
      const level = levelOf(first, last);
      v128.store32_lane(leave, bytesOf(level, level, level, level), 0);
      at += pitch;
      leave += pitch;
    }
  }
}

/** Columns of `rows` pixels of a source [rows][size] to columns of `size` pixels. */
export function resizeColumns(source: usize, target: usize, filter: usize, rows: i32, size: i32): void {
  const pitch = 4 * size;
  const whole = pitch & ~15;
  for (let y = 0; y < size; y++) {
    const packed = v128.load(filter + <usize>(y * QUAD));
    const weights = i32x4.shr_s(packed, 8);
    const first = i32x4.extract_lane(packed, 0) & 255;
    const a: usize = source + <usize>(first * pitch);
    const b: usize = source + <usize>(min(first + 1, rows - 1) * pitch);
    const c: usize = source + <usize>(min(first + 2, rows - 1) * pitch);
    const d: usize = source + <usize>(min(first + 3, rows - 1) * pitch);
    const leave: usize = target + <usize>(y * pitch);
    let at: usize = 0;
    for (; at < <usize>whole; at += QUAD)
      v128.store(
        leave + at,
        mixed(v128.load(a + at), v128.load(b + at), v128.load(c + at), v128.load(d + at), weights),
      );
    for (; at < <usize>pitch; at += 4) {
      const pixel = mixed(
        v128.load32_zero(a + at),
        v128.load32_zero(b + at),
        v128.load32_zero(c + at),
        v128.load32_zero(d + at),
        weights,
      );
      v128.store32_lane(leave + at, pixel, 0);
    }
  }
}

/** Sixteen bytes of four rows in their proportions. */
@inline
function mixed(a: v128, b: v128, c: v128, d: v128, weights: v128): v128 {
  const w0 = v128.shuffle<i32>(weights, weights, 0, 0, 0, 0);
  const w1 = v128.shuffle<i32>(weights, weights, 1, 1, 1, 1);
  const w2 = v128.shuffle<i32>(weights, weights, 2, 2, 2, 2);
  const w3 = v128.shuffle<i32>(weights, weights, 3, 3, 3, 3);
  const lowA = i16x8.extend_low_i8x16_u(a);
  const lowB = i16x8.extend_low_i8x16_u(b);
  const lowC = i16x8.extend_low_i8x16_u(c);
  const lowD = i16x8.extend_low_i8x16_u(d);
  const highA = i16x8.extend_high_i8x16_u(a);
  const highB = i16x8.extend_high_i8x16_u(b);
  const highC = i16x8.extend_high_i8x16_u(c);
  const highD = i16x8.extend_high_i8x16_u(d);
  return bytesOf(
    levelOf(
      i32x4.add(i32x4.mul(w0, i32x4.extend_low_i16x8_u(lowA)), i32x4.mul(w1, i32x4.extend_low_i16x8_u(lowB))),
      i32x4.add(i32x4.mul(w2, i32x4.extend_low_i16x8_u(lowC)), i32x4.mul(w3, i32x4.extend_low_i16x8_u(lowD))),
    ),
    levelOf(
      i32x4.add(
        i32x4.mul(w0, i32x4.extend_high_i16x8_u(lowA)),
        i32x4.mul(w1, i32x4.extend_high_i16x8_u(lowB)),
      ),
      i32x4.add(
        i32x4.mul(w2, i32x4.extend_high_i16x8_u(lowC)),
        i32x4.mul(w3, i32x4.extend_high_i16x8_u(lowD)),
      ),
    ),
    levelOf(
      i32x4.add(
        i32x4.mul(w0, i32x4.extend_low_i16x8_u(highA)),
        i32x4.mul(w1, i32x4.extend_low_i16x8_u(highB)),
      ),
      i32x4.add(
        i32x4.mul(w2, i32x4.extend_low_i16x8_u(highC)),
        i32x4.mul(w3, i32x4.extend_low_i16x8_u(highD)),
      ),
    ),
    levelOf(
      i32x4.add(
        i32x4.mul(w0, i32x4.extend_high_i16x8_u(highA)),
        i32x4.mul(w1, i32x4.extend_high_i16x8_u(highB)),
      ),
      i32x4.add(
        i32x4.mul(w2, i32x4.extend_high_i16x8_u(highC)),
        i32x4.mul(w3, i32x4.extend_high_i16x8_u(highD)),
      ),
    ),
  );
}

/** Four levels from two halves of their weighted sums, not yet within 0–255. */
@inline
function levelOf(first: v128, last: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.add(first, last), i32x4.splat(HALF)), PRECISION);
}

/** Sixteen levels as bytes, those beyond 0–255 as the nearest of these. */
@inline
function bytesOf(first: v128, second: v128, third: v128, fourth: v128): v128 {
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(first, second), i16x8.narrow_i32x4_s(third, fourth));
}
