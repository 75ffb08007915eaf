import { saveFile } from './download.ts';
import { boxesFigure, figureOf } from './figure.ts';
import { pngFile, pngOf, svgFile } from './picture.ts';

export type PictureKind = 'png' | 'svg';

/**
 * Saves the drawing of a panel: its charts with their legends, its boxes, or its one drawing.
 * @param name the file's, without its ending
 * @param vector the drawing as SVG, for one that the page draws on a canvas
 * @throws Error when nothing is drawn yet, or the browser cannot draw it
 */
export async function saveDrawing(
  body: HTMLElement | null,
  kind: PictureKind,
  name: string,
  vector?: () => Blob | null,
): Promise<void> {
  const boxes = body?.querySelector<HTMLElement>('[data-figure]');
  const figure = boxes ? boxesFigure(boxes) : body && figureOf(body);
  const drawing = body?.querySelector<SVGSVGElement | HTMLCanvasElement>('svg.drawing, canvas');
  const onCanvas = kind === 'svg' ? vector?.() : null;
  if (onCanvas) saveFile(`${name}.svg`, onCanvas);
  else if (!figure && !drawing) throw new Error('There is nothing drawn yet.');
  else if (kind === 'svg' && figure) saveFile(`${name}.svg`, figure.file);
  else if (kind === 'svg' && drawing instanceof SVGSVGElement) saveFile(`${name}.svg`, svgFile(drawing));
  else if (kind === 'svg') throw new Error('There is nothing drawn yet.');
  else saveFile(`${name}.png`, await (figure ? pngOf(figure.file, figure) : pngFile(drawing!)));
}
