import type { Group } from '../../store/run/selection.ts';
import type { ImageColors } from './imageColors.ts';

/** A layout fitted into a square of CSS pixels: x and y of each image in turn. */
export type Placed = Float32Array;

const MARGIN = 14;

/**
 * Scales a layout, without distorting it, into `width` × `height` CSS pixels. Points that are not finite stay
 * so.
 */
export function place(xy: Float32Array, width: number, height: number): Placed {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < xy.length; i++) {
    const value = xy[i]!;
    if (!Number.isFinite(value)) continue;
    low[i % 2] = Math.min(low[i % 2]!, value);
    high[i % 2] = Math.max(high[i % 2]!, value);
  }
  const spans = [high[0]! - low[0]!, high[1]! - low[1]!];
  const scale = Math.min((width - 2 * MARGIN) / (spans[0]! || 1), (height - 2 * MARGIN) / (spans[1]! || 1));
  const sides = [width, height];
  return xy.map((value, i) => sides[i % 2]! / 2 + (value - (low[i % 2]! + high[i % 2]!) / 2) * scale);
}

/** The places of the points between two layouts. `t` is the share of the way that they have gone, 0–1. */
export function between(from: Placed, to: Placed, t: number): Placed {
  return to.map((value, i) => from[i]! + t * (value - from[i]!));
}

/** The image nearest to a point, within `reach` CSS pixels; null when there is none. */
export function nearest(placed: Placed, x: number, y: number, reach: number): number | null {
  let best = null;
  let distance = reach * reach;
  for (let i = 0; i < placed.length / 2; i++) {
    const d = (placed[2 * i]! - x) ** 2 + (placed[2 * i + 1]! - y) ** 2;
    if (d <= distance) {
      distance = d;
      best = i;
    }
  }
  return best;
}

/** The classes and the groups of images that a map emphasises. An empty set means all. */
export interface Focus {
  readonly classes: ReadonlySet<number>;
  readonly groups: Readonly<Record<Group, ReadonlySet<number>>>;
}

/** How one image is drawn on a map, CSS pixels. */
export interface Dot {
  readonly image: number;
  readonly color: string;
  readonly opacity: number;
  readonly radius: number;
  /** Half of the side of a square. Null for a round dot. */
  readonly square: number | null;
}

/**
 * All images from back to front. Images out of focus are faint and lie behind. Those of group B are squares.
 * Nothing here depends on the places, so that a movement of the points does not compute it again.
 */
export function dotsOf(
  { index, palette }: Pick<ImageColors, 'index' | 'palette'>,
  labels: Uint8Array,
  { classes, groups }: Focus,
): Dot[] {
  const grouped = groups.a.size + groups.b.size > 0;
  const inFocus = (image: number) =>
    (classes.size === 0 || classes.has(labels[image]!)) &&
    (!grouped || groups.a.has(image) || groups.b.has(image));
  const images = Array.from(index.keys());
  return [false, true].flatMap((front) =>
    images
      .filter((image) => inFocus(image) === front)
      .map((image) => ({
        image,
        color: front ? palette[index[image]!]! : '#8b929c',
        opacity: front ? 0.9 : 0.25,
        radius: front ? 2.8 : 2,
        square: front && groups.b.has(image) ? 2.7 : null,
      })),
  );
}

/**
 * Draws the points.
 * @param coarse whether round dots become squares, which a canvas draws in less than half of the time
 */
export function drawPoints(
  context: CanvasRenderingContext2D,
  placed: Placed,
  dots: readonly Dot[],
  coarse: boolean,
): void {
  for (const { image, color, opacity, radius, square } of dots) {
    const x = placed[2 * image]!;
    const y = placed[2 * image + 1]!;
    context.globalAlpha = opacity;
    context.fillStyle = color;
    const half = square ?? (coarse ? 0.9 * radius : null);
    if (half !== null) {
      context.fillRect(x - half, y - half, 2 * half, 2 * half);
      continue;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * The points of a map as the text of an SVG of `side` × `side` pixels. Points that are not finite are left
 * out.
 */
export function pointsSvg(xy: Float32Array, dots: readonly Dot[], side: number): string {
  const placed = place(xy, side, side);
  const shapes = dots.flatMap(({ image, color, opacity, radius, square }) => {
    const x = placed[2 * image]!;
    const y = placed[2 * image + 1]!;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [];
    const looks = `fill="${color}" fill-opacity="${opacity}"`;
    if (square === null)
      return [`<circle cx="${x.toFixed(2)}" cy="${y.toFixed(2)}" r="${radius}" ${looks}/>`];
    const corner = `x="${(x - square).toFixed(2)}" y="${(y - square).toFixed(2)}"`;
    return [`<rect ${corner} width="${2 * square}" height="${2 * square}" ${looks}/>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${shapes.join('')}</svg>`;
}

/** Side of a thumbnail, CSS pixels. */
const THUMBNAIL = 56;

/** Draws a ring around one image, and its picture beside it within the plot. */
export function drawMark(
  context: CanvasRenderingContext2D,
  placed: Placed,
  image: number,
  color: string,
  picture: CanvasImageSource | null,
  width: number,
  ink: string,
): void {
  const x = placed[2 * image]!;
  const y = placed[2 * image + 1]!;
  context.lineWidth = 2;
  context.strokeStyle = ink;
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.stroke();
  context.fillStyle = color;
  context.fill();
  if (!picture) return;
  const left = x + 12 + THUMBNAIL > width ? x - 12 - THUMBNAIL : x + 12;
  const top = Math.max(2, y - THUMBNAIL / 2);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, left, top, THUMBNAIL, THUMBNAIL);
  context.strokeStyle = color;
  context.strokeRect(left, top, THUMBNAIL, THUMBNAIL);
}
