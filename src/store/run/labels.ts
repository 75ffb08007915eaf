import type { Floors } from '../../metrics.ts';
import type { Ready } from '../../run/protocol.ts';

/** Somebody labelled the map images. An old run file names no classes, though it has labels. */
export function isLabelled({ data, mapImages }: Pick<Ready, 'data' | 'mapImages'>): boolean {
  return data.classes.length > 0 || mapImages.labels.some((label) => label > 0);
}

/** The class of a map image; null where nobody labelled it. */
export function className(ready: Pick<Ready, 'data' | 'mapImages'>, image: number): string | null {
  const label = ready.mapImages.labels[image];
  if (label === undefined || !isLabelled(ready)) return null;
  return ready.data.classes[label] ?? `class ${label}`;
}

/** Accuracies were not measured: there were no labels to learn from, or none to be right about. */
export function lacksAccuracies(floors: Floors | null): boolean {
  return floors !== null && floors.rawPixels === null;
}
