import { portable, styledCopy, svgText } from './picture.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Free space round the figure, pixels. */
const MARGIN = 4;
/** Share of a line of text that lies below its baseline. */
const DESCENT = 0.24;

/** A drawing as a file, and its size in pixels. */
export interface SvgPicture {
  readonly file: Blob;
  readonly width: number;
  readonly height: number;
}

/**
 * The charts of a panel with their legends, laid out as on the page: names and values stay beside the lines that they
 * explain. Null where no chart is drawn.
 */
export function figureOf(body: HTMLElement): SvgPicture | null {
  const charts = [...body.querySelectorAll<SVGSVGElement>('svg.recharts-surface')];
  if (charts.length === 0) return null;
  const frame = body.getBoundingClientRect();
  const width = Math.ceil(frame.width) + 2 * MARGIN;
  const height = Math.ceil(frame.height) + 2 * MARGIN;
  const figure = document.createElementNS(SVG, 'svg');
  const place = (element: SVGElement, { left, top }: DOMRect) => {
    element.setAttribute('x', (left - frame.left + MARGIN).toFixed(1));
    element.setAttribute('y', (top - frame.top + MARGIN).toFixed(1));
    figure.append(element);
  };
  for (const drawing of [...charts, ...body.querySelectorAll<SVGSVGElement>('.legend svg')]) {
    const copy = styledCopy(drawing);
    copy.setAttribute('overflow', 'visible');
    place(copy, drawing.getBoundingClientRect());
  }
  for (const key of body.querySelectorAll<HTMLElement>('.legend .key')) {
    place(keyLine(key), key.getBoundingClientRect());
  }
  for (const { text, box, style } of texts(body)) {
    const element = document.createElementNS(SVG, 'text');
    element.textContent = text;
    element.setAttribute('fill', portable(style.color));
    for (const look of ['font-family', 'font-size', 'font-weight']) {
      element.setAttribute(look, style.getPropertyValue(look));
    }
    const baseline = box.bottom - DESCENT * box.height;
    place(element, new DOMRect(box.left, baseline));
  }
  figure.setAttribute('width', String(width));
  figure.setAttribute('height', String(height));
  return { file: svgText(figure), width, height };
}

/** The short line that stands for a curve, dashed as on the page. */
function keyLine(key: HTMLElement): SVGSVGElement {
  const { borderTopColor, borderTopStyle } = getComputedStyle(key);
  const { width } = key.getBoundingClientRect();
  const holder = document.createElementNS(SVG, 'svg');
  holder.setAttribute('width', String(width));
  holder.setAttribute('height', '2');
  const line = document.createElementNS(SVG, 'line');
  for (const [name, value] of Object.entries({ x1: 0, y1: 1, x2: width, y2: 1, 'stroke-width': 2 })) {
    line.setAttribute(name, String(value));
  }
  line.setAttribute('stroke', portable(borderTopColor));
  if (borderTopStyle === 'dashed') line.setAttribute('stroke-dasharray', '4 3');
  holder.append(line);
  return holder;
}

/** Every stretch of text of the legends, one for each line that it takes. */
function texts(body: HTMLElement): { text: string; box: DOMRect; style: CSSStyleDeclaration }[] {
  return [...body.querySelectorAll('.legend')].flatMap((legend) => {
    const walker = document.createTreeWalker(legend, NodeFilter.SHOW_TEXT);
    const found: { text: string; box: DOMRect; style: CSSStyleDeclaration }[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement;
      if (text === '' || parent === null || parent.closest('svg') !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ text, box: range.getBoundingClientRect(), style: getComputedStyle(parent) });
    }
    return found;
  });
}
