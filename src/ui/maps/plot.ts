import { classColor } from './classColors.ts';

/** A layout fitted into a square of CSS pixels: x and y of each image in turn. */
export type Placed = Float32Array;

const MARGIN = 14;

/** Scales a layout, without distorting it, into `width` × `height` CSS pixels. Points that are not finite stay so. */
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

/** All points: images of classes out of focus are faint and lie behind. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  placed: Placed,
  labels: Uint8Array,
  focus: ReadonlySet<number>,
): void {
  const inFocus = (label: number) => focus.size === 0 || focus.has(label);
  for (const front of [false, true]) {
    for (let i = 0; i < placed.length / 2; i++) {
      const label = labels[i]!;
      if (inFocus(label) !== front) continue;
      context.beginPath();
      context.arc(placed[2 * i]!, placed[2 * i + 1]!, front ? 2.8 : 2, 0, 2 * Math.PI);
      context.globalAlpha = front ? 0.9 : 0.25;
      context.fillStyle = front ? classColor(label) : '#8b929c';
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

/** Side of a thumbnail, CSS pixels. */
const THUMBNAIL = 56;

/** A ring around one image, and its picture beside it, inside the plot. */
export function drawMark(
  context: CanvasRenderingContext2D,
  placed: Placed,
  image: number,
  label: number,
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
  context.fillStyle = classColor(label);
  context.fill();
  if (!picture) return;
  const left = x + 12 + THUMBNAIL > width ? x - 12 - THUMBNAIL : x + 12;
  const top = Math.max(2, y - THUMBNAIL / 2);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, left, top, THUMBNAIL, THUMBNAIL);
  context.strokeStyle = classColor(label);
  context.strokeRect(left, top, THUMBNAIL, THUMBNAIL);
}
