// Images are u8 [pixels, 3], changed in place. Each operation rounds to bytes as PIL's does. Math.fround is
// used where PIL computes in single precision.

/** PIL's blend of `from` and `value`: truncated, and clipped if the factor is outside 0–1. */
function blend(from: number, value: number, factor: number): number {
  const mixed = Math.fround(from + Math.fround(factor * (value - from)));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
}

/** Luma of ITU-R 601 in 16-bit fixed point: .299 R + .587 G + .114 B. */
function luma(image: Uint8Array, at: number): number {
  return (image[at]! * 19595 + image[at + 1]! * 38470 + image[at + 2]! * 7471 + 0x8000) >> 16;
}

const lookup = new Uint8Array(256);

/** Blends every byte toward one value. */
function blendToward(image: Uint8Array, value: number, factor: number): void {
  const single = Math.fround(factor);
  for (let byte = 0; byte < 256; byte++) lookup[byte] = blend(value, byte, single);
  for (let at = 0; at < image.length; at++) image[at] = lookup[image[at]!]!;
}

/** Blends toward black: factor 0 is black, 1 the image. */
export function adjustBrightness(image: Uint8Array, factor: number): void {
  blendToward(image, 0, factor);
}

/** Blends toward the image's mean luma. */
export function adjustContrast(image: Uint8Array, factor: number): void {
  let sum = 0;
  for (let at = 0; at < image.length; at += 3) sum += luma(image, at);
  blendToward(image, Math.floor(sum / (image.length / 3) + 0.5), factor);
}

/** Blends each pixel toward its own luma: factor 0 is grey. */
export function adjustSaturation(image: Uint8Array, factor: number): void {
  const single = Math.fround(factor);
  for (let at = 0; at < image.length; at += 3) {
    const grey = luma(image, at);
    image[at] = blend(grey, image[at]!, single);
    image[at + 1] = blend(grey, image[at + 1]!, single);
    image[at + 2] = blend(grey, image[at + 2]!, single);
  }
}

/** Replaces each pixel by its luma. */
export function toGrayscale(image: Uint8Array): void {
  for (let at = 0; at < image.length; at += 3) {
    image.fill(luma(image, at), at, at + 3);
  }
}

/** Inverts bytes from `threshold` up. */
export function solarize(image: Uint8Array, threshold: number): void {
  for (let at = 0; at < image.length; at++) {
    if (image[at]! >= threshold) image[at] = 255 - image[at]!;
  }
}

/**
 * Turns the hue by `factor` of the colour circle, in 8-bit HSV: 255 steps round the circle, wrapping at 256.
 */
export function rotateHue(image: Uint8Array, factor: number): void {
  const shift = Math.trunc(factor * 255);
  for (let at = 0; at < image.length; at += 3) {
    const red = image[at]!;
    const green = image[at + 1]!;
    const blue = image[at + 2]!;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    if (chroma === 0) continue; // grey has no hue
    const saturation = Math.trunc(Math.fround(chroma / value) * 255);
    if (saturation === 0) {
      image.fill(value, at, at + 3);
      continue;
    }
    const hue = (hueByte(red, green, blue, value, chroma) + shift) & 255;
    writeHsv(image, at, hue, saturation, value);
  }
}

/** Hue as a byte: 0 red, 85 green, 170 blue. */
function hueByte(red: number, green: number, blue: number, value: number, chroma: number): number {
  const redGap = Math.fround((value - red) / chroma);
  const greenGap = Math.fround((value - green) / chroma);
  const blueGap = Math.fround((value - blue) / chroma);
  let sextant: number;
  if (red === value) sextant = Math.fround(blueGap - greenGap);
  else if (green === value) sextant = Math.fround(2 + redGap - blueGap);
  else sextant = Math.fround(4 + greenGap - redGap);
  return Math.trunc(Math.fround((sextant / 6 + 1) % 1) * 255);
}

function writeHsv(image: Uint8Array, at: number, hue: number, saturation: number, value: number): void {
  const position = (hue * 6) / 255;
  const sextant = Math.floor(position);
  const share = Math.fround(position - sextant);
  const strength = Math.fround(saturation / 255);
  const low = Math.round(value * (1 - strength));
  const falling = Math.round(value * (1 - strength * share));
  const rising = Math.round(value * (1 - strength * (1 - share)));
  let red = value;
  let green = rising;
  let blue = low;
  switch (sextant % 6) {
    case 1:
      red = falling;
      green = value;
      break;
    case 2:
      red = low;
      green = value;
      blue = rising;
      break;
    case 3:
      red = low;
      green = falling;
      blue = value;
      break;
    case 4:
      red = rising;
      green = low;
      blue = value;
      break;
    case 5:
      green = low;
      blue = falling;
      break;
  }
  image[at] = red;
  image[at + 1] = green;
  image[at + 2] = blue;
}
