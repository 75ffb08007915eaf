// Zeros around the maps that convolutions read.

/**
 * Writes the border of one image at `at`, with rows of `pitch` bytes and `border` pixels of `pixel` bytes on
 * every side.
 */
export function clearBorder(at: usize, height: i32, pitch: i32, border: i32, pixel: i32): void {
  if (border == 0) return;
  const side = border * pixel;
  memory.fill(at, 0, border * pitch + side);
  let end: usize = at + (border + 1) * pitch - side;
  // The end of a row and the start of the next lie together.
  for (let row = 1; row < height; row++) {
    memory.fill(end, 0, 2 * side);
    end += pitch;
  }
  memory.fill(end, 0, side + border * pitch);
}
