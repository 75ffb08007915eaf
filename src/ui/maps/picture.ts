import type { Ready } from '../../store/run/run.ts';

/** One map image as a canvas of the image's size. Null if the run file left the pictures out. */
export function pictureOf(images: Ready['mapImages'], size: number, index: number): HTMLCanvasElement | null {
  const start = index * size * size * 3;
  if (start + size * size * 3 > images.pixels.length) return null;
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d')!;
  const data = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) {
    data.data[4 * i] = images.pixels[start + 3 * i]!;
    data.data[4 * i + 1] = images.pixels[start + 3 * i + 1]!;
    data.data[4 * i + 2] = images.pixels[start + 3 * i + 2]!;
    data.data[4 * i + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  return canvas;
}
