import type { Placed } from './plot.ts';

/** A line drawn by hand, CSS pixels: x and y of each corner in turn. Its ends are joined. */
export type Loop = readonly number[];

/** A corner that is nearer than this to the last one is left out, CSS pixels. */
const GRAIN = 2;

/** The loop with one more corner. It is unchanged if the corner is too near to the last one. */
export function drawnOn(loop: Loop, x: number, y: number): Loop {
  const far = loop.length === 0 || Math.hypot(x - loop.at(-2)!, y - loop.at(-1)!) >= GRAIN;
  return far ? [...loop, x, y] : loop;
}

/**
 * The points inside a loop. A point is inside if a ray to the right crosses the loop an odd number of times,
 * so a part that the loop encloses twice is outside.
 */
export function inside(loop: Loop, placed: Placed): number[] {
  const images: number[] = [];
  for (let i = 0; i < placed.length / 2; i++) {
    if (contains(loop, placed[2 * i]!, placed[2 * i + 1]!)) images.push(i);
  }
  return images;
}

function contains(loop: Loop, x: number, y: number): boolean {
  let within = false;
  for (let at = 0, before = loop.length - 2; at < loop.length; before = at, at += 2) {
    const [x0, y0, x1, y1] = [loop[before]!, loop[before + 1]!, loop[at]!, loop[at + 1]!];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) within = !within;
  }
  return within;
}

/** The loop so far, with the line that would close it. */
export function drawLoop(context: CanvasRenderingContext2D, loop: Loop, ink: string): void {
  context.beginPath();
  for (let at = 0; at < loop.length; at += 2) context.lineTo(loop[at]!, loop[at + 1]!);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = ink;
  context.fill('evenodd');
  context.globalAlpha = 1;
  context.setLineDash([4, 3]);
  context.lineWidth = 1.5;
  context.strokeStyle = ink;
  context.stroke();
  context.setLineDash([]);
}
