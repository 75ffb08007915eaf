/** The labels of the images that are kept, and the classes that still have images. */
export interface KeptLabels {
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
  /** Labels, as they were before, of the classes that had images and lost them all. */
  readonly lost: readonly number[];
}

/**
 * Takes out the labels of images that are left out. A class that loses all its images is none.
 * @param labels indices into `classes`, of all images; 0 without classes
 * @param leftOut places of the images that are left out
 */
export function keptLabels(
  labels: ArrayLike<number>,
  classes: readonly string[],
  leftOut: ReadonlySet<number>,
): KeptLabels {
  const kept = Array.from(labels).filter((_, place) => !leftOut.has(place));
  const used = new Set(kept);
  const lost = [...new Set(Array.from(labels))].filter((label) => !used.has(label));
  const isLost = new Set(lost);
  let rank = 0;
  const ranks = classes.map((_, label) => (isLost.has(label) ? -1 : rank++));
  return {
    labels: Uint8Array.from(kept, (label) => ranks[label] ?? label),
    classes: classes.filter((_, label) => !isLost.has(label)),
    lost,
  };
}
