import type { Decoded } from './decode.ts';
import type { Orientation } from './exif.ts';

/** Orientations in which the stored columns, or the stored rows, run against those of the upright picture. */
const COLUMNS_BACKWARDS: readonly Orientation[] = [2, 3, 7, 8];
const ROWS_BACKWARDS: readonly Orientation[] = [3, 4, 6, 7];

/** A picture as it stands upright: the same one if it does so already, else a copy. */
export function turned(picture: Decoded, orientation: Orientation): Decoded {
  if (orientation === 1) return picture;
  const { width, height, pixels } = picture;
  const exchanged = orientation >= 5;
  // How far apart neighbours of a stored row and of a stored column lie in the upright picture, pixels.
  const along = exchanged ? height : 1;
  const down = exchanged ? 1 : width;
  const backAlong = COLUMNS_BACKWARDS.includes(orientation);
  const backDown = ROWS_BACKWARDS.includes(orientation);
  const first = (backAlong ? along * (width - 1) : 0) + (backDown ? down * (height - 1) : 0);
  const upright = new Uint8Array(pixels.length);
  for (let y = 0, from = 0; y < height; y++) {
    const row = first + (backDown ? -down : down) * y;
    for (let x = 0; x < width; x++, from += 4) {
      const to = 4 * (row + (backAlong ? -along : along) * x);
      for (let c = 0; c < 4; c++) upright[to + c] = pixels[from + c]!;
    }
  }
  return exchanged ? { width: height, height: width, pixels: upright } : { width, height, pixels: upright };
}
