import type { Floors } from '../../metrics.ts';
import type { Ready } from '../../run/protocol.ts';

/** Whether the map images have labels. An old run file has labels, but does not name the classes. */
export function isLabelled({ data, mapImages }: Pick<Ready, 'data' | 'mapImages'>): boolean {
  return data.classes.length > 0 || mapImages.labels.some((label) => label > 0);
}

/** The class of a map image; null without labels. */
export function className(ready: Pick<Ready, 'data' | 'mapImages'>, image: number): string | null {
  const label = ready.mapImages.labels[image];
  if (label === undefined || !isLabelled(ready)) return null;
  return ready.data.classes[label] ?? `class ${label}`;
}

/** A map image in words, with its class if it has one: “Image 3: cat”. */
export function imageName(ready: Pick<Ready, 'data' | 'mapImages'>, image: number): string {
  const name = className(ready, image);
  return `Image ${image}${name === null ? '' : `: ${name}`}`;
}

/** Whether accuracies were not measured: there were no labels to learn from, or none to compare with. */
export function lacksAccuracies(floors: Floors | null): boolean {
  return floors !== null && floors.rawPixels === null;
}
