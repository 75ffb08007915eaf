import { portable, styledCopy, svgText } from './picture.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Free space around the figure, pixels. */
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
 * The charts of a panel with their legends, laid out as on the page. So names and values stay beside the
 * lines that they explain. Null if no chart is drawn.
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
  for (const found of [...body.querySelectorAll<HTMLElement>('.legend')].flatMap(texts)) {
    const { element, baseline } = textElement(found);
    place(element, new DOMRect(found.box.left, baseline));
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

/** A piece of text with its place and its look. */
interface Stretch {
  readonly text: string;
  readonly box: DOMRect;
  readonly style: CSSStyleDeclaration;
}

/** Every visible piece of text inside an element. */
function texts(root: HTMLElement): Stretch[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Stretch[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const parent = node.parentElement;
    if (text === '' || parent === null || parent.closest('svg') !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const style = getComputedStyle(parent);
    if (style.visibility !== 'hidden') found.push({ text, box: range.getBoundingClientRect(), style });
  }
  return found;
}

function textElement({ text, box, style }: Stretch): { element: SVGTextElement; baseline: number } {
  const element = document.createElementNS(SVG, 'text');
  element.textContent = text;
  element.setAttribute('fill', portable(style.color));
  for (const look of ['font-family', 'font-size', 'font-weight']) {
    element.setAttribute(look, style.getPropertyValue(look));
  }
  return { element, baseline: box.bottom - DESCENT * box.height };
}

/**
 * The figure of a panel that is made of boxes, not drawn as SVG. Every element with a colour of its own
 * becomes a rectangle, and text stays text. A box whose colour changes half-way keeps both colours.
 */
export function boxesFigure(root: HTMLElement): SvgPicture {
  const frame = root.getBoundingClientRect();
  const width = Math.ceil(root.scrollWidth) + 2 * MARGIN;
  const height = Math.ceil(root.scrollHeight) + 2 * MARGIN;
  const figure = document.createElementNS(SVG, 'svg');
  const rectangle = (x: number, y: number, w: number, h: number, looks: Readonly<Record<string, string>>) => {
    if (w <= 0 || h <= 0) return;
    const element = document.createElementNS(SVG, 'rect');
    const place = { x: x - frame.left + MARGIN, y: y - frame.top + MARGIN, width: w, height: h };
    for (const [name, value] of Object.entries(place)) element.setAttribute(name, value.toFixed(1));
    for (const [name, value] of Object.entries(looks)) element.setAttribute(name, value);
    figure.append(element);
  };
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    const style = getComputedStyle(element);
    if (style.visibility === 'hidden') continue;
    const { left, top, width: w, height: h } = element.getBoundingClientRect();
    const round = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, w / 2, h / 2);
    const rx = style.borderTopLeftRadius.endsWith('%') ? w / 2 : round;
    const halves = /^linear-gradient\(90deg, (.+?\)) 50%, (.+?\)) 50%\)$/.exec(style.backgroundImage);
    if (halves) {
      const looks = { rx: String(rx), stroke: portable(halves[1]!), fill: portable(halves[2]!) };
      rectangle(left, top, w, h, looks);
      rectangle(left, top, w / 2, h, { rx: String(rx), fill: portable(halves[1]!) });
    } else if (!isClear(style.backgroundColor)) {
      const border = Number.parseFloat(style.borderLeftWidth) > 0 ? portable(style.borderLeftColor) : 'none';
      rectangle(left, top, w, h, { rx: String(rx), fill: portable(style.backgroundColor), stroke: border });
    }
    for (const [side, y] of [
      ['Top', top],
      ['Bottom', top + h],
    ] as const) {
      const thickness = Number.parseFloat(style[`border${side}Width`]);
      // A box with a border on every side was already drawn with it.
      if (!(thickness > 0) || Number.parseFloat(style.borderLeftWidth) > 0) continue;
      const line = document.createElementNS(SVG, 'line');
      const ends = { x1: left, y1: y, x2: left + w, y2: y };
      for (const [name, value] of Object.entries(ends)) {
        const origin = name.startsWith('x') ? frame.left : frame.top;
        line.setAttribute(name, (value - origin + MARGIN).toFixed(1));
      }
      line.setAttribute('stroke', portable(style[`border${side}Color`]));
      line.setAttribute('stroke-width', String(thickness));
      if (style[`border${side}Style`] === 'dashed') line.setAttribute('stroke-dasharray', '4 3');
      figure.append(line);
    }
  }
  for (const found of texts(root)) {
    const { element, baseline } = textElement(found);
    element.setAttribute('x', (found.box.left - frame.left + MARGIN).toFixed(1));
    element.setAttribute('y', (baseline - frame.top + MARGIN).toFixed(1));
    figure.append(element);
  }
  figure.setAttribute('width', String(width));
  figure.setAttribute('height', String(height));
  return { file: svgText(figure), width, height };
}

function isClear(color: string): boolean {
  return color === 'transparent' || /[,/]\s*0\)$/.test(color);
}
