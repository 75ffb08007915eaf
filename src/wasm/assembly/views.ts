// The network's input, [images][size + 2 · border][size + 2 · border] quads (R, G, B, 0) with a border of 0,
// from the bytes of images [count][size][size][3]. A level is normalised as level · scale + shift.

import { clearBorder } from './borders';
import { multiplyAdd } from './multiplyAdd';
import { blur } from './viewBlur';
import { colour } from './viewColour';
import { fourPixels, onePixel, resizeColumns, resizeRows, unpackPixels } from './viewResize';

const QUAD: i32 = 16;
/** Bytes of a view's record (viewRecords.ts). */
const RECORD: i32 = 64;

/**
 * Views [from, to): crop and resize, colours, blur, solarize, flip, normalise. Each step rounds to bytes as
 * PIL does.
 * @param tables weights [side of the crop − 1][size][4], then 256 bits on hues (viewTables.ts)
 * @param scratch two planes of words [size][size] a view. The lines of a blur lie where the view's part of y
 * will be.
 */
export function views(
  from: i32,
  to: i32,
  images: usize,
  records: usize,
  tables: usize,
  scratch: usize,
  y: usize,
  size: i32,
  border: i32,
  scaleRed: f32,
  scaleGreen: f32,
  scaleBlue: f32,
  shiftRed: f32,
  shiftGreen: f32,
  shiftBlue: f32,
): void {
  const pixels = size * size;
  const side = size + 2 * border;
  const scale = f32x4(scaleRed, scaleGreen, scaleBlue, 0);
  const shift = f32x4(shiftRed, shiftGreen, shiftBlue, 0);
  const filterBytes: usize = size * QUAD;
  const hues: usize = tables + <usize>size * filterBytes;
  for (let view = from; view < to; view++) {
    const record: usize = records + <usize>(view * RECORD);
    const corner = load<u32>(record, 4);
    const extent = load<u32>(record, 8);
    const height = <i32>(extent & 0xffff);
    const width = <i32>(extent >> 16);
    const words: usize = scratch + <usize>view * <usize>(8 * pixels);
    const other: usize = words + <usize>(4 * pixels);
    const target: usize = y + <usize>view * <usize>(side * side * QUAD);

    let bytes: usize = (<usize>load<u32>(record) * size + (corner & 0xffff)) * size + (corner >> 16);
    bytes = images + 3 * bytes;
    for (let row = 0; row < height; row++)
      unpackPixels(bytes + <usize>(3 * row * size), words + <usize>(4 * row * size), width);
    resizeRows(words, other, tables + <usize>(width - 1) * filterBytes, height, size);
    resizeColumns(other, words, tables + <usize>(height - 1) * filterBytes, height, size);
    colour(record, words, pixels, hues);
    const weight = load<i32>(record, 24);
    if (weight) blur(words, size, load<i32>(record, 20), weight, load<i32>(record, 28), target);
    finish(words, target, size, border, load<i32>(record, 12), load<i32>(record, 16), scale, shift);
  }
}

/** Inverts levels from `threshold` up, mirrors rows where `flip` is 1, and normalises. */
function finish(
  words: usize,
  y: usize,
  size: i32,
  border: i32,
  flip: i32,
  threshold: i32,
  scale: v128,
  shift: v128,
): void {
  const pitch = (size + 2 * border) * QUAD;
  const least = i32x4.splat(threshold);
  const inverse = i32x4.splat(255);
  const step = flip ? -4 : 4;
  clearBorder(y, size, pitch, border, QUAD);
  for (let row = 0; row < size; row++) {
    let at: usize = words + <usize>(4 * (row * size + (flip ? size - 1 : 0)));
    let leave: usize = y + <usize>((row + border) * pitch + border * QUAD);
    for (const end: usize = leave + <usize>(size * QUAD); leave < end; leave += QUAD) {
      const levels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
      const inverted = v128.and(i32x4.ge_s(levels, least), inverse);
      v128.store(leave, normalised(v128.xor(levels, inverted), scale, shift));
      at += step;
    }
  }
}

/** Images [from, to), counted from the one at `images`, as they are. */
export function evaluationInput(
  from: i32,
  to: i32,
  images: usize,
  y: usize,
  size: i32,
  border: i32,
  scaleRed: f32,
  scaleGreen: f32,
  scaleBlue: f32,
  shiftRed: f32,
  shiftGreen: f32,
  shiftBlue: f32,
): void {
  const side = size + 2 * border;
  const pitch = side * QUAD;
  const scale = f32x4(scaleRed, scaleGreen, scaleBlue, 0);
  const shift = f32x4(shiftRed, shiftGreen, shiftBlue, 0);
  const whole: usize = (size & ~3) * QUAD;
  for (let image = from; image < to; image++) {
    const target: usize = y + <usize>image * <usize>(side * pitch);
    let bytes: usize = images + <usize>image * <usize>(3 * size * size);
    clearBorder(target, size, pitch, border, QUAD);
    for (let row = 0; row < size; row++) {
      let leave: usize = target + <usize>((row + border) * pitch + border * QUAD);
      const end: usize = leave + <usize>(size * QUAD);
      for (const most: usize = leave + whole; leave < most; leave += 4 * QUAD) {
        const pixels = fourPixels(bytes);
        const low = i16x8.extend_low_i8x16_u(pixels);
        const high = i16x8.extend_high_i8x16_u(pixels);
        v128.store(leave, normalised(i32x4.extend_low_i16x8_u(low), scale, shift));
        v128.store(leave, normalised(i32x4.extend_high_i16x8_u(low), scale, shift), 16);
        v128.store(leave, normalised(i32x4.extend_low_i16x8_u(high), scale, shift), 32);
        v128.store(leave, normalised(i32x4.extend_high_i16x8_u(high), scale, shift), 48);
        bytes += 12;
      }
      for (; leave < end; leave += QUAD) {
        const levels = i16x8.extend_low_i8x16_u(i32x4.splat(onePixel(bytes)));
        v128.store(leave, normalised(i32x4.extend_low_i16x8_u(levels), scale, shift));
        bytes += 3;
      }
    }
  }
}

@inline
function normalised(levels: v128, scale: v128, shift: v128): v128 {
  return multiplyAdd(f32x4.convert_i32x4_s(levels), scale, shift);
}
