/** What the pixels of one data set may take, bytes: browsers give no larger piece of memory everywhere. */
export const MAX_PIXEL_BYTES = 2 ** 31 - 1;

/** How many images of a side, pixels, one data set can have. */
export function mostImages(side: number): number {
  return Math.floor(MAX_PIXEL_BYTES / (3 * side * side));
}
