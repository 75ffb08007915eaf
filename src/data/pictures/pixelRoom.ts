/**
 * The most bytes that the pixels of one data set may take. Not every browser gives a larger piece of memory.
 */
export const MAX_PIXEL_BYTES = 2 ** 31 - 1;

/** How many images of a side, pixels, one data set can have. */
export function mostImages(side: number): number {
  return Math.floor(MAX_PIXEL_BYTES / (3 * side * side));
}
